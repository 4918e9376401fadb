"""One contract of a file beside what is known of it: what a row adds, or why it cannot be. Pure.

A file may hold a row for each contract or a row for each term of it. A row whose start is new is another
term; a row whose start is known and whose end has moved on is a renewal; one that says anything else anew
is a change, from the day on which it became known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from regulars.insight.contract_term import ContractEntry
from regulars.insight.months import add_months
from regulars.ledger.checks import Fault

STARTED, RENEWED, CHANGED, CANCELLED = (
    "contract_started", "contract_renewed", "contract_changed", "contract_cancelled",
)  # fmt: skip
CONTRACT_WORDS = frozenset(
    {"months", "ends_on", "starts_on", "auto_renews", "notice_days", "reason", "colleague"}
)
"""Names of properties that say what a contract is."""
MOST_MONTHS, MOST_NOTICE = 1_200, 3_660
_MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that the source told before."""

    message_id: str
    entry: ContractEntry


Known = Callable[[Sequence[str]], list[KnownEntry]]
"""Looks up what the source told of contracts, by their numbers."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of a term.

    Units
    -----
    Epoch days; ``end`` and ``cancelled`` are first days no longer covered; ``over`` says that it is cancelled
    without saying from when. One of ``amount`` (of the term),
    ``monthly`` and ``yearly`` is given, in minor units of ``currency``.
    """

    start: int
    end: int | None
    months: int | None
    amount: int | None
    monthly: int | None
    yearly: int | None
    currency: str
    item: str = ""
    auto_renews: bool | None = None
    notice_days: int | None = None
    cancelled: int | None = None
    over: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """One entry that a row brings, or brings again.

    Units
    -----
    ``day`` is when it takes effect, ``ends`` the first day no longer covered, ``amount`` of the term.
    """

    message_id: str
    kind: str
    day: int
    ends: int | None = None
    months: int | None = None
    amount: int | None = None
    currency: str = ""
    item: str = ""
    auto_renews: bool | None = None
    notice_days: int | None = None
    reason: str = ""


@dataclass(slots=True)
class _Term:
    start: int
    end: int | None
    amount: int | None
    currency: str
    item: str
    auto_renews: bool | None
    notice_days: int | None
    message_id: str
    entries: int = 1


def contract_key(who: str, number: str) -> str:
    """Return by which the entries of a customer's contract find one another."""
    return blake2b(f"{who}\x1f{number}".encode(), digest_size=12).hexdigest()


def key_of(message_id: str) -> str:
    """Return the key of the contract that a message is about, "" for messages of another kind."""
    parts = message_id.split(".")
    return parts[1] if len(parts) > 2 and parts[0] == "k" else ""


