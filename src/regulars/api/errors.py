"""Errors as problem details (RFC 9457): what happened, why, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import Response

from regulars.insight.errors import RegularsError
from regulars.records.clash import clash

log = logging.getLogger("regulars.request")


class KeptAside(RegularsError):
    """A change that somebody else's change met; ``edit`` is the id of what was kept beside it."""

    def __init__(self, told: RegularsError, edit: str) -> None:
        super().__init__(told.code, told.message, told.status, told.fields)
        self.edit = edit


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    **more: str,
) -> HttpResponse:
    """Return a problem as JSON; ``code`` is the stable one of docs/reference/errors.md."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
        **more,
    }
    if errors:
        told["errors"] = errors
    response = Response(told, status=status)
    response["Content-Type"] = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="regulars"'
    return response


def answer_errors(api: NinjaAPI) -> None:
    """Let an API answer every error as a problem."""

    @api.exception_handler(RegularsError)
    def _ours(request: HttpRequest, error: RegularsError) -> HttpResponse:
        fields = [
            {"pointer": f"/{name}" if name else "", "detail": words} for name, words in error.fields.items()
        ]
        more = {"edit": error.edit} if isinstance(error, KeptAside) else {}
        return problem(request, error.status, error.code, error.message, fields, **more)

    @api.exception_handler(AuthenticationError)
    def _without_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        words = "Send a key as `Authorization: Bearer …`. An admin makes one with `regulars key add`."
        return problem(request, 401, "key-missing", words)

    @api.exception_handler(ValidationError)
    def _unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = [{"pointer": _pointer(one["loc"]), "detail": str(one["msg"])} for one in error.errors]
        return problem(request, 422, "body-unfit", "Some fields are missing or unfit; see errors.", fields)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, "bad-request", error.message)

    @api.exception_handler(Exception)
    def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
        told = clash(error)
        if told is not None:
            return problem(request, told.status, told.code, told.message)
        log.error("request %s failed", getattr(request, "request_id", "-"), exc_info=error)
        words = "We could not finish this. Nothing was half-saved. Try again, and quote the request id."
        return problem(request, 500, "failed", words)


def _pointer(place: Sequence[str | int]) -> str:
    """Return where in a body, or in a query, something is unfit; a body goes by the name it has in code."""
    parts = place[2:] if place[:2] == ("body", "body") else place[1:]
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
