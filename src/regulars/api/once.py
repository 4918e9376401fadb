"""Doing once what a program asks for twice: the header ``Idempotency-Key`` of a POST."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.responses import Status

from regulars.api.keys import key_of
from regulars.insight.errors import RegularsError
from regulars.records.write.api_answers import LONGEST_NAME, answered_once

HEADER = "Idempotency-Key"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_NAME},
    "description": "A word of yours for this request. Sent again within 24 hours, it is answered as before "
    "and nothing more happens; with another request it is refused.",
}
SHOWN_ONCE = "shown_once"
"""Operations that carry this mark answer with a secret, which is kept for nobody."""

Operation = Callable[..., Any]


def shown_once(operation: Operation) -> Operation:
    """Mark an operation whose answer is shown once, so that it is not kept to be repeated."""
    setattr(operation, SHOWN_ONCE, True)
    return operation


def once(operation: Operation) -> Operation:
    """Let an operation do once what is asked under one name; errors are not kept, so they can be retried."""

    @wraps(operation)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> Any:
        name = request.headers.get(HEADER, "")
        if request.method != "POST" or not name:
            return operation(request, *args, **named)
        if len(name) > LONGEST_NAME:
            words = f"An Idempotency-Key has at most {LONGEST_NAME} letters; this one has {len(name)}."
            raise RegularsError("idempotency-too-long", words)
        status, body = answered_once(
            key_of(request),
            name,
            _asked(request),
            timezone.now(),
            lambda: _told(operation(request, *args, **named)),
            keep=not hasattr(operation, SHOWN_ONCE),
        )
        return HttpResponse(body, status=status, content_type="application/json; charset=utf-8")

    return answer


def _asked(request: HttpRequest) -> str:
    asked = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(asked).hexdigest()


def _told(result: Any) -> tuple[int, str]:
    """Return the status and the text of what an operation answered."""
    status, body = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    return status, body.model_dump_json()
