"""What is done to many customers at once, each with its undo."""

from __future__ import annotations

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.read.customers import listed_customers
from regulars.insight.errors import RegularsError
from regulars.insight.typed import LARGEST_ROW, whole_number
from regulars.records.models import AuditEntry, Colleague, Customer, SavedView, Tag
from regulars.records.opaque import number, opaque
from regulars.records.read.company import company
from regulars.records.write.owners import hand_over, undo_hand_over
from regulars.records.write.tags import tag_customers, undo_tagging, untag_customers
from regulars.records.write.views import drop_view, keep_view
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of
from regulars.web.pages.customers.address import Address
from regulars.web.pages.customers.page import customers_shown
from regulars.web.undo import back, say

MOST_AT_ONCE = 5000
FORBIDDEN = 403


def _chosen(request: ColleagueRequest) -> list[int]:
    if request.POST.get("scope") == "all":
        address = Address.of(QueryDict(request.POST.get("query", "")))
        if address.day is not None:
            raise RegularsError("rewound", "A rewound list is for looking. Go back to today to change it.")
        found = listed_customers(address.query(), MOST_AT_ONCE + 1)
        if len(found) > MOST_AT_ONCE:
            raise RegularsError(
                "too-many", f"At most {MOST_AT_ONCE:,} customers change at once. Filter the list further."
            )
    else:
        found = [number(ref) for ref in request.POST.getlist("customer")]
        if Customer.objects.filter(pk__in=found).count() != len(set(found)):
            raise RegularsError("not-found", "Some of these customers are gone. Load the list again.", 404)
    if not found:
        raise RegularsError("nobody-chosen", "Tick at least one customer first, or choose all of this view.")
    return found


def _customers(count: int) -> str:
    return f"{count:,} customer{'s' if count != 1 else ''}"


def _undo(entry: AuditEntry) -> str:
    return reverse("customers_undo", args=[opaque(entry.pk)])


@access("write")
@post_only
def change_many(request: ColleagueRequest) -> HttpResponseBase:
    """Tag, untag or hand over the chosen customers."""
    try:
        _change(request)
    except RegularsError as error:
        if error.status == FORBIDDEN:
            raise
        return _list_again(request, error)
    return back(request, reverse("customers"))


def _change(request: ColleagueRequest) -> None:
    verb = request.POST.get("do", "")
    if verb not in VERBS:
        raise RegularsError("verb-unknown", "Choose what to do: tag, take a tag off, or hand over.")
    VERBS[verb](request, _chosen(request))


def _list_again(request: ColleagueRequest, error: RegularsError) -> HttpResponseBase:
    """Show the same list with what is wrong, and with all that was ticked and typed."""
    address, post = Address.of(QueryDict(request.POST.get("query", ""))), request.POST
    bulk = {name: post.get(name, "") for name in ("scope", "tag", "owner", "brief")}
    shown = {
        "page": customers_shown(address, company(), request.user),
        "bulk": {**bulk, "message": error.message, "ticked": post.getlist("customer")},
        "here": address.changed(after=address.asked.get("after", "")),
    }
    return render(request, "pages/customers/page.html", shown, status=error.status)


def _tag(request: ColleagueRequest, customers: list[int]) -> None:
    word = request.POST.get("tag", "")
    entry = tag_customers(request.user, customers, word)
    say(request, f"{_customers(len(entry.detail['customers']))} tagged {word.strip()}.", _undo(entry))


def _untag(request: ColleagueRequest, customers: list[int]) -> None:
    tag = Tag.objects.filter(name=request.POST.get("tag", "").strip()).first()
    if tag is None:
        raise RegularsError("tag-unknown", "There is no such tag. Type one that is in use.")
    entry = untag_customers(request.user, customers, tag)
    say(request, f"{tag.name} taken off {_customers(len(entry.detail['customers']))}.", _undo(entry))


def _hand_over(request: ColleagueRequest, customers: list[int]) -> None:
    chosen = request.POST.get("owner", "")
    pk = whole_number(chosen, LARGEST_ROW)
    owner = Colleague.objects.filter(pk=pk).first() if pk is not None else None
    if owner is None and chosen != "nobody":
        raise RegularsError("owner-missing", "Choose whom to hand them over to.")
    brief = request.POST.get("brief", "")
    entry = hand_over(request.user, customers, owner, brief=brief, on=date_of(company()))
    to = f"handed over to {owner.name}" if owner else "without an owner now"
    say(request, f"{_customers(len(entry.detail['before']))} {to}.", _undo(entry))


VERBS = {"tag": _tag, "untag": _untag, "hand_over": _hand_over}


@access("write")
@post_only
def undo_change(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take back what was done to many."""
    entry = AuditEntry.objects.filter(pk=number(ref)).first()
    if entry is None:
        raise RegularsError("not-found", "There is nothing to undo here.", 404)
    if entry.action == "hand_over":
        undo_hand_over(request.user, entry)
    else:
        undo_tagging(request.user, entry)
    say(request, "Undone.")
    return back(request, reverse("customers"))


@access("read")
@post_only
def keep_this_view(request: ColleagueRequest) -> HttpResponseBase:
    """Keep the current address of the list under a name."""
    address = Address.of(QueryDict(request.POST.get("query", "")))
    shared = request.POST.get("shared") == "on"
    view = keep_view(request.user, request.POST.get("view_name", ""), address.text(), shared=shared)
    say(request, f"View {view.name} kept.", reverse("drop_view", args=[opaque(view.pk)]))
    return back(request, f"{reverse('customers')}?{view.query}")


@access("read")
@post_only
def drop_this_view(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Forget a view of one's own."""
    view = SavedView.objects.filter(pk=number(ref), owner=request.user).first()
    if view is None:
        raise RegularsError("not-found", "This view is gone already, or it belongs to a colleague.", 404)
    drop_view(request.user, view)
    say(request, f"View {view.name} dropped.")
    return back(request, reverse("customers"))
