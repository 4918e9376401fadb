"""What can be seen of a contract customer's life: contracts, usage, touchpoints, answers, outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from regulars.ledger.dialects.incoming import IncomingFact
from regulars.records.read.company import EPOCH
from regulars.server.demo.saas_lives import DAYS_A_MONTH, MONTHS, YEARLY, Life
from regulars.server.demo.saas_words import (
    BLOCKERS,
    COMPLAINTS,
    KNOWLEDGE,
    LOST_WHY,
    MILESTONES,
    OUR_PROMISES,
    PRAISE,
    THEIR_PROMISES,
    TOUCHES,
    WANTS,
    WISHES,
    Want,
)
from regulars.server.demo.success import DemoBlocker, DemoOutcome, DemoPromise, DemoSaid, DemoSuccess

BILLING, PRODUCT, TEAM = "harbour-desk-billing", "harbour-desk-product", "harbour-desk-team"
FORECAST_BEFORE = (95, 55, 25)
"""Days before a term ends on which its owner says what they expect."""
GIVEN_UP_AFTER = 60
"""Days after its date."""


@dataclass
class Seen:
    """Facts by source, and what was agreed, as it grows."""

    today: int
    facts: dict[str, list[IncomingFact]] = field(default_factory=lambda: {BILLING: [], PRODUCT: [], TEAM: []})
    success: dict[str, DemoSuccess] = field(default_factory=dict)

    def tell(self, source: str, kind: str, who: str, day: int, **more: Any) -> None:
        """Add a fact, unless its day is still to come."""
        if day >= self.today:
            return
        at = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=10)
        rows = self.facts[source]
        rows.append(
            IncomingFact(
                message_id=f"{kind}-{who}-{day}-{len(rows)}",
                kind=kind,
                who=who,
                occurred_at=at,
                received_at=at,
                timed=False,
                **more,
            )
        )


def day_of(one: Life, month: float, today: int) -> int:
    """Return the day of a month of somebody's life."""
    return int(today - (MONTHS - one.joined - month) * DAYS_A_MONTH) + one.day_in_month - 28


def seen_of(
    seen: Seen, key: str, kind: str, one: Life, rng: np.random.Generator, optimist: float = 0.0
) -> None:
    """Add everything that can be seen of one life.

    Parameters
    ----------
    optimist
        By how much the owner's forecasts lie above what they should say, as a share.
    """
    contracts(seen, key, one, rng, optimist)
    usage(seen, key, one, rng)
    talk(seen, key, one, rng)
    seen.success[key] = agreed(seen, key, kind, one, rng)


