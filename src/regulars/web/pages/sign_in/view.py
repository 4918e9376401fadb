"""The first minutes of a new installation: its first admin, made from this machine or by a printed link."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.insight.errors import RegularsError
from regulars.records.read.team import nobody_yet
from regulars.records.write.company import change_company
from regulars.records.write.team import make_first_admin, opens_setup
from regulars.web.access import post_only
from regulars.web.pages.sign_in.page import SetupPage

_OPENED = "setup_opened"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_this_machine(request: HttpRequest) -> bool:
    """Say whether the person sits at this machine: not behind a proxy, and at its own address."""
    if any(name in request.META for name in _FORWARDED):
        return False
    named = urlsplit(f"//{request.get_host()}").hostname or ""
    meant = urlsplit(settings.REGULARS_URL).hostname or ""
    return _loopback(request.META.get("REMOTE_ADDR", "")) and _loopback(named) and _loopback(meant)


def _check_may_set_up(request: HttpRequest) -> None:
    if not nobody_yet():
        raise RegularsError("already-set-up", "Regulars already has an admin. Sign in instead.", 404)
    if not (_from_this_machine(request) or request.session.get(_OPENED)):
        raise RegularsError(
            "setup-closed",
            "Regulars has no admin yet. Set it up from the machine it runs on: open the link that "
            "`regulars serve` printed, or run `regulars user add EMAIL --role admin` there.",
            403,
        )


def setup_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange the printed link for a session that may set up, so that no address keeps the secret."""
    if not opens_setup(token):
        raise RegularsError(
            "setup-link-used",
            "This link no longer opens anything: it was replaced or Regulars is set up already.",
            404,
        )
    request.session.cycle_key()
    request.session[_OPENED] = True
    response = HttpResponseRedirect(reverse("setup"))
    response["Referrer-Policy"] = "no-referrer"
    return _clean(response)


def _clean(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def setup_page(request: HttpRequest) -> HttpResponseBase:
    """Show the form that makes the first admin."""
    _check_may_set_up(request)
    return _clean(render(request, "pages/sign_in/page.html", {"page": SetupPage.empty()}))


@post_only
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Make the first admin, keep what the company said about itself, and let them in."""
    _check_may_set_up(request)
    typed = SetupPage.typed(request.POST)
    try:
        typed.check()
        admin = make_first_admin(
            email=typed.email, name=typed.name, password=request.POST.get("password", "")
        )
        change_company(admin, typed.company())
    except RegularsError as error:
        shown = {"page": typed.with_errors(error)}
        return _clean(render(request, "pages/sign_in/page.html", shown, status=error.status))
    # With a new session key: the one from before the admin was made is worth nothing.
    request.session.flush()
    answer: HttpResponse = perform_login(request, admin, redirect_url=reverse("today"))
    return answer
