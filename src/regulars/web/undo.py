"""Undo instead of confirm: what was done is said, with the way back beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def say(request: HttpRequest, text: str, undo: str = "") -> None:
    """Say on the next page what was done; `undo` is the address whose POST takes it back."""
    messages.success(request, text, extra_tags=undo)


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Return to the page the form came from, which it names in `back`; never to another host."""
    response = HttpResponseRedirect(came_from(request, otherwise))
    response.status_code = 303
    return response


def came_from(request: HttpRequest, otherwise: str) -> str:
    """Return the address of the page that a form came from, which it names in `back`; never another host."""
    target = request.POST.get("back", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else otherwise
