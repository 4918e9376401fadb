"""What is written down of a customer's contracts by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.models import ContractStanding
from regulars.attention.read.contracts import (
    Expansion,
    ShownContract,
    contract,
    expansions,
    shown_contracts,
)
from regulars.insight.errors import RegularsError
from regulars.records.models import Customer
from regulars.records.opaque import opaque
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import today_of
from regulars.web.pages.customer import contract_forms as forms
from regulars.web.pages.customer.cards import undo_address
from regulars.web.undo import back, say


@dataclass(frozen=True, slots=True)
class ContractsShown:
    """What a customer's page shows of contracts and expansions."""

    contracts: tuple[ShownContract, ...]
    expansions: tuple[Expansion, ...]
    standing: ContractStanding | None
    may_change: bool


def contracts_shown(customer: int, as_of: int, known_by: int | None, *, rewound: bool) -> ContractsShown:
    """Return a customer's contracts as of a day; on a rewound page nothing of them can be changed."""
    standing = None if rewound else ContractStanding.objects.filter(customer=customer).first()
    own = expansions(as_of, customers=[customer], known_by=known_by)
    return ContractsShown(shown_contracts(customer, as_of, known_by), tuple(own), standing, not rewound)


@access("write")
def new_contract(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note a contract."""
    customer, ours = access_customer(ref), company()
    form = forms.new_contract(customer.pk, ours.currency, today_of(ours))
    return _form(request, customer, form, "Contract noted.")


DONE = {"renew": "Renewal", "change": "Change", "cancel": "Cancellation", "forecast": "Forecast"}


@access("write")
def change_contract(request: ColleagueRequest, ref: str, verb: str) -> HttpResponseBase:
    """Renew, change or cancel a contract, or say what its renewal will bring."""
    found = contract(ref)
    if verb not in forms.VERBS:
        raise RegularsError("not-found", "Nothing of the kind is done to contracts.", 404)
    form = forms.VERBS[verb](found, today_of(company()))
    return _form(request, found.customer, form, f"{DONE[verb]} of {found.number} noted.")


@access("write")
def new_expansion(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note what more they may take."""
    customer = access_customer(ref)
    form = forms.expansion(customer.pk, company().currency, "", closing=False)
    return _form(request, customer, form, "Noted.")


@access("write")
def close_expansion(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note what became of an expansion."""
    customer, number = access_customer(ref), request.GET.get("number", "")
    open_ones = {one.number: one for one in expansions(today_of(company()), customers=[customer.pk])}
    if number not in open_ones or open_ones[number].closed_day is not None:
        raise RegularsError("not-found", "There is no open expansion of this name.", 404)
    form = forms.expansion(customer.pk, open_ones[number].currency, number, closing=True)
    return _form(request, customer, form, "Noted.")


def _form(request: ColleagueRequest, customer: Customer, form: forms.Form, done: str) -> HttpResponseBase:
    """Show a form, or take what was typed; what is wrong stays beside its field, with the value kept."""
    address, status = f"{reverse('customer', args=[opaque(customer.pk)])}?tab=success#contracts", 200
    if request.method == "POST":
        typed = {name: str(value) for name, value in request.POST.items()}
        try:
            entry = form.send(request.user, typed, today_of(company()))
        except RegularsError as error:
            if error.status not in (400, 422):
                raise
            form, status = form.answered(typed, error), 422
        else:
            say(request, done, undo_address(entry))
            return back(request, address)
    shown = {"form": form, "subject": customer, "address": address}
    return render(request, "pages/customer/contract_form.html", shown, status=status)
