"""One customer."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.web.access import ColleagueRequest, access


@access("read")
def customer_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show one customer."""
    return render(request, "pages/customer/page.html")
