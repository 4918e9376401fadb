"""Today."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.web.access import ColleagueRequest, access


@access("read")
def today_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show who needs us today, and why."""
    return render(request, "pages/today/page.html")
