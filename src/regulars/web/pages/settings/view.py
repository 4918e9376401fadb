"""Settings of the company, and what each colleague chooses for themselves."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.tasks import assess_again_task
from regulars.insight.errors import RegularsError
from regulars.records.read.company import company
from regulars.records.write.company import change_company
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.pages.settings.page import SECTIONS, stored_page, typed_page
from regulars.web.undo import back, say


@access("read")
def settings_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show the company's settings; admins may change them."""
    page = stored_page(may_change=request.user.may("administer"))
    return render(request, "pages/settings/page.html", {"page": page})


@access("administer")
@post_only
def change_settings(request: ColleagueRequest, section: str) -> HttpResponseBase:
    """Keep one section of the settings, or say which field to mend."""
    if section not in SECTIONS:
        raise RegularsError("not-found", "There is no such section of the settings.", 404)
    saved, read = SECTIONS[section]
    try:
        before = company()
        change_company(request.user, read(request.POST))
    except RegularsError as error:
        message = "" if error.fields else error.message
        page = typed_page(request.POST, section, message, error.fields)
        return render(request, "pages/settings/page.html", {"page": page}, status=error.status)
    now = company()
    if now != before:
        assess_again_task.enqueue()
    say(request, saved if now.currency == before.currency else f"{saved} {_left_behind(before.currency)}")
    return back(request, reverse("settings"))


def _left_behind(currency: str) -> str:
    """Return what becomes of amounts in the currency that was the company's until now."""
    return (
        f"What is in {currency} stays on record and counts toward no value from now on: amounts are never "
        "converted."
    )


@access("read")
def you_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show what a colleague may change about themselves."""
    factors = list(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    shown = {"second_factor": any(kind != Authenticator.Type.RECOVERY_CODES for kind in factors)}
    return render(request, "pages/settings/you.html", shown)
