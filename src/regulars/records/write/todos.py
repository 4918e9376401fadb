"""To-dos: what one of us promised, with a date."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from regulars.records.models import Colleague, ToDo
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import require_as_seen, said

LONGEST = 500
"""Letters of a to-do."""


def add_todo(
    actor: Colleague | None,
    text: str,
    *,
    due_on: date | None = None,
    customer: int | None = None,
    owner: int | None = None,
) -> ToDo:
    """Promise something; the owner is the actor unless somebody else is named.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    with transaction.atomic():
        todo = ToDo.objects.create(
            customer_id=customer,
            text=said(text, at_most=LONGEST, field="todo"),
            due_on=due_on,
            owner_id=owner or (actor.pk if actor else None),
        )
        record_entry(actor, "add_todo", _subject(todo), {"todo": todo.pk})
    return todo


def finish_todo(actor: Colleague | None, todo: ToDo) -> None:
    """Mark a to-do as done."""
    require(actor, "write")
    with transaction.atomic():
        ToDo.objects.filter(pk=todo.pk, done_at=None).update(done_at=timezone.now())
        record_entry(actor, "finish_todo", _subject(todo), {"todo": todo.pk})


def reopen_todo(actor: Colleague | None, todo: ToDo) -> None:
    """Open a to-do again that was marked as done."""
    require(actor, "write")
    with transaction.atomic():
        ToDo.objects.filter(pk=todo.pk).update(done_at=None)
        record_entry(actor, "reopen_todo", _subject(todo), {"todo": todo.pk})


def change_todo(
    actor: Colleague | None, todo: ToDo, text: str, due_on: date | None, *, seen: str = ""
) -> None:
    """Change the words or the date of a to-do as it was seen, or as it stands where that is not told.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing``, ``text-too-long``, or ``changed-since`` when it says something else
        or was done.
    """
    require(actor, "write")
    words = said(text, at_most=LONGEST, field="todo")
    with transaction.atomic():
        held = ToDo.objects.select_for_update().get(pk=todo.pk)
        require_as_seen(held.seen, seen, same=(held.text, held.due_on) == (words, due_on))
        ToDo.objects.filter(pk=todo.pk).update(text=words, due_on=due_on)
        record_entry(actor, "change_todo", _subject(todo), {"todo": todo.pk})


def drop_todo(actor: Colleague | None, todo: ToDo) -> None:
    """Take a to-do back that was added by mistake."""
    require(actor, "write")
    with transaction.atomic():
        record_entry(actor, "drop_todo", _subject(todo), {"todo": todo.pk})
        ToDo.objects.filter(pk=todo.pk).delete()


def _subject(todo: ToDo) -> str:
    return f"customer {todo.customer_id}" if todo.customer_id else "company"
