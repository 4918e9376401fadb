"""Steps, promises, wishes and templates on the customer's page."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.write import success_steps
from regulars.insight.wish import wish_test
from regulars.records.models import Commitment, Customer, Milestone, Outcome, OutcomeTemplate, Side, Wish
from regulars.records.opaque import opaque
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.read.success import outcome_templates, plan_row
from regulars.records.write import plan, templates, wishes
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of
from regulars.web.pages.customer.success_typed import typed_colleague, typed_past, typed_person, typed_when
from regulars.web.pages.customer.success_view import to_plan
from regulars.web.undo import back, say


def _outcome_named(request: ColleagueRequest, customer: Customer) -> Outcome | None:
    """Return the outcome a form belongs to, if it belongs to one of this customer."""
    ref = request.POST.get("outcome", "")
    outcome = plan_row(Outcome, ref) if ref else None
    return outcome if outcome is not None and outcome.customer_id == customer.pk else None


@access("write")
@post_only
def add_milestone(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Put a step on the way to an outcome, or into the onboarding."""
    customer, post = access_customer(ref), request.POST
    outcome = _outcome_named(request, customer)
    step = plan.add_milestone(
        request.user, customer.pk, post.get("milestone", ""), outcome=outcome,
        due_on=typed_when(post.get("due_on", ""), "due_on"),
        onboarding=outcome is None, go_live=post.get("go_live") == "on",
    )  # fmt: skip
    say(request, "Step added.", reverse("milestone_drop", args=[opaque(step.pk)]))
    return to_plan(request, customer.pk, step.outcome_id)


