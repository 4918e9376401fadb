"""Today, and the answers to its next steps."""

from __future__ import annotations

from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.models import NextStep
from regulars.attention.read.evidence import entries_of
from regulars.attention.read.today import contacts, reason
from regulars.attention.write import answers
from regulars.insight.errors import RegularsError
from regulars.insight.typed import whole_number
from regulars.records.opaque import number
from regulars.records.read.company import company
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import today_of, typed_day
from regulars.web.pages.today.page import today_shown, waiting_for
from regulars.web.undo import back, say

MOST_DAYS = 3_660


@access("read")
def today_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show who needs us today, and why; a page that waits is told when there is news."""
    waiting = request.GET.get("waiting", "")
    if waiting and waiting == waiting_for():
        return HttpResponse(status=204)
    return render(request, "pages/today/page.html", {"page": today_shown(company(), request.user)})


def access_step(ref: str) -> NextStep:
    """Return the step an address means."""
    step = NextStep.objects.select_related("customer").filter(pk=number(ref)).first()
    if step is None:
        raise RegularsError("not-found", "This next step is gone.", 404)
    return step


@access("read")
def step_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show one next step with the entries it rests on."""
    ours, step = company(), access_step(ref)
    shown = {
        "reason": reason(step, contacts([step.customer_id])),
        "entries": entries_of(step),
        "today": today_of(ours),
        "currency": ours.currency,
        "evidence": step.evidence,
    }
    return render(request, "pages/today/step.html", shown)


@access("write")
@post_only
def finish(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Mark a step as done."""
    step = access_step(ref)
    answers.finish_step(request.user, step, request.POST.get("reason", ""))
    say(request, _said(step, "done. Thank you."), reverse("step_reopen", args=[ref]))
    return back(request, reverse("today"))


@access("write")
@post_only
def snooze(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Put a step off."""
    step, today = access_step(ref), today_of(company())
    days = whole_number(request.POST.get("days", ""), MOST_DAYS)
    until = typed_day(request.POST.get("until", ""), "until") if days is None else today + days
    answers.snooze_step(
        request.user, step, until_day=until or today, reason=request.POST.get("reason", ""), today=today
    )
    say(request, f"{_named(step)} comes back later.", reverse("step_reopen", args=[ref]))
    return back(request, reverse("today"))


@access("write")
@post_only
def dismiss(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Say that a step was not useful."""
    step = access_step(ref)
    answers.dismiss_step(request.user, step, request.POST.get("reason", ""))
    say(request, _said(step, "noted as not useful."), reverse("step_reopen", args=[ref]))
    return back(request, reverse("today"))


@access("write")
@post_only
def reopen(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take an answer back."""
    step = access_step(ref)
    answers.reopen_step(request.user, step)
    say(request, f"{_named(step)} is back.")
    return back(request, reverse("today"))


def _said(step: NextStep, words: str) -> str:
    return f"{step.customer.name if step.customer else 'This line'}: {words}"


def _named(step: NextStep) -> str:
    return f"The next step for {step.customer.name}" if step.customer else "This line"
