"""Find anyone: the palette's source, and a page of its own without JavaScript."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.attention.read.find import answers
from regulars.records.read.company import company
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import date_of, today_of
from regulars.web.pages.find.recording import would_record


@access("read")
def find_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show who answers to a name, an e-mail, a phone ending, or a number of an order, thing or contract."""
    text = request.GET.get("q", "").strip()
    quick = request.headers.get("HX-Request") == "true"
    recording = would_record(text, date_of(company())) if request.user.may("write") else ()
    finds = text and not any(one.line for one in recording)
    found = answers(text, today_of(company()), limit=8 if quick else 20) if finds else ()
    template = "pages/find/hits.html" if quick else "pages/find/page.html"
    response = render(request, template, {"text": text, "answers": found, "recording": recording})
    response["Vary"] = "HX-Request"
    return response
