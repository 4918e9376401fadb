"""Where outcomes stand, with the measures that are read from entries by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from regulars.attention.read.success import happened_by_rules
from regulars.insight.measure import Happened, read_by_rule
from regulars.insight.outcome import outcome_standing
from regulars.records.read.outcomes import OutcomeNow, outcomes_of


def outcomes_now(
    customers: Sequence[int] | None, as_of: int, known_by: int | None = None
) -> dict[int, list[OutcomeNow]]:
    """Return everybody's outcomes where they stand on a day, in as many queries for many as for one.

    Parameters
    ----------
    customers
        Only theirs; None is everybody.
    known_by
        Leave out what was recorded after this day.
    """
    found = outcomes_of(customers, as_of, known_by)
    ruled = {
        customer: [one.outcome.reading_rule for one in rows if one.outcome.reading_rule]
        for customer, rows in found.items()
    }
    concerned = [customer for customer, rules in ruled.items() if rules]
    rules = [rule for customer in concerned for rule in ruled[customer]]
    happened = happened_by_rules(concerned, rules, as_of, known_by) if rules else {}
    for customer in concerned:
        found[customer] = [
            _read(one, happened.get(customer, []), as_of) if one.outcome.reading_rule else one
            for one in found[customer]
        ]
    return found


def _read(now: OutcomeNow, happened: Sequence[Happened], as_of: int) -> OutcomeNow:
    read = read_by_rule(now.outcome.reading_rule, happened, as_of)
    if read is None:
        return now
    record = replace(now.record, by_rule=(read.day, read.value))
    return replace(now, record=record, standing=outcome_standing(record, as_of))
