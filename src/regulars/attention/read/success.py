"""One customer's success plan: what they want, where it stands, and how they want to work with us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from regulars.attention.models import Contract
from regulars.insight.errors import RegularsError
from regulars.insight.measure import Happened, Read, read_by_rule
from regulars.insight.outcome import OutcomeStanding, most_urgent, outcome_standing
from regulars.insight.wish import Judgement, Touchpoint, WishStanding, wish_standing
from regulars.ledger.models import Fact
from regulars.records.models import Commitment, Milestone, Outcome, Person, Side, Wish
from regulars.records.opaque import number
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.read.outcomes import as_worded, outcome_record
from regulars.records.read.success import OutcomeRows, PlanRows, plan_rows

TOUCHPOINTS = 200
"""So many of the last touchpoints are read for wishes: some of them tell of none."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise and what became of it by its dates alone, in words, with the tone they are shown in."""

    row: Commitment
    words: str
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be kept."""
        return self.row.done_on is None and self.row.missed_on is None


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """One outcome with its state and everything that hangs on it.

    Units
    -----
    ``line`` is where a straight line from baseline to target would be now, as a share of the way.
    """

    rows: OutcomeRows
    standing: OutcomeStanding
    line: float | None
    by_rule: Read | None
    promises: tuple[Promise, ...]

    @property
    def outcome(self) -> Outcome:
        """The outcome itself."""
        return self.rows.outcome

    @property
    def ours(self) -> list[Promise]:
        """What we promised."""
        return [one for one in self.promises if one.row.side == Side.OURS]

    @property
    def theirs(self) -> list[Promise]:
        """What they promised."""
        return [one for one in self.promises if one.row.side == Side.THEIRS]


@dataclass(frozen=True, slots=True)
class WishShown:
    """One wish, and whether it is met."""

    row: Wish
    standing: WishStanding


@dataclass(frozen=True, slots=True)
class Plan:
    """A customer's success plan as of a day, the outcome that needs most attention first.

    Milestones and promises here belong to no single outcome, such as the steps of onboarding.
    """

    outcomes: tuple[OutcomeShown, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    promises: tuple[Promise, ...] = ()
    wishes: tuple[WishShown, ...] = ()

    @property
    def wanted(self) -> OutcomeShown | None:
        """The outcome that needs most attention; None when nobody has said what they want."""
        at = most_urgent([one.standing for one in self.outcomes])
        return None if at is None else self.outcomes[at]

    @property
    def still_wanted(self) -> int:
        """How many outcomes were not given up."""
        return sum(1 for one in self.outcomes if one.outcome.dropped_on is None)


def success_plan(customer: int, as_of: int, known_by: int | None = None, *, whole: bool = True) -> Plan:
    """Return a customer's plan on a day, in a constant number of queries.

    Parameters
    ----------
    known_by
        Leave out what was recorded or received after that day.
    whole
        Otherwise only what the states of the outcomes follow from.

    Units
    -----
    Epoch days.
    """
    rows = plan_rows([customer], known_by, whole=whole).get(customer, PlanRows())
    as_worded([one.outcome for one in rows.outcomes], as_of, known_by)
    rules = [one.outcome.reading_rule for one in rows.outcomes]
    happened = happened_by_rules([customer], rules, as_of, known_by).get(customer, [])
    day = calendar_date(as_of)
    shown = [
        _shown(_until(one, day), happened, as_of) for one in rows.outcomes if one.outcome.noted_on <= day
    ]
    shown.sort(key=lambda one: (one.standing.state, -one.standing.days_late, one.outcome.pk))
    return Plan(
        tuple(shown),
        tuple(rows.milestones),
        tuple(promise(one, as_of) for one in rows.commitments),
        _wishes(customer, rows.wishes, as_of, known_by),
    )


def success_matters(customer: int) -> bool:
    """Return whether a customer wants something, or has or had a contract."""
    return (
        Outcome.objects.filter(customer=customer).exists()
        or Contract.objects.filter(customer=customer).exists()
    )


def _until(rows: OutcomeRows, day: date) -> OutcomeRows:
    """Return an outcome without what was measured or said after a day."""
    readings = [one for one in rows.readings if one.day <= day]
    return replace(rows, readings=readings, said=[one for one in rows.said if one.said_on <= day])


def _shown(rows: OutcomeRows, happened: Sequence[Happened], as_of: int) -> OutcomeShown:
    standing, read = _standing(rows, happened, as_of)
    promises = tuple(promise(one, as_of) for one in rows.commitments)
    return OutcomeShown(rows, standing, _line(rows.outcome, as_of), read, promises)


def _standing(
    rows: OutcomeRows, happened: Sequence[Happened], as_of: int
) -> tuple[OutcomeStanding, Read | None]:
    rule = rows.outcome.reading_rule
    read = read_by_rule(rule, happened, as_of) if rule else None
    record = outcome_record(rows.outcome, rows.readings, rows.milestones, rows.said)
    if read is not None:
        record = replace(record, by_rule=(read.day, read.value))
    return outcome_standing(record, as_of), read


def _line(outcome: Outcome, as_of: int) -> float | None:
    """Return which share of the time from agreement to the date has gone by."""
    if outcome.agreed_on is None or outcome.due_on is None or outcome.due_on <= outcome.agreed_on:
        return None
    agreed, due = epoch_day(outcome.agreed_on), epoch_day(outcome.due_on)
    return min(1.0, max(0.0, (as_of - agreed) / (due - agreed)))


def promise(row: Commitment, as_of: int) -> Promise:
    """Return what became of a promise by a day, from its dates alone."""
    due = None if row.due_on is None else epoch_day(row.due_on)
    if row.done_on is not None and epoch_day(row.done_on) <= as_of:
        late = 0 if due is None else epoch_day(row.done_on) - due
        return Promise(
            row, f"kept, {_days(late)} late" if late > 0 else "kept", "watch" if late > 0 else "good"
        )
    if row.missed_on is not None and epoch_day(row.missed_on) <= as_of:
        return Promise(row, "missed", "bad")
    if due is not None and due < as_of:
        return Promise(row, f"{_days(as_of - due)} overdue", "bad")
    return Promise(row, "open", "")


def _days(number: int) -> str:
    return "a day" if number == 1 else f"{number} days"


def _wishes(customer: int, rows: Sequence[Wish], as_of: int, known_by: int | None) -> tuple[WishShown, ...]:
    """Return the wishes with what the touchpoints tell of them, the unmet ones first."""
    touchpoints = touchpoints_of(customer, as_of, known_by) if rows else ()
    shown = [
        WishShown(row, wish_standing(row.test, touchpoints, as_of, Judgement(row.judged, row.evidence)))
        for row in rows
        if epoch_day(row.noted_on) <= as_of
    ]
    return tuple(sorted(shown, key=lambda one: (one.standing.state, one.row.pk)))


def touchpoints_of(customer: int, as_of: int, known_by: int | None = None) -> tuple[Touchpoint, ...]:
    """Return a customer's last touchpoints, in the order in which they happened."""
    facts = Fact.objects.filter(customer=customer, kind="touchpoint", day__lte=as_of)
    if known_by is not None:
        facts = facts.filter(received_day__lte=known_by)
    last = list(facts.order_by("-day", "-pk").values_list("day", "properties")[:TOUCHPOINTS])
    met = {one for _, told in last for one in _people(told)}
    names = dict(Person.objects.filter(pk__in=met).values_list("pk", "name")) if met else {}
    return tuple(_touchpoint(day, told, names) for day, told in reversed(last))


