"""Who may sign in, for how long, and what is remembered of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from regulars.records.models import Colleague
from regulars.records.read.team import nobody_yet
from regulars.web.device import coarse_address, device_words

Answer = Callable[[HttpRequest], HttpResponse]

LONGEST_SESSION = 30 * 86400
"""Seconds after which everybody signs in again, however busy they were."""

_SIGNED_IN_AT, _SEEN_ON = "signed_in_at", "seen_on"


class ColleagueAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in for colleagues whom an admin added."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: an admin adds colleagues, nobody adds themselves."""
        return False

    def login(self, request: HttpRequest, user: Colleague) -> None:
        """Sign in, and start the clock of the longest session."""
        super().login(request, user)
        request.session[_SIGNED_IN_AT] = int(time.time())

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network a request comes from: enough to slow guessing, too little to follow people."""
        return coarse_address(super().get_client_ip(request))


def session_limits(get_response: Answer) -> Answer:
    """End sessions that are too old, keep those in use, and let no browser store signed-in pages."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/account/", "/setup/")):
            # Sign-in keeps the kind of device for the list of sessions, not the whole fingerprint.
            request.META["HTTP_USER_AGENT"] = device_words(request.META.get("HTTP_USER_AGENT", ""))
        if not request.user.is_authenticated:
            return _not_signed_in(request) or get_response(request)
        if _too_old(request):
            logout(request)
            return redirect(f"{reverse('account_login')}?next={request.path}")
        leaving = request.path == reverse("account_logout") and request.method == "POST"
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store, private")
        if leaving:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return answer


def _too_old(request: HttpRequest) -> bool:
    now = int(time.time())
    if _SIGNED_IN_AT not in request.session:
        request.session[_SIGNED_IN_AT] = now
    if request.session.get(_SEEN_ON) != now // 86400:
        # Writing once a day moves the end of an idle session along; more often would cost a write a click.
        request.session[_SEEN_ON] = now // 86400
    return now - int(request.session[_SIGNED_IN_AT]) > LONGEST_SESSION


def _not_signed_in(request: HttpRequest) -> HttpResponse | None:
    if request.method == "GET" and request.path == reverse("account_login") and nobody_yet():
        return redirect("setup")
    return None
