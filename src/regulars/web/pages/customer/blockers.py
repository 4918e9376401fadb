"""Blockers and the parts people play, as they are changed on a customer's page."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.urls import reverse

from regulars.attention.write import blockers
from regulars.attention.write.people import person_leaves
from regulars.insight.errors import RegularsError
from regulars.records.models import Blocker, Role
from regulars.records.opaque import number, opaque
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.write.blockers import NewBlocker
from regulars.records.write.people import set_part
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of
from regulars.web.pages.customer.cards import undo_address
from regulars.web.undo import back, say


def access_role(customer: int, ref: str) -> Role:
    """Return the role an address means."""
    found = Role.objects.select_related("person").filter(pk=number(ref), customer_id=customer).first()
    if found is None:
        raise RegularsError("not-found", "This person is not here any more.", 404)
    return found


def _back(request: ColleagueRequest, customer: int) -> HttpResponseBase:
    return back(request, reverse("customer", args=[opaque(customer)]))


def _chosen(request: ColleagueRequest, name: str) -> int | None:
    ref = request.POST.get(name, "")
    return number(ref) if ref else None


@access("write")
@post_only
def open_blocker(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note that something is in the way."""
    customer = access_customer(ref)
    new = NewBlocker(
        text=request.POST.get("blocker", ""),
        side=request.POST.get("side", "theirs"),
        clears=request.POST.get("clears", "other"),
        person=_chosen(request, "person"),
        colleague=_chosen(request, "colleague"),
        outcome=_chosen(request, "outcome"),
    )
    entry = blockers.open_blocker(request.user, customer.pk, new, date_of(company()))
    say(request, "Noted as in the way.", undo_address(entry))
    return _back(request, customer.pk)


@access("write")
@post_only
def close_blocker(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note that a blocker is out of the way."""
    blocker = Blocker.objects.filter(pk=number(ref)).first()
    if blocker is None:
        raise RegularsError("not-found", "This blocker is gone.", 404)
    entry = blockers.close_blocker(
        request.user,
        blocker,
        cleared_by=request.POST.get("cleared_by", ""),
        how=request.POST.get("how", ""),
        on=date_of(company()),
    )
    say(request, "Out of the way. Well done.", undo_address(entry))
    return _back(request, blocker.customer_id)


@access("write")
@post_only
def set_person_part(request: ColleagueRequest, ref: str, role: str) -> HttpResponseBase:
    """Say which part a person plays."""
    customer = access_customer(ref)
    found = access_role(customer.pk, role)
    set_part(request.user, found, request.POST.get("part", ""))
    say(request, f"The part of {found.person} is noted.")
    return _back(request, customer.pk)


@access("write")
@post_only
def person_left(request: ColleagueRequest, ref: str, role: str) -> HttpResponseBase:
    """Say that a person is no longer at a customer."""
    customer = access_customer(ref)
    found = access_role(customer.pk, role)
    entry = person_leaves(request.user, found, date_of(company()))
    say(request, f"{found.person} is no longer there.", undo_address(entry))
    return _back(request, customer.pk)