def _touchpoint(day: int, told: dict[str, Any], names: dict[int, str]) -> Touchpoint:
    words = {name: str(told.get(name, "")) for name in ("channel", "direction", "language")}
    words["channel"] = words["channel"].lower()
    selling = told.get("selling")
    people = tuple(names.get(one, "") for one in _people(told))
    return Touchpoint(
        day,
        people=people or tuple(filter(None, [str(told.get("person", ""))])),
        selling=None if selling is None else selling in (True, "true", "yes", "1"),
        **words,
    )


def _people(told: dict[str, Any]) -> list[int]:
    """Return who was met, where it is told by reference; an import may tell it in words."""
    try:
        return [number(ref) for ref in str(told.get("person", "")).split()]
    except RegularsError:
        return []


def happened_by_rules(
    customers: Sequence[int], rules: Sequence[dict[str, Any]], as_of: int, known_by: int | None
) -> dict[int, list[Happened]]:
    """Return the entries that rules read, by customer, in one query, and in none without rules."""
    rules = [rule for rule in rules if rule]
    if not rules:
        return {}
    facts = Fact.objects.filter(
        customer__in=customers,
        day__gt=as_of - max(int(rule["days"]) for rule in rules),
        day__lte=as_of,
        kind__in={str(rule["kind"]) for rule in rules},
    )
    if known_by is not None:
        facts = facts.filter(received_day__lte=known_by)
    items = {str(rule.get("item", "")) for rule in rules}
    if "" not in items:
        facts = facts.filter(item__in=items)
    found: dict[int, list[Happened]] = {}
    columns = ("customer_id", "kind", "item", "day", "quantity")
    for customer, *row in facts.order_by("day", "pk").values_list(*columns):
        found.setdefault(customer, []).append(Happened(*row))
    return found
