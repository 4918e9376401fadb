"""Outcomes on the customer's page: agreed, changed by several at once, measured, confirmed, given up."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.urls import reverse

from regulars.attention.write import success
from regulars.attention.write.success import SaidOfIt
from regulars.insight.errors import RegularsError
from regulars.insight.typed import LARGEST_VERSION, whole_number
from regulars.records.models import Confirmation, Outcome, OutcomeEdit, Reading, Verdict
from regulars.records.opaque import opaque
from regulars.records.read.company import company
from regulars.records.read.customers import kept_customer as access_customer
from regulars.records.read.success import plan_row
from regulars.records.write import outcomes
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import date_of
from regulars.web.pages.customer.success_typed import (
    by_words,
    typed_number,
    typed_outcome,
    typed_past,
    typed_person,
)
from regulars.web.undo import back, say

VERDICT_WORDS = {
    Verdict.CONFIRMED: "Confirmed, as they said. Ask again in half a year.",
    Verdict.NOT_YET: "Not yet, as they said.",
    Verdict.DISPUTED: "Disputed, as they said. It stands so until they confirm.",
}


def to_plan(request: ColleagueRequest, customer: int, outcome: int | None = None) -> HttpResponseBase:
    """Return to the plan the form came from, with an outcome shown in full."""
    address = reverse("customer", args=[opaque(customer)])
    return back(request, f"{address}?tab=success" + (f"&outcome={opaque(outcome)}" if outcome else ""))


@access("write")
@post_only
def add_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note what they want, agreed with them or as a draft."""
    customer = access_customer(ref)
    today, agreed = date_of(company()), request.POST.get("agreed") == "yes"
    typed = typed_outcome(customer.pk, request.POST)
    sentence = str(typed.pop("sentence", ""))
    more = {"owner_id": request.user.pk, **typed, "from_sale": request.POST.get("from_sale") == "on"}
    outcome = success.start_outcome(request.user, customer.pk, sentence, on=today, agreed=agreed, **more)
    words = (
        f"Agreed: {by_words(outcome.due_on)}." if agreed else f"Kept as a draft: {by_words(outcome.due_on)}."
    )
    say(request, words, reverse("outcome_remove", args=[opaque(outcome.pk)]))
    return to_plan(request, customer.pk, outcome.pk)


@access("write")
@post_only
def change_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Change an outcome; what somebody else changed meanwhile is kept, and so is what was typed."""
    outcome = plan_row(Outcome, ref)
    version = whole_number(request.POST.get("version", ""), LARGEST_VERSION)
    seen = outcome.version if version is None else version
    merged = outcomes.change_outcome(
        request.user, outcome, seen, typed_outcome(outcome.customer_id, request.POST, outcome)
    )
    if merged.aside is not None:
        say(
            request,
            "Somebody changed the same words meanwhile. Yours are kept beside theirs: settle which holds.",
        )
    elif merged.edit is not None:
        dated = f" It is due {by_words(merged.outcome.due_on)}." if "due_on" in merged.taken else ""
        say(request, f"Changed.{dated}", reverse("edit_undo", args=[opaque(merged.edit.pk)]))
    else:
        say(request, "Nothing was different.")
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def undo_edit(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a change of an outcome back, by another change."""
    merged = outcomes.undo_edit(request.user, plan_row(OutcomeEdit, ref))
    if merged.aside is not None:
        say(request, "Somebody changed it again since. The words from before are kept beside theirs.")
    else:
        say(request, "As it was before.")
    return to_plan(request, merged.outcome.customer_id, merged.outcome.pk)


@access("write")
@post_only
def settle_edit(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Settle what was kept aside."""
    edit = plan_row(OutcomeEdit, ref)
    take = request.POST.get("take") == "theirs"
    merged = outcomes.settle_edit(request.user, edit, take=take)
    say(request, "Taken over." if take else "It stays as it stands.")
    return to_plan(request, merged.outcome.customer_id, merged.outcome.pk)


@access("write")
@post_only
def agree_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Mark a draft as agreed with the customer."""
    outcome = plan_row(Outcome, ref)
    person = typed_person(outcome.customer_id, request.POST.get("person", ""), "person")
    agreed = success.agree_outcome(request.user, outcome, date_of(company()), person=person)
    say(request, f"Agreed: {by_words(agreed.due_on)}.", reverse("outcome_unagree", args=[ref]))
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def unagree_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take an agreement back."""
    outcome = plan_row(Outcome, ref)
    success.unagree_outcome(request.user, outcome)
    say(request, "It is a draft again.")
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def drop_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note that both sides gave an outcome up."""
    outcome = plan_row(Outcome, ref)
    outcomes.drop_outcome(request.user, outcome, date_of(company()), request.POST.get("dropped_why", ""))
    say(request, "Given up by both.", reverse("outcome_take_up", args=[ref]))
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def take_up_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take an outcome up again."""
    outcome = plan_row(Outcome, ref)
    outcomes.take_up_outcome(request.user, outcome)
    say(request, "Taken up again.")
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def remove_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take away what was noted by mistake."""
    outcome = plan_row(Outcome, ref)
    customer = outcome.customer_id
    success.remove_outcome(request.user, outcome)
    say(request, "It is gone.")
    return to_plan(request, customer)


@access("write")
@post_only
def measure_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a reading."""
    outcome = plan_row(Outcome, ref)
    value = typed_number(request.POST.get("value", ""), "value")
    if value is None:
        raise RegularsError("value-missing", "Write the number as it was read.").beside("value")
    day = typed_past(request.POST.get("day", ""), "day")
    reading = success.measure_outcome(
        request.user, outcome, day, value, evidence=request.POST.get("evidence", "")
    )
    say(request, "Reading kept.", reverse("reading_withdraw", args=[opaque(reading.pk)]))
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def withdraw_reading(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a reading back."""
    reading = plan_row(Reading, ref)
    outcome = reading.outcome
    success.withdraw_reading(request.user, reading)
    say(request, "The reading is gone.")
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def say_of_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note what the customer said of an outcome, with what that rests on."""
    outcome, post = plan_row(Outcome, ref), request.POST
    said: SaidOfIt = {
        "value": typed_number(post.get("value", ""), "value"),
        "words": post.get("words", ""),
        "evidence": post.get("evidence", ""),
        "said_by": typed_person(outcome.customer_id, post.get("said_by", ""), "said_by"),
    }
    on = typed_past(post.get("said_on", ""), "said_on")
    found = success.confirm_outcome(request.user, outcome, post.get("verdict", ""), on=on, **said)
    words = VERDICT_WORDS[Verdict(found.verdict)]
    say(request, words, reverse("confirmation_withdraw", args=[opaque(found.pk)]))
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("write")
@post_only
def withdraw_confirmation(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take back what was noted as said by the customer."""
    found = plan_row(Confirmation, ref)
    outcome = found.outcome
    success.withdraw_confirmation(request.user, found)
    say(request, "Taken back.")
    return to_plan(request, outcome.customer_id, outcome.pk)


@access("read")
@post_only
def see_outcome(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Note that a colleague, or a person of theirs whom one names, has seen or agreed the plan."""
    outcome = plan_row(Outcome, ref)
    person = typed_person(outcome.customer_id, request.POST.get("person", ""), "person")
    agrees = request.POST.get("agrees") == "yes"
    success.see_plan(request.user, outcome, on=date_of(company()), person=person, agrees=agrees)
    say(request, f"Noted: {person or 'you'} {'agreed to' if agrees else 'saw'} version {outcome.version}.")
    return to_plan(request, outcome.customer_id, outcome.pk)
