"""One click in, one page and one click out."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from regulars.privacy.demo import demo_contents, demo_there, remove_demo
from regulars.server.demo.load import COMPANIES
from regulars.server.demo.tasks import demo_task
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.undo import back, say


@access("administer")
@post_only
def load(request: ColleagueRequest) -> HttpResponseBase:
    """Have the worker fill the demo company."""
    chosen = request.POST.get("company", "coffee")
    demo_task.enqueue(chosen if chosen in COMPANIES else "coffee")
    say(request, "The demo company is on its way: in about half a minute its customers are here.")
    return back(request, reverse("today"))


@access("administer")
def remove(request: ColleagueRequest) -> HttpResponseBase:
    """Say what goes with the demo company; the button there removes every row of it."""
    if request.method != "POST":
        if not demo_there():
            return redirect("data")
        return render(request, "pages/data/remove_demo.html", {"contents": demo_contents()})
    removal = remove_demo(request.user)
    gone = f"{removal.customers:,} customers and {removal.facts:,} facts"
    say(request, f"The demo is gone: {gone} were removed.")
    return redirect("today")
