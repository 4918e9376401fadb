"""Health profiles: read by everybody; tried, saved and put back by those who lead."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.health import Trial, roll_back_profile, tried_profile, use_profile
from regulars.insight.errors import RegularsError
from regulars.records.read.company import company
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import today_of
from regulars.web.pages.health.page import HealthPage, stored_page, typed_page
from regulars.web.undo import back, say


@access("read")
def health_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show a health profile with its versions."""
    return _shown(request, stored_page(request.GET.get("name", "")))


@access("lead")
@post_only
def try_profile(request: ColleagueRequest) -> HttpResponseBase:
    """Show what a text would change in the profile, and for whom; nothing is written."""
    name, text, why = _typed(request)
    try:
        trial: Trial = tried_profile(text, today_of(company()))
    except RegularsError as error:
        return _shown(request, typed_page(name, text, why, error=error), error.status)
    return _shown(request, typed_page(name, text, why, trial=trial))


@access("lead")
@post_only
def save_profile(request: ColleagueRequest) -> HttpResponseBase:
    """Keep a text as the next version and use it, or say beside the field what to mend."""
    name, text, why = _typed(request)
    try:
        kept = use_profile(request.user, text, why, today_of(company()))
    except RegularsError as error:
        return _shown(request, typed_page(name, text, why, error=error), error.status)
    say(request, f"Version {kept.version} of {kept.name} is in use.")
    return back(request, _address(kept.name))


@access("lead")
@post_only
def put_back(request: ColleagueRequest, name: str, version: int) -> HttpResponseBase:
    """Use an earlier version again."""
    kept = roll_back_profile(request.user, name, version, request.POST.get("why", ""), today_of(company()))
    say(request, f"Version {kept.version} of {kept.name} is in use again.")
    return back(request, _address(kept.name))


def _typed(request: ColleagueRequest) -> tuple[str, str, str]:
    text = request.POST.get("text", "").replace("\r\n", "\n")
    return request.POST.get("name", ""), text, request.POST.get("why", "")


def _address(name: str) -> str:
    return f"{reverse('health')}?{urlencode({'name': name})}"


def _shown(request: ColleagueRequest, page: HealthPage, status: int = 200) -> HttpResponseBase:
    return render(request, "pages/health/page.html", {"page": page}, status=status)
