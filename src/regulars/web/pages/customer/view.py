"""One customer: the page, and what is changed on it."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from regulars.attention.read.recorded import just_recorded
from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, Customer, Note, Role, Tag
from regulars.records.opaque import number, opaque
from regulars.records.read.company import company
from regulars.records.read.customers import customer as customer_meant
from regulars.records.read.customers import kept_after_merges
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.read.people import colleagues
from regulars.records.write import notes, people
from regulars.records.write.owners import hand_over
from regulars.records.write.tags import tag_customers, untag_customers
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of, moment
from regulars.web.meanwhile import CHANGED, Meanwhile, TypedField, changed_meanwhile
from regulars.web.pages.customer.page import Looked, customer_shown
from regulars.web.undo import back, came_from, say


@access("read")
def customer_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show one customer; the address of one that was merged leads to the one that was kept."""
    customer = customer_meant(ref)
    if customer.merged_into_id is not None:
        return redirect("customer", opaque(kept_after_merges(customer).pk))
    page = customer_shown(customer, Looked.of(ref, request.GET), company())
    now = page.rewound is None  # a day that is over is for looking: nothing on its page writes
    recent = just_recorded(request.user, customer.pk, moment()) if now else ()
    may_change = now and request.user.may("write")
    shown = {"page": page, "customer": customer.pk, "recent": recent, "may_change": may_change}
    return render(request, "pages/customer/page.html", shown)


def _back(request: ColleagueRequest, customer: int) -> HttpResponseBase:
    return back(request, reverse("customer", args=[opaque(customer)]))


def _note(ref: str) -> Note:
    note = Note.objects.filter(pk=number(ref)).first()
    if note is None:
        raise RegularsError("not-found", "This note is gone.", 404)
    return note


@access("write")
@post_only
def add_note(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Write a note."""
    customer = access_customer(ref)
    note = notes.add_note(request.user, customer.pk, request.POST.get("text", ""), date_of(company()))
    say(request, "Note kept.", reverse("note_remove", args=[opaque(note.pk)]))
    return _back(request, customer.pk)


@access("write")
@post_only
def change_note(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Put other words into a note."""
    note, typed = _note(ref), request.POST.get("text", "")
    try:
        notes.change_note(request.user, note, typed, seen=request.POST.get("seen", ""))
    except RegularsError as error:
        if error.code != CHANGED:
            raise
        return _both_notes(request, _note(ref), typed, error.message)
    say(request, "Note changed.")
    return _back(request, note.customer_id)


def _both_notes(request: ColleagueRequest, note: Note, typed: str, message: str) -> HttpResponseBase:
    stands = note.text if note.removed_at is None else "Nothing: it was removed. Saving brings it back."
    both = Meanwhile(
        "notes", message, stands, [TypedField("text", "What you wrote", typed, "area")],
        action=request.path, seen=note.seen,
        back=came_from(request, reverse("customer", args=[opaque(note.customer_id)])),
    )  # fmt: skip
    return changed_meanwhile(request, both)


@access("write")
@post_only
def remove_note(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a note away."""
    note = _note(ref)
    notes.remove_note(request.user, note)
    say(request, "Note removed.", reverse("note_restore", args=[ref]))
    return _back(request, note.customer_id)


@access("write")
@post_only
def restore_note(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Bring a note back."""
    note = _note(ref)
    notes.restore_note(request.user, note)
    say(request, "The note is back.")
    return _back(request, note.customer_id)


@access("write")
@post_only
def add_tag(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Hang a tag on a customer."""
    customer = access_customer(ref)
    entry = tag_customers(request.user, [customer.pk], request.POST.get("tag", ""))
    say(request, "Tag added.", reverse("customers_undo", args=[opaque(entry.pk)]))
    return _back(request, customer.pk)


@access("write")
@post_only
def take_tag_off(request: ColleagueRequest, ref: str, tag: str) -> HttpResponseBase:
    """Take a tag off a customer."""
    customer = access_customer(ref)
    found = Tag.objects.filter(pk=number(tag)).first()
    if found is None:
        raise RegularsError("not-found", "This tag is gone.", 404)
    entry = untag_customers(request.user, [customer.pk], found)
    say(request, f"{found.name} taken off.", reverse("customers_undo", args=[opaque(entry.pk)]))
    return _back(request, customer.pk)


@access("write")
@post_only
def set_owner(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say who looks after a customer."""
    customer, chosen = access_customer(ref), request.POST.get("owner", "")
    owner = _owner(chosen) if chosen else None
    entry = hand_over(request.user, [customer.pk], owner, brief="", on=date_of(company()))
    words = f"{owner.name} looks after them now." if owner else "Nobody looks after them now."
    say(request, words, reverse("customers_undo", args=[opaque(entry.pk)]))
    return _back(request, customer.pk)


def _owner(chosen: str) -> Colleague:
    found = next((one for one in colleagues() if str(one.pk) == chosen), None)
    if found is None:
        raise RegularsError("owner-missing", "Choose from the list who looks after them.").beside("owner")
    return found


@access("write")
@post_only
def set_kind(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say which kind of customer this is."""
    customer: Customer = access_customer(ref)
    people.set_kind(request.user, customer, request.POST.get("kind", ""))
    say(request, "Kind of customer noted.")
    return _back(request, customer.pk)


@access("write")
@post_only
def add_person(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note a person at a customer."""
    customer = access_customer(ref)
    typed = {name: request.POST.get(name, "") for name in ("title", "email", "phone", "part")}
    people.add_person(request.user, customer.pk, request.POST.get("name", ""), **typed)
    say(request, "Person noted.")
    return _back(request, customer.pk)


@access("write")
@post_only
def end_role(request: ColleagueRequest, ref: str, role: str) -> HttpResponseBase:
    """Take a person off a customer."""
    customer = access_customer(ref)
    found = Role.objects.filter(pk=number(role), customer=customer).first()
    if found is None:
        raise RegularsError("not-found", "This person is not here any more.", 404)
    people.end_role(request.user, found)
    say(request, "Taken off this customer.")
    return _back(request, customer.pk)