@access("write")
@post_only
def reach_milestone(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Mark a step as reached."""
    step = plan_row(Milestone, ref)
    success_steps.reach_milestone(request.user, step, typed_past(request.POST.get("on", ""), "on"))
    say(request, f"Reached: {step.text}", reverse("milestone_open", args=[ref]))
    return to_plan(request, step.customer_id, step.outcome_id)


@access("write")
@post_only
def open_milestone(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Open a step again."""
    step = plan_row(Milestone, ref)
    success_steps.reopen_milestone(request.user, step)
    say(request, "The step is open again.")
    return to_plan(request, step.customer_id, step.outcome_id)


@access("write")
@post_only
def drop_milestone(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a step away."""
    step = plan_row(Milestone, ref)
    customer, outcome = step.customer_id, step.outcome_id
    plan.drop_milestone(request.user, step)
    say(request, "The step is gone.")
    return to_plan(request, customer, outcome)


@access("write")
@post_only
def add_promise(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note what one side promises."""
    customer, post = access_customer(ref), request.POST
    side, who = post.get("side", ""), post.get("who", "")
    made = success_steps.make_commitment(
        request.user, customer.pk, side, post.get("commitment", ""), on=date_of(company()),
        outcome=_outcome_named(request, customer),
        due_on=typed_when(post.get("due_on", ""), "due_on"),
        colleague=typed_colleague(who, "who") if side == Side.OURS else None,
        person=typed_person(customer.pk, who, "who") if side == Side.THEIRS else None,
    )  # fmt: skip
    say(request, "Promise kept in mind.", reverse("promise_drop", args=[opaque(made.pk)]))
    return to_plan(request, customer.pk, made.outcome_id)


@access("write")
@post_only
def keep_promise(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Mark a promise as kept."""
    promise = plan_row(Commitment, ref)
    success_steps.tick_commitment(request.user, promise, typed_past(request.POST.get("on", ""), "on"))
    say(request, f"Kept: {promise.text}", reverse("promise_open", args=[ref]))
    return to_plan(request, promise.customer_id, promise.outcome_id)


@access("write")
@post_only
def miss_promise(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Mark a promise as missed."""
    promise = plan_row(Commitment, ref)
    success_steps.miss_commitment(request.user, promise, date_of(company()))
    say(request, f"Missed: {promise.text}", reverse("promise_open", args=[ref]))
    return to_plan(request, promise.customer_id, promise.outcome_id)


@access("write")
@post_only
def open_promise(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Open a promise again."""
    promise = plan_row(Commitment, ref)
    success_steps.reopen_commitment(request.user, promise)
    say(request, "The promise is open again.")
    return to_plan(request, promise.customer_id, promise.outcome_id)


@access("write")
@post_only
def drop_promise(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take back a promise that was noted by mistake."""
    promise = plan_row(Commitment, ref)
    customer, outcome = promise.customer_id, promise.outcome_id
    success_steps.unmake_commitment(request.user, promise)
    say(request, "The promise is gone.")
    return to_plan(request, customer, outcome)


@access("write")
@post_only
def add_wish(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note how they want to work with us."""
    customer, post = access_customer(ref), request.POST
    kind = post.get("kind", "")
    wish = wishes.add_wish(
        request.user, customer.pk, kind, post.get("wish", ""), noted_on=date_of(company()),
        test=wish_test(kind, post.get("test", "")),
        said_by=typed_person(customer.pk, post.get("said_by", ""), "said_by"),
    )  # fmt: skip
    say(request, "Wish noted.", reverse("wish_end", args=[opaque(wish.pk)]))
    return to_plan(request, customer.pk)


@access("write")
@post_only
def judge_wish(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Judge by hand whether a wish is met."""
    wish, post = plan_row(Wish, ref), request.POST
    wishes.judge_wish(
        request.user, wish, post.get("judged", ""), post.get("evidence", ""), date_of(company())
    )
    say(request, "Judged, with what it rests on.")
    return to_plan(request, wish.customer_id)


@access("write")
@post_only
def end_wish(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note that a wish no longer holds."""
    wish = plan_row(Wish, ref)
    wishes.end_wish(request.user, wish, date_of(company()))
    say(request, "This wish no longer holds.", reverse("wish_resume", args=[ref]))
    return to_plan(request, wish.customer_id)


@access("write")
@post_only
def resume_wish(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Let a wish hold again."""
    wish = plan_row(Wish, ref)
    wishes.end_wish(request.user, wish, None)
    say(request, "The wish holds again.")
    return to_plan(request, wish.customer_id)


@access("write")
@post_only
def start_from_template(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Start a draft from a template."""
    customer = access_customer(ref)
    template = plan_row(OutcomeTemplate, request.POST.get("template", ""))
    draft = templates.start_from_template(
        request.user, template, customer.pk, on=date_of(company()), owner=request.user
    )
    say(
        request, "A draft to begin with. Put it into their words, then agree it.",
        reverse("outcome_remove", args=[opaque(draft.pk)]),
    )  # fmt: skip
    return to_plan(request, customer.pk, draft.pk)


@access("write")
@post_only
def keep_template(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Make a template of an outcome."""
    outcome = plan_row(Outcome, ref)
    name = request.POST.get("template", "")
    kept = templates.keep_template(request.user, outcome, name, outcome.customer.kind)
    say(request, f"Template {kept.name} kept.", reverse("template_drop", args=[opaque(kept.pk)]))
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("read")
def templates_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show the templates of outcomes."""
    return render(request, "pages/customer/success_templates.html", {"templates": outcome_templates()})


@access("write")
@post_only
def make_templates(request: ColleagueRequest) -> HttpResponseBase:
    """Make the templates that ship, those that are not there."""
    number = templates.make_starts(request.user)
    say(
        request,
        f"{number} template{'s' if number != 1 else ''} made." if number else "They are all here already.",
    )
    return back(request, reverse("success_templates"))


@access("write")
@post_only
def drop_template(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a template away."""
    template = plan_row(OutcomeTemplate, ref)
    templates.drop_template(request.user, template)
    say(request, f"Template {template.name} is gone; what started from it stays.")
    return back(request, reverse("success_templates"))