@dataclass(slots=True)
class ContractSoFar:
    """A contract as the source has told it up to a row."""

    key: str
    number: str
    terms: list[_Term] = field(default_factory=list)
    cancelled: int | None = None
    orphans: Counter[int] = field(default_factory=Counter)
    """How many changes are known of terms that are not, by the first day of the term."""

    def recall(self, known: KnownEntry) -> None:
        """Take in an entry that was recorded before, changes after the terms."""
        entry, place = known.entry, known.message_id.split(".")
        if entry.kind == CANCELLED:
            self.cancelled = entry.day
            return
        start = int(place[2], 16) if len(place) > 3 else entry.day
        if entry.kind == CHANGED and all(term.start != start for term in self.terms):
            # The import that began the term was undone: the next file that holds it begins it again.
            self.orphans[start] += 1
            return
        end = entry.ends if entry.ends is not None or not entry.months else add_months(start, entry.months)
        self._learn(
            Added(
                known.message_id, entry.kind, start, end, entry.months, entry.amount, entry.currency,
                entry.item, entry.auto_renews, entry.notice_days,
            )
        )  # fmt: skip

    def take(self, said: Said, today: int) -> list[Added] | Fault:
        """Return what a row adds, the newest first and what is there already as it was; or what is wrong."""
        fault = self._wrong(said)
        if fault is not None:
            return fault
        begins, end, of_term = self._stretch(said)
        clash = self._without_length(said, end) or self._clash(begins, end, of_term)
        if clash is not None:
            return clash
        term, news = self._term(said, (begins, end), of_term, today)
        left = self._cancelled(said, end, today)
        added = [*left, term] if left and not news else [term, *left]
        for one in added:
            self._learn(one)
        return added

    def _wrong(self, said: Said) -> Fault | None:
        """Return what is wrong with a row whatever is known."""
        if said.end is not None and said.end <= said.start:
            return Fault(
                "ends-before-start", f"{self.number} ends before it starts. Correct one of the days.", "end"
            )
        if said.cancelled is not None and said.cancelled < said.start:
            return Fault(
                "ends-before-start",
                f"{self.number} is cancelled before it starts. Correct one of the days.",
                "cancelled_on",
            )
        if said.amount is None and said.monthly is None and said.yearly is None:
            return Fault(
                "amount-missing",
                f"There is no amount for {self.number}. Say what it is worth; 0 where it is free.",
                "amount",
            )
        below = next((name for name in ("amount", "monthly", "yearly") if (getattr(said, name) or 0) < 0), "")
        if below:
            return Fault(
                "amount-negative",
                f"{self.number} is worth less than nothing here. Correct the amount; 0 where it is free.",
                below,
            )
        if self.terms and said.currency != self.terms[0].currency:
            return Fault(
                "currency-changed",
                f"{self.number} is in {self.terms[0].currency} so far and in {said.currency} here. Correct "
                "the currency, or give the contract in the other currency a number of its own.",
                "currency",
            )
        return None

    def _without_length(self, said: Said, end: int | None) -> Fault | None:
        if end is not None or said.amount is None:
            return None
        return Fault(
            "length-missing",
            f"{self.number} runs until it is cancelled, so that the amount of its term means nothing. "
            "Say its end, its months, or the amount of a month or a year.",
            "end",
        )

    def _stretch(self, said: Said) -> tuple[int, int | None, _Term | None]:
        """Return the term that a row is about, and the one known of it, if there is one."""
        known = next((term for term in self.terms if term.start == said.start), None)
        if known is None:
            return said.start, said.end, None
        last = self.terms[-1]
        if said.end is None or said.end == known.end:
            return known.start, known.end, known
        if said.end == last.end:
            # A row for the whole contract, whose start stays while its end moves on with each renewal.
            return last.start, last.end, last
        if last.end is not None and said.end > last.end:
            return last.end, said.end, None
        return known.start, said.end, known

    def _clash(self, start: int, end: int | None, own: _Term | None) -> Fault | None:
        for term in self.terms:
            if term is own or (term.end is None and term.start < start):
                continue
            if (end is None or term.start < end) and (term.end is None or start < term.end):
                return Fault(
                    "terms-overlap",
                    f"Two terms of {self.number} overlap. Let the earlier end before the later starts.",
                    "start",
                )
        return None

    def _term(
        self, said: Said, stretch: tuple[int, int | None], own: _Term | None, today: int
    ) -> tuple[Added, bool]:
        """Return the entry about the term, and whether it is news."""
        start, end = stretch
        months = said.months if said.months and end == add_months(start, said.months) else None
        amount = amount_of(said, start, end)
        if own is None:
            kind = STARTED if self._fresh(start) else RENEWED
            return self._added(kind, said, start, (start, end, months, amount), 0), True
        if _same(own, said, end, amount):
            return self._added(CHANGED, said, start, (start, end, months, amount), -1, own), False
        if end is not None and end <= today and (said.auto_renews or own.auto_renews):
            # It has gone on by itself since; the change is of the term that runs now.
            return self._added(CHANGED, said, today, (start, None, None, amount), own.entries, own), True
        day = max(start, today if end is None else min(today, end - 1))
        return self._added(CHANGED, said, day, (start, end, months, amount), own.entries, own), True

    def _fresh(self, start: int) -> bool:
        return not self.terms or start < self.terms[0].start or (self.cancelled or start) < start

    def _added(
        self,
        kind: str,
        said: Said,
        day: int,
        of_term: tuple[int, int | None, int | None, int | None],
        number: int,
        own: _Term | None = None,
    ) -> Added:
        start, end, months, amount = of_term
        message = f"k.{self.key}.{start:x}.{number}" if number >= 0 or own is None else own.message_id
        return Added(
            message, kind, day, end, months, amount, said.currency, said.item, said.auto_renews,
            said.notice_days, "" if said.over or said.cancelled is not None else said.reason,
        )  # fmt: skip

    def _cancelled(self, said: Said, end: int | None, today: int) -> list[Added]:
        day = said.cancelled
        if day is None and said.over and self.cancelled is None:
            day = max(said.start, today if end is None else end)
        if day is None or day == self.cancelled:
            return []
        return [Added(f"k.{self.key}.c{day:x}.0", CANCELLED, day, reason=said.reason)]

    def _learn(self, added: Added) -> None:
        if added.kind == CANCELLED:
            self.cancelled = added.day
            return
        start = int(added.message_id.split(".")[2], 16) if key_of(added.message_id) else added.day
        own = next((term for term in self.terms if term.start == start), None)
        if own is None:
            self.terms.append(
                _Term(
                    start, added.ends, added.amount, added.currency, added.item, added.auto_renews,
                    added.notice_days, added.message_id, 1 + self.orphans[start],
                )
            )  # fmt: skip
            self.terms.sort(key=lambda term: term.start)
            return
        own.entries += own.message_id != added.message_id
        own.end = own.end if added.ends is None else added.ends
        own.message_id = added.message_id
        own.amount = own.amount if added.amount is None else added.amount
        own.item = added.item or own.item
        own.auto_renews = own.auto_renews if added.auto_renews is None else added.auto_renews
        own.notice_days = own.notice_days if added.notice_days is None else added.notice_days


def _same(own: _Term, said: Said, end: int | None, amount: int | None) -> bool:
    """Return whether a row says nothing of a term that was not said before."""
    return (
        end == own.end
        and amount == own.amount
        and (not said.item or said.item == own.item)
        and (said.auto_renews is None or said.auto_renews == own.auto_renews)
        and (said.notice_days is None or said.notice_days == own.notice_days)
    )


def amount_of(said: Said, start: int, end: int | None) -> int | None:
    """Return the amount of a term, or of one month where it runs until cancelled.

    Example
    -------
    >>> amount_of(Said(0, 365, 12, None, 100, None, "EUR"), 0, 365)
    1200
    >>> amount_of(Said(0, None, None, None, None, 1_200, "EUR"), 0, None)
    100
    """
    if said.amount is not None:
        return said.amount
    twelfths = 12 * said.monthly if said.monthly is not None else said.yearly
    if twelfths is None:
        return None
    months = 1.0 if end is None else _months(start, end)
    return round(twelfths * months / 12)


def _months(start: int, end: int) -> float:
    about = round((end - start) / _MONTH_DAYS)
    return float(about) if about and add_months(start, about) == end else (end - start) / _MONTH_DAYS


def first_day_after(start: int, last: int) -> int:
    """Return the first day no longer covered, from the end that a file names.

    Most name the last day, some the day of the renewal: whichever makes whole months is meant.

    Example
    -------
    >>> first_day_after(0, 364), first_day_after(0, 365), first_day_after(0, 100)
    (365, 365, 101)
    """
    about = round((last - start) / _MONTH_DAYS)
    return last if about and add_months(start, about) == last else last + 1
