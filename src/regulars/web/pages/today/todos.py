"""To-dos, wherever they are shown: added, done, changed, each with its undo."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.urls import reverse

from regulars.attention.one_line import todo_of
from regulars.insight.errors import RegularsError
from regulars.records.models import ToDo
from regulars.records.opaque import number, opaque
from regulars.records.read.company import company
from regulars.records.read.customers import customer as access_customer
from regulars.records.write import todos
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of, typed_date
from regulars.web.meanwhile import CHANGED, Meanwhile, TypedField, changed_meanwhile
from regulars.web.undo import back, came_from, say


def access_todo(ref: str) -> ToDo:
    """Return the to-do an address means."""
    todo = ToDo.objects.filter(pk=number(ref)).first()
    if todo is None:
        raise RegularsError("not-found", "This to-do is gone.", 404)
    return todo


@access("write")
@post_only
def add_todo(request: ColleagueRequest) -> HttpResponseBase:
    """Promise something; a date that its words end with counts where none was chosen."""
    about = request.POST.get("customer", "")
    text, due_on = request.POST.get("todo", "").strip(), typed_date(request.POST.get("due_on", ""), "due_on")
    if due_on is None:
        read = todo_of(text, date_of(company()))
        text, due_on = read.text, read.due_on
    todo = todos.add_todo(
        request.user, text, due_on=due_on, customer=access_customer(about).pk if about else None
    )
    added = f"To-do added for {due_on:%A}, {due_on.day} {due_on:%B}." if due_on else "To-do added."
    say(request, added, reverse("todo_drop", args=[opaque(todo.pk)]))
    return back(request, reverse("today"))


@access("write")
@post_only
def finish_todo(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Mark a to-do as done."""
    todo = access_todo(ref)
    todos.finish_todo(request.user, todo)
    say(request, f"Done: {todo.text}", reverse("todo_reopen", args=[ref]))
    return back(request, reverse("today"))


@access("write")
@post_only
def reopen_todo(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Open a to-do again."""
    todos.reopen_todo(request.user, access_todo(ref))
    say(request, "The to-do is open again.")
    return back(request, reverse("today"))


@access("write")
@post_only
def change_todo(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Change the words or the date of a to-do."""
    todo = access_todo(ref)
    due_on = typed_date(request.POST.get("due_on", ""), "due_on")
    seen = request.POST.get("seen", "")
    try:
        todos.change_todo(request.user, todo, request.POST.get("todo", ""), due_on, seen=seen)
    except RegularsError as error:
        if error.code != CHANGED:
            raise
        return _both_todos(request, access_todo(ref), error.message)
    say(request, "To-do changed.")
    return back(request, reverse("today"))


def _both_todos(request: ColleagueRequest, todo: ToDo, message: str) -> HttpResponseBase:
    by = f", by {todo.due_on.isoformat()}" if todo.due_on else ""
    done = ". It is done." if todo.done_at else ""
    fields = [
        TypedField("todo", "What you wrote", request.POST.get("todo", "")),
        TypedField("due_on", "By", request.POST.get("due_on", ""), "date"),
    ]
    both = Meanwhile(
        "todos", message, f"{todo.text}{by}{done}", fields, action=request.path, seen=todo.seen,
        back=came_from(request, reverse("today")),
    )  # fmt: skip
    return changed_meanwhile(request, both)


@access("write")
@post_only
def drop_todo(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take back a to-do that was added by mistake."""
    todos.drop_todo(request.user, access_todo(ref))
    say(request, "The to-do is gone.")
    return back(request, reverse("today"))
