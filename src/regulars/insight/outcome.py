"""Where a desired outcome stands, from its dates, readings, milestones and what the customer said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

SLACK_DAYS = 7
"""Behind the straight line to the target by no more than this still counts as on track."""

MISSED_AFTER_DAYS = 30
"""So long past its date without being reached, an outcome counts as missed."""

NOT_YET_HOLDS_DAYS = 30
"""So long a "not yet" outweighs what a rule reads: entries that go on coming say nothing new."""


class OutcomeState(IntEnum):
    """Where an outcome stands, by how much it needs somebody: the lowest number first."""

    DISPUTED = 0
    MISSED = 1
    LATE = 2
    DRAFT = 3
    REACHED = 4
    AGREED = 5
    ON_TRACK = 6
    CONFIRMED = 7
    DROPPED = 8

    @property
    def word(self) -> str:
        """The word on screens."""
        return _WORDS[self]


_WORDS = {
    OutcomeState.DISPUTED: "disputed",
    OutcomeState.MISSED: "missed",
    OutcomeState.LATE: "late",
    OutcomeState.DRAFT: "not agreed yet",
    OutcomeState.REACHED: "reached, not confirmed",
    OutcomeState.AGREED: "agreed",
    OutcomeState.ON_TRACK: "on track",
    OutcomeState.CONFIRMED: "confirmed by the customer",
    OutcomeState.DROPPED: "given up by both",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer said on a day: ``confirmed``, ``not_yet`` or ``disputed``; it may expire.

    From ``overtaken_day`` the outcome means something else than they confirmed.
    """

    day: int
    verdict: str
    expires_day: int | None = None
    overtaken_day: int | None = None

    def overtaken(self, as_of: int) -> bool:
        """Return whether it was said of words that no longer stand on a day."""
        return self.overtaken_day is not None and self.overtaken_day <= as_of


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """Everything a state follows from.

    Units
    -----
    Epoch days. ``readings`` are (day, value), the newest of a day first; ``by_rule`` is what a rule read,
    (day of the last entry, value). ``milestones`` are (due day, done day), either may be None.
    """

    noted_day: int
    agreed_day: int | None = None
    due_day: int | None = None
    baseline: float | None = None
    target: float | None = None
    dropped_day: int | None = None
    readings: Sequence[tuple[int, float]] = field(default=())
    by_rule: tuple[int, float] | None = None
    milestones: Sequence[tuple[int | None, int | None]] = field(default=())
    said: Sequence[Said] = field(default=())

    def reading_on(self, as_of: int) -> tuple[int, float] | None:
        """Return the reading that counts on a day: the newest, and of one day what somebody wrote down."""
        read = (*self.readings, self.by_rule) if self.by_rule else self.readings
        return max((one for one in read if one[0] <= as_of), default=None, key=lambda one: one[0])


@dataclass(frozen=True, slots=True)
class OutcomeStanding:
    """A state with what it rests on.

    Units
    -----
    ``days_late`` in days, 0 unless LATE or MISSED; ``progress`` share of the way from baseline to target,
    None where it is not measured; ``since_day`` the day whose entry decided. ``behind`` is true where it is
    LATE on its way, before its date.
    """

    state: OutcomeState
    days_late: int
    progress: float | None
    value: float | None
    since_day: int
    behind: bool = False

    @property
    def words(self) -> str:
        """The state in words, with the days where it is late, or behind while its date is ahead.

        Example
        -------
        >>> OutcomeStanding(OutcomeState.LATE, 12, 0.4, None, 0).words
        '12 days late'
        """
        if self.state is OutcomeState.LATE:
            return late_words(self.days_late, behind=self.behind)
        return self.state.word


def late_words(days: int, *, behind: bool) -> str:
    """Return how late an outcome is, or how far behind while its date is ahead.

    Example
    -------
    >>> late_words(12, behind=False), late_words(1, behind=True)
    ('12 days late', 'a day behind')
    """
    return f"{'a day' if days == 1 else f'{days:,} days'} {'behind' if behind else 'late'}"


def progress(value: float, baseline: float | None, target: float | None) -> float | None:
    """Return the share of the way from baseline to target; a target below the baseline counts downwards.

    Example
    -------
    >>> progress(15, 10, 20), progress(6, 10, 2), progress(3, None, 4)
    (0.5, 0.5, 0.75)
    """
    start = 0.0 if baseline is None else baseline
    if target is None or target == start:
        return None
    return (value - start) / (target - start)


