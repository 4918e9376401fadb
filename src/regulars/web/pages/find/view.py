"""Find anyone."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.web.access import ColleagueRequest, access


@access("read")
def find_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show who answers to a name, an e-mail, a phone ending, an order or a serial number."""
    return render(request, "pages/find/page.html")
