"""Sharing a customer's plan with them: making links, ending them, and seeing what they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from regulars.insight.errors import RegularsError
from regulars.records.models import Customer, Role, ShareLink
from regulars.records.opaque import number, opaque
from regulars.records.read.company import company
from regulars.records.read.customers import customer as access_customer
from regulars.records.read.customers import kept_after_merges, kept_customer
from regulars.records.read.people import roles
from regulars.records.read.shares import LANGUAGES, shares_of
from regulars.records.write import shares
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of
from regulars.web.public.page import shown_outcomes
from regulars.web.public.view import language_of, page_of
from regulars.web.undo import back, say

DAYS = (14, 30, 90, 180, 365)
USUAL_DAYS = 90


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was just made, shown once: for whom, its address, and its QR code."""

    whom: str
    address: str
    picture: SafeString


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One link as the list shows it; days in the company's time zone."""

    id: int
    whom: str
    language: str
    made_by: str
    made_on: date
    until: date
    opens: bool
    revoked: bool
    first_seen_on: date | None
    last_seen_on: date | None


@dataclass(frozen=True, slots=True)
class SharePage:
    """Everything the page of a customer's links shows."""

    customer: Customer
    outcomes: int
    roles: Sequence[Role]
    links: tuple[ShareRow, ...]
    made: MadeLink | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[tuple[str, str], ...] = (("", "as their browser asks"), *LANGUAGES.items())
    days: tuple[int, ...] = DAYS
    usual_days: int = USUAL_DAYS


def _page(
    customer: Customer,
    *,
    made: MadeLink | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> SharePage:
    ours = company()
    today = date_of(ours)
    return SharePage(
        customer=customer,
        outcomes=len(shown_outcomes(customer.pk)),
        roles=[role for role in roles(customer.pk) if role.until is None or role.until >= today],
        links=tuple(_row(share, ours.zone) for share in shares_of(customer.pk)),
        made=made,
        typed=typed or {"days": str(USUAL_DAYS)},
        errors=errors or {},
    )


def _row(share: ShareLink, zone: ZoneInfo) -> ShareRow:
    now = timezone.now()
    return ShareRow(
        id=share.pk,
        whom=str(share.person) if share.person else "",
        language=LANGUAGES.get(share.language, ""),
        made_by=str(share.created_by) if share.created_by else "",
        made_on=share.created_at.astimezone(zone).date(),
        until=share.expires_at.astimezone(zone).date(),
        opens=share.revoked_at is None and share.expires_at > now,
        revoked=share.revoked_at is not None,
        first_seen_on=share.first_seen_on,
        last_seen_on=share.last_seen_on,
    )


def made_link(whom: str, token: str) -> MadeLink:
    """Return a link as it is shown once, its QR code drawn without inline styles."""
    address = f"{settings.REGULARS_URL}{reverse('link', args=[token])}"
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=4, svgclass="qr", lineclass="qr-line"
    )
    return MadeLink(whom, address, SafeString(drawn))  # drawn from an address of ours


@access("read")
def share_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show the links made for a customer, and the form that makes one."""
    customer = access_customer(ref)
    if customer.merged_into_id is not None:
        return redirect("share", opaque(kept_after_merges(customer).pk))
    return render(request, "pages/customer/share.html", {"page": _page(customer)})


@access("write")
@post_only
def make_link(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Make a link and show it in the answer itself: its secret is kept nowhere, not for the next page."""
    customer = kept_customer(ref)
    typed = {name: request.POST.get(name, "")[:20] for name in ("person", "language", "days")}
    try:
        share, token = shares.share_plan(
            request.user,
            customer.pk,
            person=number(typed["person"]) if typed["person"] else None,
            language=typed["language"],
            days=int(typed["days"]) if typed["days"].isdecimal() else USUAL_DAYS,
        )
    except RegularsError as error:
        page = _page(customer, typed=typed, errors=error.fields or {"": error.message})
        return render(request, "pages/customer/share.html", {"page": page}, status=error.status)
    whom = str(share.person) if share.person else customer.name
    page = _page(customer, made=made_link(whom, token))
    return render(request, "pages/customer/share.html", {"page": page})


@access("read")
def preview(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show the plan as the customer sees it, from the same template; nothing can be sent from there."""
    share = ShareLink(
        customer=kept_customer(ref), expires_at=timezone.now() + timedelta(days=USUAL_DAYS), language="en"
    )
    return page_of(request, share, language_of(request, share), preview=True)


def _access_share(ref: str) -> ShareLink:
    found = ShareLink.objects.filter(pk=number(ref)).first()
    if found is None:
        raise RegularsError("not-found", "There is no such link any more.", 404)
    return found


def _back(request: ColleagueRequest, share: ShareLink) -> HttpResponseBase:
    return back(request, reverse("share", args=[opaque(share.customer_id)]))


@access("write")
@post_only
def renew_link(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Let a link open for another while."""
    share = _access_share(ref)
    shares.renew_share(request.user, share)
    say(request, f"The link opens for {USUAL_DAYS} days from today.")
    return _back(request, share)


@access("write")
@post_only
def revoke_link(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """End a link at once."""
    share = _access_share(ref)
    shares.revoke_share(request.user, share)
    say(request, "The link opens nothing any more. Make a new one if they need it.")
    return _back(request, share)
