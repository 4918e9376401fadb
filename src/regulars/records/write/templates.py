"""Templates of outcomes: what customers of a kind mostly want, as a start for the talk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, KindOfCustomer, Outcome, OutcomeTemplate, Side, Wish
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said
from regulars.records.write.outcomes import note_outcome
from regulars.records.write.plan import add_commitment, add_milestone
from regulars.records.write.wishes import add_wish


class Start(NamedTuple):
    """A template that ships: made on demand, changed or dropped like any other."""

    name: str
    sentence: str
    measure: str
    unit: str
    days: int
    milestones: tuple[tuple[str, int, bool], ...]
    commitments: tuple[tuple[str, str, int], ...]


STARTS = (
    Start(
        "First value",
        "Our people do their first real task with it, by themselves",
        "people who did a real task last week", "people", 60,
        (("Everybody who needs access has it", 14, False), ("First real task done", 30, False),
         ("In daily use", 60, True)),
        (("theirs", "Name somebody who decides and somebody who tests", 7),
         ("ours", "Sit beside the first three who use it", 21)),
    ),
    Start(
        "Less time",
        "The work that takes us days takes hours",
        "hours a week", "hours", 120,
        (("We measured how long it takes today", 14, False), ("Half the way there", 60, False)),
        (("theirs", "Measure one ordinary week before we begin", 14),
         ("ours", "Show where the time goes, with our proposal", 30)),
    ),
    Start(
        "Never run out",
        "It is always there when we need it, without our having to think of it",
        "days without it, in a month", "days", 90,
        (("We know how much they use in a week", 21, False),),
        (("ours", "Say a week ahead when something will be late", 7),
         ("theirs", "Tell us of holidays and events beforehand", 7)),
    ),
)  # fmt: skip


def make_starts(actor: Colleague | None) -> int:
    """Make the templates that ship, and return how many were not there yet."""
    require(actor, "write")
    there = set(OutcomeTemplate.objects.values_list("name", flat=True))
    new = [
        OutcomeTemplate(
            **start._asdict() | {
                "milestones": [list(step) for step in start.milestones],
                "commitments": [list(promise) for promise in start.commitments],
            }
        )
        for start in STARTS
        if start.name not in there
    ]  # fmt: skip
    with transaction.atomic():
        OutcomeTemplate.objects.bulk_create(new)
        record_entry(actor, "make_templates", "company", {"templates": len(new)})
    return len(new)


def keep_template(
    actor: Colleague | None, outcome: Outcome, name: str, kind: KindOfCustomer | None
) -> OutcomeTemplate:
    """Make a template of an outcome: its words and measure, its steps and promises as days from its start.

    What only this customer has, baseline, target, people and what they said, stays with them.

    Raises
    ------
    RegularsError
        ``forbidden``, ``template-there`` when the name is taken, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    words = said(name, at_most=80, field="template")
    if OutcomeTemplate.objects.filter(name=words).exists():
        raise RegularsError(
            "template-there", f"There is a template {words} already. Choose another name.", 409
        ).beside("template")
    start = outcome.agreed_on or outcome.noted_on

    def after(due_on: date | None) -> int | None:
        return None if due_on is None else max(0, (due_on - start).days)

    steps, promises = outcome.milestones.order_by("pk"), outcome.commitments.order_by("pk")
    with transaction.atomic():
        template = OutcomeTemplate.objects.create(
            name=words, kind=kind, sentence=outcome.sentence, measure=outcome.measure, unit=outcome.unit,
            days=after(outcome.due_on),
            milestones=[[one.text, after(one.due_on), one.go_live] for one in steps],
            commitments=[[one.side, one.text, after(one.due_on)] for one in promises],
            wishes=_wishes_of(outcome.customer_id),
        )  # fmt: skip
        record_entry(actor, "keep_template", f"customer {outcome.customer_id}", {"template": template.pk})
    return template


def _wishes_of(customer: int) -> list[list[str]]:
    rows = Wish.objects.filter(customer_id=customer, ended_on=None).order_by("pk")
    return [list(pair) for pair in rows.values_list("kind", "text")]


def start_from_template(
    actor: Colleague | None,
    template: OutcomeTemplate,
    customer: int,
    *,
    on: date,
    owner: Colleague | None = None,
) -> Outcome:
    """Start a draft from a template: its steps and promises with their dates, its wishes as questions.

    A draft is not agreed: the customer puts it into their own words first.

    Raises
    ------
    RegularsError
        ``forbidden``.
    """
    require(actor, "write")

    def day(days: Any) -> date | None:
        return None if days is None else on + timedelta(days=int(days))

    with transaction.atomic():
        outcome = note_outcome(
            actor, customer, template.sentence, noted_on=on, due_on=day(template.days),
            measure=template.measure, unit=template.unit, owner=owner,
        )  # fmt: skip
        for text, days, go_live in template.milestones:
            add_milestone(actor, customer, text, outcome=outcome, due_on=day(days), go_live=go_live)
        for side, text, days in template.commitments:
            whose = owner if side == Side.OURS else None
            add_commitment(actor, customer, side, text, outcome=outcome, due_on=day(days), colleague=whose)
        for rows in (outcome.milestones, outcome.commitments):
            rows.update(from_template=True)
        known = set(Wish.objects.filter(customer_id=customer, ended_on=None).values_list("text", flat=True))
        for kind, text in template.wishes:
            if text not in known:
                add_wish(actor, customer, kind, text, noted_on=on)
    return outcome


def drop_template(actor: Colleague | None, template: OutcomeTemplate) -> None:
    """Take a template away; outcomes that started from it stay."""
    require(actor, "write")
    with transaction.atomic():
        record_entry(actor, "drop_template", "company", {"template": template.name})
        OutcomeTemplate.objects.filter(pk=template.pk).delete()
