"""The brief before a meeting, on one page that prints."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.attention.read.brief import brief
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.read.knowing import not_yets
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import today_of


@access("read")
def brief_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show what one should know before meeting a customer."""
    customer, today = access_customer(ref), today_of(company())
    shown = {
        "brief": brief(customer, today),
        "not_yets": list(not_yets(customer.pk)),
        "today": today,
    }
    return render(request, "pages/brief/page.html", shown)