def outcome_standing(record: OutcomeRecord, as_of: int) -> OutcomeStanding:
    """Return where an outcome stands on a day, by what had happened by then.

    What the customer said last decides before anything that we measured: a dispute stands until they
    confirm, a confirmation of what was agreed holds until it expires or what is wanted is put otherwise; then
    it is as if nothing had been said.

    Raises
    ------
    ValueError
        When the day is before the outcome was noted.

    Example
    -------
    >>> record = OutcomeRecord(0, agreed_day=0, due_day=100, baseline=0, target=20, readings=[(50, 6)])
    >>> outcome_standing(record, 60).words
    '20 days behind'
    """
    if as_of < record.noted_day:
        raise ValueError("The outcome was not noted yet on that day.")
    reading = record.reading_on(as_of)
    share = progress(reading[1], record.baseline, record.target) if reading else None
    state, late, since = _state(record, as_of, reading, share)
    passed = record.due_day is not None and as_of > record.due_day
    behind = state is OutcomeState.LATE and not passed
    return OutcomeStanding(state, late, share, reading[1] if reading else None, since, behind)


def _state(
    record: OutcomeRecord, as_of: int, reading: tuple[int, float] | None, share: float | None
) -> tuple[OutcomeState, int, int]:
    if record.dropped_day is not None and record.dropped_day <= as_of:
        return OutcomeState.DROPPED, 0, record.dropped_day
    heard = [one for one in record.said if one.day <= as_of]
    firm = _last(one for one in heard if one.verdict != "not_yet")
    if firm is not None and firm.verdict == "disputed":
        return OutcomeState.DISPUTED, 0, firm.day
    if record.agreed_day is None or record.agreed_day > as_of:
        return OutcomeState.DRAFT, 0, record.noted_day
    said = _last(one for one in heard if not one.overtaken(as_of))
    if said is not None and said.verdict == "confirmed":
        holds = said.expires_day is None or said.expires_day > as_of
        return (OutcomeState.CONFIRMED if holds else OutcomeState.REACHED), 0, said.day
    if reading is not None and share is not None and share >= 1 and not _denied(record, said, reading):
        return OutcomeState.REACHED, 0, reading[0]
    return _on_the_way(record, as_of, reading, share)


def _last(said: Iterable[Said]) -> Said | None:
    """Return what was said last, and of one day the first: that is the newest."""
    return max(said, default=None, key=lambda one: one.day)


def _denied(record: OutcomeRecord, said: Said | None, reading: tuple[int, float]) -> bool:
    """Return whether they said after a reading that they are not there yet."""
    if said is None or said.verdict != "not_yet":
        return False
    holds = NOT_YET_HOLDS_DAYS if reading is record.by_rule else 0
    return reading[0] <= said.day + holds


def _on_the_way(
    record: OutcomeRecord, as_of: int, reading: tuple[int, float] | None, share: float | None
) -> tuple[OutcomeState, int, int]:
    agreed, due = record.agreed_day or 0, record.due_day
    if due is not None and as_of > due:
        late = as_of - due
        return (OutcomeState.MISSED if late > MISSED_AFTER_DAYS else OutcomeState.LATE), late, due
    behind = max(_behind(record, agreed, reading, share), _overdue(record, as_of))
    if behind > SLACK_DAYS:
        return OutcomeState.LATE, behind, reading[0] if reading else as_of - behind
    shown = reading is not None or any(done is not None and done <= as_of for _, done in record.milestones)
    return (OutcomeState.ON_TRACK if shown else OutcomeState.AGREED), 0, reading[0] if reading else agreed


def _behind(
    record: OutcomeRecord, agreed: int, reading: tuple[int, float] | None, share: float | None
) -> int:
    """Return by how many days the last reading is behind the straight line to the target."""
    if reading is None or share is None or record.due_day is None:
        return 0
    expected_on = agreed + max(0.0, share) * (record.due_day - agreed)
    return max(0, round(reading[0] - expected_on))


def _overdue(record: OutcomeRecord, as_of: int) -> int:
    """Return by how many days the oldest open milestone is overdue."""
    late = [
        as_of - due
        for due, done in record.milestones
        if due is not None and due < as_of and (done is None or done > as_of)
    ]
    return max(late, default=0)


def most_urgent(standings: Sequence[OutcomeStanding]) -> int | None:
    """Return the place of the outcome that needs most attention, those given up left out.

    Example
    -------
    >>> most_urgent([]) is None
    True
    """
    open_ones = [place for place, one in enumerate(standings) if one.state is not OutcomeState.DROPPED]
    return min(open_ones, default=None, key=lambda at: (standings[at].state, -standings[at].days_late))
