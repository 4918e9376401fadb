"""Outcomes with all that their state follows from, for one customer or many, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulars.insight.outcome import OutcomeRecord, OutcomeStanding, Said, outcome_standing
from regulars.records.models import Confirmation, Milestone, Outcome, Reading
from regulars.records.read.company import calendar_date, epoch_day

IN_ONE_CONDITION = 500


@dataclass(frozen=True, slots=True)
class OutcomeNow:
    """One outcome where it stands on a day, with what the customer said last."""

    outcome: Outcome
    record: OutcomeRecord
    standing: OutcomeStanding
    said: Confirmation | None


def outcomes_of(customers: Sequence[int] | None, as_of: int) -> dict[int, list[OutcomeNow]]:
    """Return everybody's outcomes that were noted by a day, by customer, the earliest first.

    Parameters
    ----------
    customers
        Only theirs; None is everybody.
    """
    noted = Outcome.objects.filter(noted_on__lte=calendar_date(as_of)).order_by("id")
    if customers is None:
        return _standing(list(noted), as_of, everybody=True)
    found: dict[int, list[OutcomeNow]] = {}
    for start in range(0, len(customers), IN_ONE_CONDITION):
        some = noted.filter(customer_id__in=customers[start : start + IN_ONE_CONDITION])
        found |= _standing(list(some), as_of, everybody=False)
    return found


def _standing(outcomes: list[Outcome], as_of: int, *, everybody: bool) -> dict[int, list[OutcomeNow]]:
    if not outcomes:
        return {}
    # For everybody the whole tables are read: a list of a million ids is no condition.
    only = {} if everybody else {"outcome__in": [one.pk for one in outcomes]}
    readings, milestones = defaultdict[int, list[Reading]](list), defaultdict[int, list[Milestone]](list)
    said = defaultdict[int, list[Confirmation]](list)
    for reading in Reading.objects.filter(**only).order_by("day", "id"):
        readings[reading.outcome_id].append(reading)
    for milestone in Milestone.objects.filter(outcome__isnull=False, **only).order_by("id"):
        milestones[milestone.outcome_id or 0].append(milestone)
    for one in Confirmation.objects.filter(**only).select_related("said_by").order_by("said_on", "id"):
        said[one.outcome_id].append(one)
    found = defaultdict[int, list[OutcomeNow]](list)
    for outcome in outcomes:
        heard = [one for one in said[outcome.pk] if epoch_day(one.said_on) <= as_of]
        record = outcome_record(outcome, readings[outcome.pk], milestones[outcome.pk], heard)
        standing = outcome_standing(record, as_of)
        found[outcome.customer_id].append(OutcomeNow(outcome, record, standing, heard[-1] if heard else None))
    return dict(found)


def outcome_record(
    outcome: Outcome,
    readings: Sequence[Reading],
    milestones: Sequence[Milestone],
    said: Sequence[Confirmation],
) -> OutcomeRecord:
    """Return what an outcome's state follows from."""
    return OutcomeRecord(
        noted_day=epoch_day(outcome.noted_on),
        agreed_day=_day(outcome.agreed_on),
        due_day=_day(outcome.due_on),
        baseline=outcome.baseline,
        target=outcome.target,
        dropped_day=_day(outcome.dropped_on),
        readings=[(epoch_day(one.day), one.value) for one in readings],
        milestones=[(_day(one.due_on), _day(one.done_on)) for one in milestones],
        said=[Said(epoch_day(one.said_on), one.verdict, _day(one.expires_on)) for one in said],
    )


def _day(day: date | None) -> int | None:
    return None if day is None else epoch_day(day)
