"""Our own error pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.insight.errors import RegularsError


def page_for(request: HttpRequest, error: RegularsError) -> HttpResponse:
    """Return the page of one error."""
    return HttpResponse(error.message, status=error.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return page_for(request, RegularsError("not-found", "There is nothing at this address.", 404))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return page_for(request, RegularsError("forbidden", "Your role may not do this. Ask an admin.", 403))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return page_for(request, RegularsError("bad-request", "This request was not understood.", 400))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return page_for(request, RegularsError("failed", "Something went wrong on our side.", 500))
