"""Data: sources, imports, and records that may be one customer."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Customer, MergeProposal
from regulars.records.opaque import number, opaque
from regulars.records.write.merges import merge_customers, unmerge_customers
from regulars.records.write.proposals import call_different, propose_again
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.pages.data.page import data_of
from regulars.web.undo import back, say


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


def access_proposal(ref: str) -> MergeProposal:
    """Return the proposal an address means."""
    found = MergeProposal.objects.select_related("first__standing", "second__standing").filter(pk=number(ref))
    if not found:
        raise RegularsError("not-found", "There is no such pair. Its customers may have been erased.", 404)
    return found[0]


def _purchases(customer: Customer) -> int:
    standing = getattr(customer, "standing", None)
    return standing.purchases if standing is not None else 0


@access("write")
@post_only
def accept_merge(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Make a pair one customer, under the name that bought more; the way back is offered."""
    pair = access_proposal(ref)
    kept, absorbed = pair.first, pair.second
    if _purchases(absorbed) > _purchases(kept):
        kept, absorbed = absorbed, kept
    merge = merge_customers(request.user, kept.pk, absorbed.pk)
    say(request, f"{absorbed} is now part of {kept}.", undo=reverse("merge_undo", args=[opaque(merge.pk)]))
    return back(request, reverse("merges"))


@access("write")
@post_only
def undo_merge(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a merge apart again."""
    apart = unmerge_customers(request.user, number(ref))
    say(request, f"{apart} stands on its own again.")
    return back(request, reverse("merges"))


@access("write")
@post_only
def refuse_merge(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Keep a pair apart for good; the way back is offered."""
    pair = access_proposal(ref)
    call_different(request.user, pair.pk)
    undo = reverse("merge_again", args=[ref])
    say(request, f"{pair.first} and {pair.second} stay two. They are not proposed again.", undo=undo)
    return back(request, reverse("merges"))


@access("write")
@post_only
def propose_merge_again(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Put a pair back on the list."""
    propose_again(request.user, access_proposal(ref).pk)
    say(request, "The pair is on the list again.")
    return back(request, reverse("merges"))
