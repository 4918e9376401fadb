"""What a colleague chooses for themselves in the gear menu."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from regulars.records.write import preferences
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.undo import back


@access("read")
@post_only
def choose_theme(request: ColleagueRequest) -> HttpResponseBase:
    """Take the chosen look."""
    preferences.choose_theme(request.user, request.POST.get("theme", ""))
    return back(request, "/")


@access("read")
@post_only
def switch_keys(request: ColleagueRequest) -> HttpResponseBase:
    """Switch single keys on or off."""
    preferences.switch_keys(request.user, on=request.POST.get("keys") == "on")
    return back(request, "/")
