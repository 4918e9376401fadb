"""Next steps written, withdrawn and put in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q

from regulars.attention.models import NextStep
from regulars.attention.rules.book import Step
from regulars.attention.rules.registry import AT_STAKE, BUYING, OWED

OPEN, SNOOZED, WITHDRAWN = NextStep.State.OPEN, NextStep.State.SNOOZED, NextStep.State.WITHDRAWN
DONE, NOT_USEFUL = NextStep.State.DONE, NextStep.State.NOT_USEFUL
_CHANGING = ("sentence", "opening_line", "evidence", "urgency", "until_day", "stake", "sureness", "state")


def sureness() -> dict[str, float]:
    """Return, per kind, one minus the share of "not useful" among its answers.

    Shrunk toward 0.75 with the weight of eight answers, so that one click does not silence a kind.
    """
    answers = NextStep.objects.values("kind").annotate(
        done=Count("id", filter=Q(state=DONE)), useless=Count("id", filter=Q(state=NOT_USEFUL))
    )
    return {
        row["kind"]: (row["done"] + PRIOR * PRIOR_SURENESS) / (row["done"] + row["useless"] + PRIOR)
        for row in answers
    }


PRIOR = 8
PRIOR_SURENESS = 0.75


def keep_steps(
    steps: Sequence[Step],
    *,
    stakes: dict[int, float],
    customers: Sequence[int] | None,
    as_of: int,
    kinds: frozenset[str] = BUYING,
) -> None:
    """Store what the rules propose for these customers, and withdraw what they no longer propose.

    An answered occasion (done, not useful) stays answered; a snoozed one returns on its day if the rule
    still holds. With ``customers`` None all customers were looked at; only steps of ``kinds`` were.
    """
    sure = sureness()
    lines = _kinds_on_one_line()
    proposed = {
        step.key: step
        for step in steps
        if customers is None or step.customer is None or step.kind not in lines
    }
    with transaction.atomic():
        known = {step.key: step for step in _looked_at(customers, kinds)}
        for key in set(proposed) - set(known):
            known.update({step.key: step for step in NextStep.objects.filter(key=key)})
        NextStep.objects.bulk_create(
            [_new(step, stakes, sure, as_of) for key, step in proposed.items() if key not in known],
            batch_size=500,
        )
        _refresh(known, proposed, stakes, sure, as_of)
        gone = [step.pk for key, step in known.items() if key not in proposed and _over(step, as_of)]
        for start in range(0, len(gone), 500):
            NextStep.objects.filter(pk__in=gone[start : start + 500]).update(state=WITHDRAWN, place=None)


def _over(step: NextStep, as_of: int) -> bool:
    """Return whether a step that is no longer proposed goes; a snoozed one is asked on its day."""
    return step.state == OPEN or (step.state == SNOOZED and (step.snoozed_until or 0) <= as_of)


def _kinds_on_one_line() -> frozenset[str]:
    open_lines = NextStep.objects.filter(state=OPEN, customer=None).values_list("kind", flat=True)
    return frozenset(open_lines)


def _looked_at(customers: Sequence[int] | None, kinds: frozenset[str]) -> Iterable[NextStep]:
    steps = NextStep.objects.filter(kind__in=kinds).exclude(state=WITHDRAWN)
    if customers is None:
        return steps
    found: list[NextStep] = []
    for start in range(0, len(customers), 500):
        found.extend(steps.filter(customer_id__in=customers[start : start + 500]))
    return found


def _new(step: Step, stakes: dict[int, float], sure: dict[str, float], as_of: int) -> NextStep:
    return NextStep(
        customer_id=step.customer,
        kind=step.kind,
        key=step.key,
        sentence=step.sentence,
        opening_line=step.opening_line,
        evidence=dict(step.evidence),
        urgency=step.urgency,
        until_day=step.until_day,
        opened_day=as_of,
        stake=_stake(step, stakes),
        sureness=sure.get(step.kind, PRIOR_SURENESS),
        owed=step.kind in OWED,
    )


def _stake(step: Step, stakes: dict[int, float]) -> float:
    return stakes.get(step.customer or 0, 0.0) * AT_STAKE.get(step.kind, 1.0)


def _refresh(
    known: dict[str, NextStep],
    proposed: dict[str, Step],
    stakes: dict[int, float],
    sure: dict[str, float],
    as_of: int,
) -> None:
    """Update the steps whose words or weights changed, in one statement: a day has thousands of them."""
    changed = []
    for key, step in proposed.items():
        row = known.get(key)
        if row is None or row.state in (DONE, NOT_USEFUL):
            continue
        due_again = row.state == SNOOZED and (row.snoozed_until or 0) <= as_of
        state = OPEN if row.state == WITHDRAWN or due_again else row.state
        now = (
            step.sentence, step.opening_line, dict(step.evidence), step.urgency, step.until_day,
            _stake(step, stakes), sure.get(step.kind, PRIOR_SURENESS), str(state),
        )  # fmt: skip
        if now != tuple(getattr(row, name) for name in _CHANGING):
            changed.append((*now[:2], json.dumps(now[2]), *now[3:], row.pk))
    _update_each(_CHANGING, changed)


def _update_each(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        changes = ", ".join(f"{name} = %s" for name in columns)
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE next_step SET {changes} WHERE id = %s", rows)


def place_steps(places: Sequence[tuple[int, float]]) -> None:
    """Store the order of open steps: (id, score) from first to last."""
    stored = dict(NextStep.objects.filter(state=OPEN).values_list("pk", "place"))
    wanted = {pk: (place, score) for place, (pk, score) in enumerate(places, start=1)}
    gone = [(None, 0.0, pk) for pk, place in stored.items() if place is not None and pk not in wanted]
    moved = [(place, score, pk) for pk, (place, score) in wanted.items()]
    with transaction.atomic():
        _update_each(("place", "score"), gone + moved)
