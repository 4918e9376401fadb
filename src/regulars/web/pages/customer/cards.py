"""What we know of a customer and what not to sell them yet: what is changed on their page."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from regulars.attention.write.undo import undo_written
from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Knowledge, NotYet
from regulars.records.opaque import number, opaque
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.write import knowledge, not_yet
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of, typed_date
from regulars.web.undo import back, say


def access_card(ref: str) -> Knowledge:
    """Return the card an address means."""
    card = Knowledge.objects.filter(pk=number(ref)).first()
    if card is None:
        raise RegularsError("not-found", "This card is gone.", 404)
    return card


def undo_address(entry: AuditEntry) -> str:
    """Return the address whose POST takes back what an audit entry remembers."""
    return reverse("written_undo", args=[opaque(entry.pk)])


def _back(request: ColleagueRequest, customer: int) -> HttpResponseBase:
    return back(request, reverse("customer", args=[opaque(customer)]))


def _said_by_them(request: ColleagueRequest) -> bool:
    return request.POST.get("said", "them") == "them"


@access("write")
@post_only
def note_card(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note what they said, or what we assume."""
    customer = access_customer(ref)
    entry = knowledge.note_knowledge(
        request.user,
        customer.pk,
        request.POST.get("learnt_kind", ""),
        request.POST.get("learnt", ""),
        said_by_them=_said_by_them(request),
        noted_on=date_of(company()),
    )
    say(request, "Card kept.", undo_address(entry))
    return _back(request, customer.pk)


@access("write")
@post_only
def change_card(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Put a new card in the place of an old one."""
    card = access_card(ref)
    entry = knowledge.change_knowledge(
        request.user,
        card,
        request.POST.get("learnt", ""),
        said_by_them=_said_by_them(request),
        noted_on=date_of(company()),
    )
    say(request, "Changed. The old card is kept below.", undo_address(entry))
    return _back(request, card.customer_id)


@access("write")
@post_only
def renew_card(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say that a card is still true."""
    card = access_card(ref)
    entry = knowledge.renew_knowledge(request.user, card, date_of(company()))
    say(request, "Still true, noted today.", undo_address(entry))
    return _back(request, card.customer_id)


@access("write")
@post_only
def end_card(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """End a card that is not true any more."""
    card = access_card(ref)
    entry = knowledge.end_knowledge(request.user, card, date_of(company()))
    say(request, "Not true any more. The card is kept below.", undo_address(entry))
    return _back(request, card.customer_id)


@access("write")
@post_only
def asked_in_vain(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note that a question was asked and not answered."""
    customer = access_customer(ref)
    kind = request.POST.get("learnt_kind", "")
    entry = knowledge.note_question_asked(request.user, customer.pk, kind, date_of(company()))
    say(request, "Asked, no answer. It rests for a month.", undo_address(entry))
    return _back(request, customer.pk)


@access("write")
@post_only
def say_not_yet(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say that nobody sells to a customer until something is so."""
    customer = access_customer(ref)
    look_again_on = typed_date(request.POST.get("look_again_on", ""), "look_again_on")
    entry = not_yet.say_not_yet(
        request.user, customer.pk, request.POST.get("until", ""), look_again_on, today=date_of(company())
    )
    say(request, "Not yet, noted. It comes back by itself.", undo_address(entry))
    return _back(request, customer.pk)


@access("write")
@post_only
def end_not_yet(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say that selling to a customer is fine again."""
    row = NotYet.objects.filter(pk=number(ref)).first()
    if row is None:
        raise RegularsError("not-found", "This is gone.", 404)
    entry = not_yet.end_not_yet(request.user, row, date_of(company()))
    say(request, "Ended.", undo_address(entry))
    return _back(request, row.customer_id)


@access("write")
@post_only
def undo(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take back what was written by hand just now."""
    entry = AuditEntry.objects.filter(pk=number(ref)).first()
    if entry is None:
        raise RegularsError("not-found", "There is nothing to undo here.", 404)
    undo_written(request.user, entry)
    say(request, "Undone.")
    if entry.action == "add_customer":  # whose page is gone
        return redirect("customers")
    return back(request, reverse("today"))
