"""Find anyone: the palette's source, and a page of its own without JavaScript."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.attention.read.find import answers
from regulars.records.read.company import company
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import today_of


@access("read")
def find_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show who answers to a name, an e-mail, a phone ending, an order or a serial number."""
    text = request.GET.get("q", "").strip()
    quick = request.headers.get("HX-Request") == "true"
    found = answers(text, today_of(company()), limit=8 if quick else 20) if text else ()
    template = "pages/find/hits.html" if quick else "pages/find/page.html"
    response = render(request, template, {"text": text, "answers": found})
    response["Vary"] = "HX-Request"
    return response
