"""Data: sources, imports, and records that may be one customer."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from regulars.records.models import MergeProposal
from regulars.web.access import ColleagueRequest, access
from regulars.web.pages.data.page import data_of


@access("read")
def data_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show where things come from and what came in."""
    return render(request, "pages/data/page.html", {"page": data_of(timezone.now())})


@access("read")
def merges_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show pairs of customers that look like one."""
    open_ones = MergeProposal.objects.filter(state=MergeProposal.State.OPEN)
    pairs = open_ones.select_related("first__standing", "second__standing").order_by("id")[:50]
    return render(request, "pages/data/merges.html", {"pairs": pairs, "total": open_ones.count()})
