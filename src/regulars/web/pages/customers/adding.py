"""Add a customer by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, KindOfCustomer
from regulars.records.opaque import opaque
from regulars.records.read.customers import kinds
from regulars.records.read.people import colleagues
from regulars.records.write.new_customers import add_customer
from regulars.web.access import ColleagueRequest, access
from regulars.web.frame import address_of
from regulars.web.pages.customer.cards import undo_address
from regulars.web.undo import say


@dataclass(frozen=True, slots=True)
class AddPage:
    """What the form shows: what was typed, what was wrong, and what can be chosen."""

    typed: Mapping[str, str]
    kinds: Sequence[KindOfCustomer]
    owners: Sequence[Colleague]
    import_address: str
    errors: Mapping[str, str] = field(default_factory=dict)


@access("write")
def add_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show the form, and take it; what is wrong is said beside its field, and what was typed stays."""
    owners = list(colleagues())
    if request.method != "POST":
        typed = {"name": request.GET.get("name", "")[:200], "owner": str(request.user.pk)}
        return _form(request, typed, owners)
    typed = {name: request.POST.get(name, "") for name in ("name", "kind", "owner")}
    owner = next((one for one in owners if str(one.pk) == typed["owner"]), None)
    try:
        customer, entry = add_customer(request.user, typed["name"], kind=typed["kind"], owner=owner)
    except RegularsError as error:
        if not error.fields:
            raise
        return _form(request, typed, owners, error)
    say(request, f"{customer.name} is one of your customers now.", undo_address(entry))
    return redirect("customer", opaque(customer.pk))


def _form(
    request: ColleagueRequest,
    typed: Mapping[str, str],
    owners: Sequence[Colleague],
    error: RegularsError | None = None,
) -> HttpResponseBase:
    page = AddPage(typed, list(kinds()), owners, address_of("data"), dict(error.fields) if error else {})
    return render(request, "pages/customers/add.html", {"page": page}, status=error.status if error else 200)
