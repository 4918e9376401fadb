"""One term of a contract: how long it runs, what it is worth a month, and the entries it is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

EXPECTED_DAYS = 30
"""So long after its end a term may still be renewed before the contract counts as ended."""

STARTED, RENEWED, CHANGED = "started", "renewed", "changed"
MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, slots=True)
class ContractEntry:
    """One entry about a contract, in the order in which it happened.

    ``kind`` is the kind of fact. ``day`` is when it takes effect: the first day of a term or of a change,
    the day from which a cancelled contract no longer runs, the day of a forecast. ``noted`` is the day of
    the entry itself, earlier than ``day`` for what is agreed ahead.

    Units
    -----
    Epoch days, ``ends`` the first day no longer covered; ``amount`` in minor units of ``currency``, of the
    whole term, or of one month where the contract runs until cancelled.
    """

    kind: str
    day: int
    noted: int
    amount: int | None = None
    currency: str = ""
    item: str = ""
    months: int | None = None
    ends: int | None = None
    auto_renews: bool | None = None
    notice_days: int | None = None
    words: str = ""
    colleague: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a contract with one monthly amount; ``kind`` is what began it.

    Units
    -----
    Epoch days, ``end`` the first day no longer covered (None: until cancelled); minor units.
    """

    start: int
    end: int | None
    monthly: int
    kind: str
    reason: str = ""


@dataclass(slots=True)
class Term:
    """One term; ``pieces`` are its stretches of one monthly amount, as (first day, monthly, kind, reason).

    ``told`` is the first day that an entry names, later than ``start`` where the contract had gone on by
    itself until then. ``until_cancelled``: no end was agreed, and ``amount`` is that of a month.
    """

    start: int
    end: int | None
    amount: int
    currency: str
    months: int | None
    item: str
    auto_renews: bool
    notice_days: int | None
    kind: str
    told: int
    pieces: list[tuple[int, int, str, str]] = field(default_factory=list)
    anchor: tuple[int, int] = (0, 0)
    until_cancelled: bool = False

    def runs_for(self, months: int | None, end: int | None) -> None:
        """Take a length, or an end, for agreed."""
        self.months, self.end = months, end
        self.anchor, self.until_cancelled = (self.told, months or 0), end is None

    @property
    def monthly(self) -> int:
        """The recurring amount of a month at the end of the term."""
        return self.pieces[-1][1]

    @property
    def first(self) -> int:
        """The place of the piece that the entry of the term began."""
        return next((place for place, piece in enumerate(self.pieces) if piece[0] >= self.told), 0)


def monthly_amount(amount: int, months: int | None, start: int, end: int | None) -> int:
    """Return the recurring amount of a month, from that of a term, rounded half to even.

    Example
    -------
    >>> monthly_amount(120_000, 12, 0, 365), monthly_amount(500, None, 0, None)
    (10000, 500)
    """
    if months:
        low, rest = divmod(amount, months)
        return low + (2 * rest > months or (2 * rest == months and low % 2 == 1))
    if end is None or end <= start:
        return amount
    return round(amount * MONTH_DAYS / (end - start))


def pieces_of(term: Term) -> list[Piece]:
    """Return the stretches of one monthly amount within a term."""
    found = []
    for place, (start, monthly, kind, reason) in enumerate(term.pieces):
        end = term.pieces[place + 1][0] if place + 1 < len(term.pieces) else term.end
        if term.end is not None and (end is None or end > term.end):
            end = term.end
        if end is None or end > start:
            found.append(Piece(start, end, monthly, kind, reason))
    return found
