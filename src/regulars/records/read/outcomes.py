"""Outcomes with all that their state follows from, for one customer or many, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from regulars.insight.outcome import OutcomeRecord, OutcomeStanding, Said, outcome_standing
from regulars.records.models import Confirmation, Milestone, Outcome, OutcomeEdit, Reading
from regulars.records.read.company import calendar_date, company, epoch_day

IN_ONE_CONDITION = 500


class Measured(NamedTuple):
    """One reading as it is shown; ``by`` is the name of the colleague who wrote it down, None for nobody.

    Plain and not a model's row: a plan has hundreds of them.
    """

    outcome: int
    day: date
    value: float
    evidence: str
    by_customer: bool
    by: str | None


def measured(**only: Any) -> dict[int, list[Measured]]:
    """Return the readings that meet a condition by outcome, the newest first."""
    rows = Reading.objects.filter(**only).order_by("-day", "-pk")
    found = defaultdict[int, list[Measured]](list)
    for row in rows.values_list("outcome_id", "day", "value", "evidence", "by_customer", "by__name"):
        found[row[0]].append(Measured(*row))
    return found


@dataclass(frozen=True, slots=True)
class OutcomeNow:
    """One outcome where it stands on a day, with what the customer said last."""

    outcome: Outcome
    record: OutcomeRecord
    standing: OutcomeStanding
    said: Confirmation | None


def stood_before(edits: Iterable[OutcomeEdit]) -> dict[str, Any]:
    """Return the fields that edits of one outcome changed, as they stood before; the newest edit first."""
    found = dict[str, Any]()
    for edit in edits:
        found |= {name: restored(name, pair[0]) for name, pair in edit.changes.items()}
    return found


def restored(name: str, value: Any) -> Any:
    """Return the value of an outcome's field as an edit keeps it."""
    return date.fromisoformat(value) if name == "due_on" and value else value


def as_worded(outcomes: Sequence[Outcome], as_of: int, known_by: int | None = None) -> None:
    """Give outcomes the words, date and numbers they had at the end of a past day; who it names stays.

    Units
    -----
    Epoch days. An edit counts from the moment it was made, so of both days the earlier is meant.
    """
    if not outcomes:
        return
    last = as_of if known_by is None else min(as_of, known_by)
    after = datetime.combine(calendar_date(last + 1), time(), company().zone)
    edits = OutcomeEdit.objects.filter(aside=False, at__gte=after).order_by("-version", "-pk")
    if len(outcomes) <= IN_ONE_CONDITION:
        edits = edits.filter(outcome__in=[one.pk for one in outcomes])
    made = defaultdict[int, list[OutcomeEdit]](list)
    for edit in edits:
        made[edit.outcome_id].append(edit)
    for outcome in outcomes:
        for name, value in stood_before(made.get(outcome.pk, ())).items():
            if not name.endswith("_id"):
                setattr(outcome, name, value)


def outcomes_of(
    customers: Sequence[int] | None, as_of: int, known_by: int | None = None
) -> dict[int, list[OutcomeNow]]:
    """Return everybody's outcomes that were noted by a day, by customer, the earliest first.

    Parameters
    ----------
    customers
        Only theirs; None is everybody.
    known_by
        Leave out outcomes, readings, milestones, answers and changes of words that were recorded after this
        day.
    """
    noted = Outcome.objects.filter(noted_on__lte=calendar_date(as_of)).order_by("id")
    noted = noted.filter(**recorded_by("created_at", known_by))
    if customers is None:
        return _standing(list(noted), as_of, known_by, everybody=True)
    found: dict[int, list[OutcomeNow]] = {}
    for start in range(0, len(customers), IN_ONE_CONDITION):
        some = noted.filter(customer_id__in=customers[start : start + IN_ONE_CONDITION])
        found |= _standing(list(some), as_of, known_by, everybody=False)
    return found


def recorded_by(column: str, day: int | None) -> dict[str, datetime]:
    """Return the condition that a moment lies before the end of a company-local day; none for None."""
    if day is None:
        return {}
    return {f"{column}__lt": datetime.combine(calendar_date(day + 1), time(), company().zone)}


def _standing(
    outcomes: list[Outcome], as_of: int, known_by: int | None, *, everybody: bool
) -> dict[int, list[OutcomeNow]]:
    if not outcomes:
        return {}
    as_worded(outcomes, as_of, known_by)
    # For everybody the whole tables are read: a list of a million ids is no condition.
    only: dict[str, Any] = {} if everybody else {"outcome__in": [one.pk for one in outcomes]}
    recorded = recorded_by("recorded_at", known_by)
    readings = measured(**only, **recorded)
    milestones, said = defaultdict[int, list[Milestone]](list), defaultdict[int, list[Confirmation]](list)
    steps = Milestone.objects.filter(outcome__isnull=False, **only, **recorded_by("created_at", known_by))
    for milestone in steps.order_by("id"):
        milestones[milestone.outcome_id or 0].append(milestone)
    answers = Confirmation.objects.filter(**only, **recorded).select_related("said_by")
    for one in answers.order_by("-said_on", "-id"):
        said[one.outcome_id].append(one)
    found = defaultdict[int, list[OutcomeNow]](list)
    for outcome in outcomes:
        heard = [one for one in said[outcome.pk] if epoch_day(one.said_on) <= as_of]
        record = outcome_record(outcome, readings[outcome.pk], milestones[outcome.pk], heard)
        standing = outcome_standing(record, as_of)
        found[outcome.customer_id].append(OutcomeNow(outcome, record, standing, heard[0] if heard else None))
    return dict(found)


def outcome_record(
    outcome: Outcome,
    readings: Sequence[Measured],
    milestones: Sequence[Milestone],
    said: Sequence[Confirmation],
) -> OutcomeRecord:
    """Return what an outcome's state follows from.

    Parameters
    ----------
    readings, said
        The newest first: of one day the first counts.
    """
    return OutcomeRecord(
        noted_day=epoch_day(outcome.noted_on),
        agreed_day=_day(outcome.agreed_on),
        due_day=_day(outcome.due_on),
        baseline=outcome.baseline,
        target=outcome.target,
        dropped_day=_day(outcome.dropped_on),
        readings=[(epoch_day(one.day), one.value) for one in readings],
        milestones=[(_day(one.due_on), _day(one.done_on)) for one in milestones],
        said=[
            Said(epoch_day(one.said_on), one.verdict, _day(one.expires_on), _day(one.overtaken_on))
            for one in said
        ],
    )


def _day(day: date | None) -> int | None:
    return None if day is None else epoch_day(day)
