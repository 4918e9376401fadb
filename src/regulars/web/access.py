"""Who may see and do what, said once above each view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague


class ColleagueRequest(HttpRequest):
    """A request of a signed-in colleague."""

    user: Colleague


View = Callable[..., HttpResponseBase]


def access(verb: str) -> Callable[[View], View]:
    """Let only colleagues in whose role allows the verb: read, write, lead or administer.

    The verb stays on the view as ``access_verb``, where the permission matrix of the tests reads it.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            if not isinstance(request.user, Colleague):
                return redirect_to_login(request.get_full_path())
            if not request.user.may(verb):
                role = request.user.get_role_display().lower()
                raise RegularsError("forbidden", f"Your role ({role}) may not do this. Ask an admin.", 403)
            return view(request, *arguments, **named)

        guarded.access_verb = verb  # type: ignore[attr-defined]
        return guarded

    return guard


def post_only(view: View) -> View:
    """Refuse any method but POST: nothing changes by following a link."""

    @wraps(view)
    def posted(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        if request.method != "POST":
            raise RegularsError(
                "post-only", "This address takes a form, not a visit. Go back and use the button.", 405
            )
        return view(request, *arguments, **named)

    return posted