def contracts(seen: Seen, key: str, one: Life, rng: np.random.Generator, optimist: float) -> None:
    """Add the contract's terms, its end and the forecasts before each renewal."""
    number = f"HD-{key[2:]}"
    amount = one.monthly * one.term
    # One who pays by the month runs until somebody cancels: there is no term to renew.
    yearly = {"months": one.term, "auto_renews": True, "notice_days": 60}
    terms = yearly if one.term == YEARLY else {"notice_days": 14}

    def term(kind: str, month: int) -> None:
        seen.tell(
            BILLING,
            kind,
            key,
            day_of(one, month, seen.today),
            amount=amount,
            currency="EUR",
            item="Harbour Desk" if one.term == YEARLY else "Harbour Desk, monthly",
            serial=number,
            properties=terms,
        )

    term("contract_started", 0)
    for renewal in one.renewals:
        final = round(amount * renewal.factor, -2)
        if one.term == YEARLY:
            _forecasts(
                seen, key, number, day_of(one, renewal.month, seen.today), (amount, final), rng, optimist
            )
        if not renewal.stayed:
            why = str(rng.choice(LOST_WHY))
            day = day_of(one, renewal.month, seen.today)
            seen.tell(
                BILLING, "contract_cancelled", key, day, serial=number, text=why, properties={"reason": why}
            )
            return
        amount = int(final)
        if one.term == YEARLY:
            term("contract_renewed", renewal.month)
    if one.term == YEARLY:
        coming = (one.success.size // YEARLY + 1) * YEARLY
        expected = (amount, amount if one.success[-1] > -0.8 else 0)
        _forecasts(seen, key, number, day_of(one, coming, seen.today), expected, rng, optimist)


def _forecasts(
    seen: Seen,
    key: str,
    number: str,
    end: int,
    told: tuple[int, float],
    rng: np.random.Generator,
    optimist: float,
) -> None:
    amount, final = told
    for place, before in enumerate(FORECAST_BEFORE):
        if rng.random() > 0.75 + 0.1 * place:
            continue
        near = final if rng.random() < 0.6 + 0.15 * place else amount
        said = round(near + (amount * (1 + optimist) - near) * (1.0 if optimist else 0.0), -2)
        why = "They plan the season in it" if said else "They have stopped answering"
        seen.tell(
            TEAM,
            "renewal_forecast",
            key,
            end - before,
            amount=int(said),
            currency="EUR",
            serial=number,
            text=why,
        )


def _runs_until(one: Life) -> int:
    return one.success.size if one.ended is None else one.ended


def usage(seen: Seen, key: str, one: Life, rng: np.random.Generator) -> None:
    """Add the bookings of each week: their own level, the season, and how well it goes."""
    own = np.exp(rng.normal(3.4, 0.6))
    start = day_of(one, 0, seen.today)
    for week in range(int(_runs_until(one) * DAYS_A_MONTH / 7)):
        day = start + 7 * week + 6
        success = one.success[min(int(week * 7 / DAYS_A_MONTH), one.success.size - 1)]
        season = 1 + 0.25 * np.cos(2 * np.pi * (day - 200) / 365.25)
        started = min(1.0, 0.3 + week / 12)
        bookings = rng.poisson(own * season * started * np.exp(0.4 * success))
        if bookings:
            seen.tell(PRODUCT, "usage", key, day, item="Bookings taken", quantity=float(bookings))


def talk(seen: Seen, key: str, one: Life, rng: np.random.Generator) -> None:
    """Add touchpoints, praise, complaints and answers to the quarterly question."""
    for month in range(_runs_until(one)):
        success = float(one.success[month])
        for _ in range(rng.poisson(1.1)):
            words, channel = TOUCHES[int(rng.integers(len(TOUCHES)))]
            seen.tell(
                TEAM,
                "touchpoint",
                key,
                _within(seen, one, month, rng),
                text=words,
                properties={
                    "channel": channel,
                    "direction": "ours" if rng.random() < 0.7 else "theirs",
                    "minutes": int(rng.choice([10, 20, 30, 60])),
                },
            )
        if rng.random() < min(0.5, np.exp(-2.9 - 0.9 * success)):
            seen.tell(
                TEAM, "complaint", key, _within(seen, one, month, rng), text=str(rng.choice(COMPLAINTS))
            )
        if rng.random() < min(0.2, np.exp(-3.6 + 0.8 * success)):
            seen.tell(TEAM, "praise", key, _within(seen, one, month, rng), text=str(rng.choice(PRAISE)))
        if month % 3 == 2 and rng.random() < 0.55:
            answer = float(np.clip(np.rint(7.6 + 1.1 * success + rng.normal(0, 1.0)), 0, 10))
            seen.tell(
                TEAM,
                "survey_answer",
                key,
                _within(seen, one, month, rng),
                quantity=answer,
                item="How likely to recommend",
            )
    if one.champion_left is not None:
        seen.tell(TEAM, "person_left", key, day_of(one, one.champion_left, seen.today), item="champion")


def _within(seen: Seen, one: Life, month: int, rng: np.random.Generator) -> int:
    return day_of(one, month, seen.today) + int(rng.integers(1, 29))


def agreed(seen: Seen, key: str, kind: str, one: Life, rng: np.random.Generator) -> DemoSuccess:
    """Return what was agreed with a customer, and add its entries."""
    outcomes, running = list[DemoOutcome](), one.ended is None
    if rng.random() < 0.82:
        wants = [WANTS[kind][int(place)] for place in rng.permutation(2)[: 1 + int(rng.random() < 0.35)]]
        outcomes = [_outcome(seen, key, want, one, place, rng) for place, want in enumerate(wants)]
    noted = day_of(one, 1, seen.today)
    kinds = [name for name in KNOWLEDGE if rng.random() < 0.4]
    return DemoSuccess(
        outcomes=tuple(one for one in outcomes if one.noted < seen.today),
        blockers=tuple(_blockers(seen, key, one, rng)) if running else (),
        knowledge=tuple(
            (
                name,
                str(rng.choice(KNOWLEDGE[name])),
                bool(rng.random() < 0.7),
                min(seen.today - 3, noted + int(rng.integers(0, 500))),
            )
            for name in kinds
        ),
        wishes=tuple(
            (name, text, test, min(seen.today - 3, noted))
            for name, text, test in WISHES
            if rng.random() < 0.25
        ),
    )


def _outcome(
    seen: Seen, key: str, want: Want, one: Life, place: int, rng: np.random.Generator
) -> DemoOutcome:
    """Return an outcome that gets on as well as its customer: months with success move it forward."""
    noted = day_of(one, 0.5 + 5 * place, seen.today) + int(rng.integers(0, 25))
    agreed_on = noted + int(rng.integers(2, 20)) if rng.random() < 0.93 else None
    due = noted + int(rng.choice([150, 210, 300]))
    readings, share = [], 0.0
    last = min(seen.today, day_of(one, _runs_until(one), seen.today), due + 120)
    for day in range(noted + 30, last, 30):
        month = min(int((day - noted) / DAYS_A_MONTH), one.success.size - 1)
        pace = max(0.0, 1.05 + 0.75 * float(one.success[month])) * 30 / (due - noted)
        share = min(1.1, share + pace * float(rng.uniform(0.7, 1.3)))
        if rng.random() < 0.85:
            readings.append((day, round(want.baseline + share * (want.target - want.baseline), 1)))
    said = _said(want, readings, rng) if agreed_on is not None else ()
    # What was missed long ago was mostly given up together.
    stale = share < 1 and due + GIVEN_UP_AFTER < seen.today - 30 and rng.random() < 0.85
    subject = f"demo-outcome-{key}-{place}"
    if agreed_on is not None:
        seen.tell(
            TEAM, "outcome_agreed", key, agreed_on, text=want.sentence, quantity=want.target, serial=subject
        )
    outcome = DemoOutcome(
        key,
        want.sentence,
        want.why,
        noted,
        due,
        agreed_on,
        want.measure,
        want.unit,
        want.baseline,
        want.target,
        tuple(readings),
        said,
        tuple(_milestones(seen, noted, one, rng)) if place == 0 else (),
        tuple(_promises(seen, noted, one, rng)),
        due + GIVEN_UP_AFTER if stale else None,
    )
    of_it(seen, key, subject, outcome)
    return outcome


_SAID = {"confirmed": "outcome_confirmed", "not_yet": "outcome_measured", "disputed": "outcome_disputed"}


def of_it(seen: Seen, key: str, subject: str, outcome: DemoOutcome) -> None:
    """Add the entries of what was measured of an outcome and said of it, as our own pages would."""
    unit = {"unit": outcome.unit} if outcome.unit else {}
    for day, value in outcome.readings:
        seen.tell(
            TEAM, "outcome_measured", key, day, text=outcome.measure or outcome.sentence, quantity=value,
            serial=subject, properties=unit,
        )  # fmt: skip
    for heard in outcome.said:
        seen.tell(
            TEAM, _SAID[heard.verdict], key, heard.day, text=heard.words, item=outcome.sentence,
            quantity=heard.value, serial=subject, properties={"verdict": heard.verdict, **unit},
        )  # fmt: skip


def _said(want: Want, readings: list[tuple[int, float]], rng: np.random.Generator) -> tuple[DemoSaid, ...]:
    """Return what they said once the target was reached: mostly yes."""
    span = want.target - want.baseline
    there = next((day for day, value in readings if (value - want.baseline) / span >= 1), None)
    if there is None or rng.random() < 0.25:
        return ()
    return (DemoSaid(there + int(rng.integers(3, 20)), "confirmed", want.target),)


def _milestones(
    seen: Seen, noted: int, one: Life, rng: np.random.Generator
) -> Iterator[tuple[str, int, int | None, bool]]:
    for text, days, go_live in MILESTONES:
        due = noted + days
        late = int(rng.integers(-5, 12) - 14 * min(0.0, float(one.success[0])))
        yield text, due, due + late if due + late < seen.today - 1 else None, go_live


def _promises(seen: Seen, noted: int, one: Life, rng: np.random.Generator) -> Iterator[DemoPromise]:
    for side, texts in (("ours", OUR_PROMISES), ("theirs", THEIR_PROMISES)):
        if rng.random() < 0.6:
            due = noted + int(rng.integers(10, 90))
            done = due + int(rng.integers(-8, 10))
            kept = rng.random() < 0.93 or due < seen.today - 200
            yield DemoPromise(
                side, str(rng.choice(texts)), due, done if kept and done < seen.today - 1 else None
            )


def _blockers(seen: Seen, key: str, one: Life, rng: np.random.Generator) -> Iterator[DemoBlocker]:
    for text, side, clears in BLOCKERS:
        if rng.random() < 0.12:
            opened = day_of(one, float(rng.uniform(0.5, one.success.size)), seen.today)
            closed = opened + int(rng.gamma(2.0, 12.0)) + 1
            subject = f"demo-blocker-{key}-{clears}"
            seen.tell(
                TEAM, "blocker_opened", key, opened, text=text, serial=subject, properties={"side": side}
            )
            seen.tell(TEAM, "blocker_closed", key, closed, serial=subject, properties={"side": side})
            if opened < seen.today - 1:
                yield DemoBlocker(text, side, clears, opened, closed if closed < seen.today - 1 else None)


def ordered(facts: Mapping[str, list[IncomingFact]]) -> dict[str, list[IncomingFact]]:
    """Return the facts of each source, oldest first."""
    return {source: sorted(rows, key=lambda one: one.occurred_at) for source, rows in facts.items()}
