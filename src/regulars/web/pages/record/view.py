"""Record a touchpoint: by form, or by one typed line from anywhere."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from regulars.attention.one_line import entry_of
from regulars.attention.read.find import answers
from regulars.attention.touchpoint import TouchpointEntry
from regulars.attention.write.touchpoints import record_touchpoint
from regulars.insight.errors import RegularsError
from regulars.records.models import Customer
from regulars.records.opaque import opaque
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.read.people import roles
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of, today_of
from regulars.web.pages.customer.cards import undo_address
from regulars.web.pages.record.page import prefilled, record_form, typed_entry
from regulars.web.undo import back, say

WHOM_AT_MOST = 12
STAYS = frozenset({400, 404, 409, 422})
"""With these answers the form comes back, and what was typed in it."""


@access("write")
def record_whom(request: ColleagueRequest) -> HttpResponseBase:
    """Ask about whom something is to be recorded."""
    text = request.GET.get("q", "").strip()
    found = answers(text, today_of(company()), limit=WHOM_AT_MOST) if text else ()
    return render(request, "pages/record/whom.html", {"text": text, "answers": found})


@access("write")
def record_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show the form, and take it; what is wrong is said beside its field, and what was typed stays."""
    customer, today = access_customer(ref), date_of(company())
    if request.method != "POST":
        page = record_form(customer, _given(request, customer, today), today)
        return render(request, "pages/record/page.html", {"page": page})
    try:
        entry = typed_entry(customer.pk, request.POST, today)
        _record(request, customer, entry, today)
    except RegularsError as error:
        if error.status not in STAYS:
            raise
        page = record_form(customer, request.POST, today, error)
        return render(request, "pages/record/page.html", {"page": page}, status=error.status)
    return redirect("customer", ref)


@access("write")
@post_only
def record_line(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Record what was typed as one line, and return to where it was typed."""
    customer, today = access_customer(ref), date_of(company())
    entry = _entry_of(request.POST.get("line", ""), customer, today)
    _record(request, customer, entry, today)
    page = reverse("customer", args=[ref])
    if request.POST.get("back", "").startswith(reverse("find")):
        return redirect(page)  # what was typed there is done
    return back(request, page)


def _given(request: ColleagueRequest, customer: Customer, today: date) -> QueryDict:
    line = request.GET.get("line", "")
    return prefilled(_entry_of(line, customer, today)) if line else QueryDict()


def _entry_of(line: str, customer: Customer, today: date) -> TouchpointEntry:
    people = {role.person_id: role.person.name for role in roles(customer.pk) if role.until is None}
    return entry_of(line, customer.pk, today, people)


def _record(request: ColleagueRequest, customer: Customer, entry: TouchpointEntry, today: date) -> None:
    written = record_touchpoint(request.user, entry, today=today)
    say(request, f"{customer.name}: recorded {written.detail['words']}.", undo_address(written))


def record_addresses(customer: int) -> tuple[str, str]:
    """Return where a line about a customer is recorded, and where it is looked at first."""
    ref = opaque(customer)
    return reverse("record_line", args=[ref]), reverse("record_touchpoint", args=[ref])
