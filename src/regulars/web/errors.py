"""Our own error pages: what happened, why, what next, and the id to quote."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from regulars.insight.errors import RegularsError
from regulars.web.style import style_address

TITLES = {
    400: "That did not work",
    403: "Not for your role",
    404: "Nothing here",
    405: "A form is needed",
    500: "Something went wrong on our side",
    503: "In a moment",
}

FORM_EXPIRED = "Please send it once more"


def page_for(request: HttpRequest, error: RegularsError) -> HttpResponse:
    """Return the page of one error.

    It asks nothing of the database, so that it can say that the database is what failed.
    """
    if request.headers.get("HX-Request") == "true" and request.method == "POST":
        return _beside_the_field(error)
    title = FORM_EXPIRED if error.code == "form-expired" else TITLES.get(error.status, TITLES[400])
    shown = {
        "error": error,
        "error_title": title,
        "request_id": getattr(request, "request_id", ""),
        "stylesheet": style_address(),
        "theme": "system",
    }
    return HttpResponse(render_to_string("error.html", shown), status=error.status)


def _beside_the_field(error: RegularsError) -> HttpResponse:
    """Leave the form as it is, and let the page say the sentence beside the field it concerns."""
    response = HttpResponse(status=error.status)
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps(
        {"regulars:error": {"message": error.message, "fields": error.fields}}
    )
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return page_for(
        request,
        RegularsError(
            "not-found", "There is nothing at this address. It may have been moved, merged or erased.", 404
        ),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return page_for(request, RegularsError("forbidden", "Your role may not do this. Ask an admin.", 403))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token does not fit: its page is old, or cookies are off."""
    sentence = (
        "This page is too old to send its form, or your browser keeps no cookies. Go back, copy what you "
        "typed, load the page anew and send it again."
    )
    return page_for(request, RegularsError("form-expired", sentence, 403))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return page_for(
        request, RegularsError("bad-request", "This request was not understood. Go back and try again.", 400)
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return page_for(
        request,
        RegularsError(
            "failed",
            "We could not finish this. Nothing was half-saved. Try again; if it stays, give your admin "
            "the id below.",
            500,
        ),
    )
