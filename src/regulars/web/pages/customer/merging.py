"""Two records that may be one customer: joined, called different, and either taken back."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.urls import reverse

from regulars.insight.errors import RegularsError
from regulars.records.models import MergeProposal
from regulars.records.opaque import number, opaque
from regulars.records.write.merges import merge_customers, unmerge_customers
from regulars.records.write.proposals import call_different, propose_again
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.undo import back, say


def access_proposal(ref: str) -> MergeProposal:
    """Return the proposal an address means."""
    proposal = MergeProposal.objects.select_related("first", "second").filter(pk=number(ref)).first()
    if proposal is None:
        raise RegularsError("not-found", "This proposal is gone.", 404)
    return proposal


@access("write")
@post_only
def accept_merge(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Join two records; the form may say which of them is kept."""
    proposal = access_proposal(ref)
    kept, absorbed = proposal.first, proposal.second
    if request.POST.get("keep") == opaque(absorbed.pk):
        kept, absorbed = absorbed, kept
    merge = merge_customers(request.user, kept.pk, absorbed.pk)
    say(
        request,
        f"{absorbed.name} is part of {kept.name} now.",
        reverse("merge_undo", args=[opaque(merge.pk)]),
    )
    return back(request, reverse("customer", args=[opaque(kept.pk)]))


@access("write")
@post_only
def refuse_merge(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say that two records are two customers."""
    proposal = access_proposal(ref)
    call_different(request.user, proposal.pk)
    say(request, "Two different customers; noted.", reverse("merge_propose", args=[ref]))
    return back(request, reverse("customer", args=[opaque(proposal.first_id)]))


@access("write")
@post_only
def propose_merge_again(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take back that two records are two customers."""
    proposal = access_proposal(ref)
    propose_again(request.user, proposal.pk)
    return back(request, reverse("customer", args=[opaque(proposal.first_id)]))


@access("write")
@post_only
def undo_merge(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take two records apart again."""
    own = unmerge_customers(request.user, number(ref))
    say(request, f"{own.name} stands on its own again.")
    return back(request, reverse("customer", args=[opaque(own.pk)]))
