"""What happens around every request."""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
from collections.abc import Callable, Iterator

from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.shortcuts import redirect

from regulars.api.errors import problem
from regulars.insight.errors import RegularsError
from regulars.records.clash import clash
from regulars.records.models import Colleague
from regulars.server.demo.fill import FILLING
from regulars.web.errors import page_for

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("regulars.request")


def request_id(get_response: Answer) -> Answer:
    """Give each request an id, which error pages show and the log repeats."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.request_id = given = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = get_response(request)
        if not of_a_link(request.path):  # what opens nothing answers the same to every byte
            response["X-Request-Id"] = given
        return response

    return answer


def of_a_link(path: str) -> bool:
    """Return whether an address belongs to those who hold a link, not to colleagues."""
    return path.startswith(("/l/", "/plan/")) or path == "/plan"


def link_pages(get_response: Answer) -> Answer:
    """Let the holder of a link be nobody else, and let nothing of their pages be kept or found.

    The session of a colleague is not even looked at there: they see what the customer sees.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not of_a_link(request.path):
            return get_response(request)
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        response = get_response(request)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Browsers give a form no origin where the referrer is off, and it is refused; /plan is no secret.
        response["Referrer-Policy"] = "no-referrer" if request.path.startswith("/l/") else "same-origin"
        return response

    return answer


def _asks_for_a_page(request: HttpRequest) -> bool:
    """Return whether a page is wanted, and no part of one.

    The stylesheet of a shared plan signs nobody in: the token of the form that its page holds would be void.
    """
    accepted = request.headers.get("Accept", "")
    return "text/html" in accepted or accepted in {"", "*/*"}


def _from_this_machine(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def demo_filling(get_response: Answer) -> Answer:
    """Say, while the demo's company is being filled, that it is, and look again in a moment."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not (settings.REGULARS_DEMO and (settings.REGULARS_HOME / FILLING).exists()):
            return get_response(request)
        if request.path.startswith(("/static/", "/style-")):
            return get_response(request)
        error = RegularsError(
            "demo-filling",
            "The demo company is being filled: three years of purchases, and where each customer stands. "
            "This page looks again by itself.",
            503,
        )
        response = page_for(request, error)
        response["Retry-After"] = response["Refresh"] = "2"
        return response

    return answer


def demo_sign_in(get_response: Answer) -> Answer:
    """Sign visitors of a demo on this machine in as its admin: no ceremony on localhost."""

    def answer(request: HttpRequest) -> HttpResponse:
        if (
            settings.REGULARS_DEMO
            and not request.user.is_authenticated
            and not request.path.startswith(("/account/", "/static/", "/healthz", "/api/"))
            and not of_a_link(request.path)
            and _asks_for_a_page(request)
            and _from_this_machine(request)
        ):
            colleague = (
                Colleague.objects.filter(role=Colleague.Role.ADMIN, is_active=True).order_by("id").first()
            )
            if colleague is not None:
                login(request, colleague, backend=settings.AUTHENTICATION_BACKENDS[0])
        return get_response(request)

    return answer


def second_factor_asked(get_response: Answer) -> Answer:
    """Send colleagues without a second factor to set one up, where the company asks for it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if (
            settings.REQUIRE_SECOND_FACTOR
            and request.user.is_authenticated
            and not request.path.startswith(("/account/", "/static/"))
            and not is_mfa_enabled(request.user)
        ):
            return redirect("mfa_index")
        return get_response(request)

    return answer


def plain_text(get_response: Answer) -> Answer:
    """Refuse a request with a zero byte in it: no keyboard types one, and PostgreSQL cannot hold it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not _with_zero_byte(request):
            return get_response(request)
        error = RegularsError(
            "zero-byte", "Something that was sent holds a zero byte, which is no letter. Send it without."
        )
        if request.path.startswith("/api/"):
            return problem(request, error.status, error.code, error.message)
        return page_for(request, error)

    return answer


_ZERO_IN_JSON = re.compile(rb"\x00|(?<!\\)(?:\\\\)*\\u0000")


def _with_zero_byte(request: HttpRequest) -> bool:
    if "\0" in request.path or any("\0" in text for text in _texts(request.GET)):
        return True
    try:
        if request.content_type in _FORMS:
            return any("\0" in text for text in _texts(request.POST))
        return _ZERO_IN_JSON.search(request.body) is not None
    except (RequestDataTooBig, UnreadablePostError):
        return False  # whoever reads it next says what is wrong with it


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _texts(sent: QueryDict) -> Iterator[str]:
    for name, values in sent.lists():
        yield name
        yield from map(str, values)


def plain_errors(get_response: Answer) -> Answer:
    """Turn a RegularsError into the page that says what to do."""

    class Errors:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            told = error if isinstance(error, RegularsError) else clash(error)
            if told is not None:
                return page_for(request, told)
            if isinstance(error, ReauthenticationRequired):
                return None  # the library's way of asking for the password once more
            log.error("request %s failed", getattr(request, "request_id", "-"), exc_info=error)
            return None

    return Errors()
