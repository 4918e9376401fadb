"""Customers under contract month by month: what was known as each month began, and who was lost in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.attention.contracts import customer_contracts, spans_of
from regulars.attention.health_profiles import current_profiles, fitting_profile
from regulars.attention.known_then import KnownThen, known_then, signals_of
from regulars.insight.contract_term import EXPECTED_DAYS
from regulars.insight.contract_terms import ContractTold
from regulars.insight.months import first_day_of, month_of
from regulars.insight.person_periods import PersonPeriods, Signal, person_periods
from regulars.ledger.last_days import last_days
from regulars.records.models import Customer

Floats = npt.NDArray[np.float64]

MONTHS = 36
"""At most so many months are looked back."""
SILENCE_DAYS = 730
"""Days before the first month in which a sign of life is still looked for."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One unbroken time of a customer under contract.

    Units
    -----
    Epoch days; ``until`` is the first day no longer covered, None while it runs or may still be renewed.
    """

    customer: int
    begun: int
    until: int | None

    def covers(self, day: int) -> bool:
        """Return whether it runs on a day."""
        return self.begun <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class PersonMonths:
    """The rows of a scorecard, and whom they are about.

    ``spells`` has one value for each account number of ``rows``: who was lost and came back is two of them.
    ``known`` says, by account number, what was known of a lost one the given months before. ``unseen`` counts
    those who came and went between the first days of two months, and so are in no row.
    """

    rows: PersonPeriods
    spells: tuple[Spell, ...]
    known: Mapping[int, str]
    unseen: int


def spells(as_of: int) -> list[Spell]:
    """Return everybody's times under contract by what had happened by a day, lost customers among them.

    A gap in which a renewal may still be expected does not end one.
    """
    return [
        Spell(customer, begun, until if until <= as_of else None)
        for customer, own in groupby(customer_contracts(as_of), key=lambda one: one.customer)
        for begun, until in _stretches([one.told for one in own], as_of)
    ]


def _stretches(contracts: Sequence[ContractTold], as_of: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans_of(contracts, as_of):
        if joined and start <= joined[-1][1] + EXPECTED_DAYS:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif end > start:
            joined.append((start, end))
    return joined


def told_months(found: Sequence[Spell], as_of: int) -> range:
    """Return the months whose outcome is told for everybody alike: over, and nobody may still renew."""
    last = month_of(as_of - EXPECTED_DAYS) - 1
    first = month_of(min((one.begun for one in found), default=as_of))
    return range(max(first, last - MONTHS + 1), last + 1)


def renewals_due(day: int) -> dict[int, int]:
    """Return by customer the nearest end of a running term, as it stood on a day."""
    found: dict[int, int] = {}
    for one in customer_contracts(day):
        renewal = one.told.next_renewal
        if renewal is not None:
            found[one.customer] = min(renewal.due, found.get(one.customer, renewal.due))
    return found


def person_months(as_of: int, *, ahead: int = 3) -> PersonMonths:
    """Return a row for everybody under contract on the first day of each month, with what was known then.

    Every figure of a month is calculated from what had happened by its first day, under the health profiles
    in force now; only whether the customer was lost in it is told afterwards.

    Parameters
    ----------
    as_of
        What happened after this day is not known.
    ahead
        So many months before a loss it is said in words what was known.
    """
    found = spells(as_of)
    months = told_months(found, as_of)
    noted = dict(Customer.objects.exclude(kind=None).values_list("pk", "kind__name"))
    # Whoever is watched is under a contract: judged as the score of the day judges them.
    kinds = {one.customer: (*filter(None, [noted.get(one.customer)]), "subscription") for one in found}
    profiles = tuple(one.profile for one in current_profiles().values())
    signals = signals_of([fitting_profile(kinds[one.customer], profiles) for one in found])
    seen = last_days(first_day_of(months.start) - SILENCE_DAYS, first_day_of(months.start))
    columns, features, known = defaultdict[str, list[Any]](list), list[Floats](), dict[int, str]()
    for month in months:
        first = first_day_of(month)
        seen |= last_days(first_day_of(month - 1), first)
        at_risk = [place for place, one in enumerate(found) if one.covers(first)]
        then = known_then(first, signals, kinds, profiles)
        features.append(_add_month(columns, found, at_risk, month, then, seen))
        known |= _told_before(found, at_risk, month + ahead, then)
    return PersonMonths(_as_rows(columns, signals, features), tuple(found), known, _unseen(found, months))


def _add_month(
    columns: dict[str, list[Any]],
    found: Sequence[Spell],
    at_risk: Sequence[int],
    month: int,
    then: KnownThen,
    seen: Mapping[int, int],
) -> Floats:
    """Add one month to the columns and return its features."""
    first, after = first_day_of(month), first_day_of(month + 1)
    own = [found[place] for place in at_risk]
    due = renewals_due(first)
    points, features = then.rows([one.customer for one in own])
    columns["account"] += at_risk
    columns["month"] += [month] * len(own)
    columns["tenure"] += [month - month_of(one.begun) for one in own]
    columns["lost"] += [one.until is not None and one.until <= after for one in own]
    columns["renewal_in"] += [
        max(0, month_of(due[one.customer] - 1) - month) if one.customer in due else np.nan for one in own
    ]
    columns["silence"] += [first - seen[one.customer] if one.customer in seen else np.nan for one in own]
    columns["points"] += points.tolist()
    return features


def _told_before(
    found: Sequence[Spell], at_risk: Sequence[int], month: int, then: KnownThen
) -> dict[int, str]:
    """Return what is known of those who will be lost in a month."""
    leave = [
        place
        for place in at_risk
        if (until := found[place].until) is not None and month_of(until - 1) == month
    ]
    return {place: then.words(found[place].customer) for place in leave}


def _as_rows(
    columns: dict[str, list[Any]], signals: Sequence[Signal], features: Sequence[Floats]
) -> PersonPeriods:
    names = ("account", "month", "tenure", "lost", "renewal_in", "silence", "points")
    stacked = np.vstack([np.empty((0, len(signals))), *features])
    return person_periods({name: columns.get(name, []) for name in names}, signals, stacked)


def _unseen(found: Sequence[Spell], months: range) -> int:
    """Return how many came and went within the months looked at without ever being there on a first day."""
    if not months:
        return 0
    first, last = first_day_of(months.start), first_day_of(months.stop)
    gone = [one for one in found if one.until is not None and one.begun >= first and one.until <= last]
    return sum(not one.covers(first_day_of(month_of(one.begun - 1) + 1)) for one in gone)
