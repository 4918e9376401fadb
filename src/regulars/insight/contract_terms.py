"""One contract from its entries: its terms, where it stands, and which renewals are due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from regulars.insight.months import add_months, months_between

EXPECTED_DAYS = 30
"""So long after its end a term may still be renewed before the contract counts as ended."""

STARTED, RENEWED, CHANGED = "started", "renewed", "changed"
State = Literal["coming", "active", "late", "ended"]
_MONTH_DAYS = 365.25 / 12
_BY_ITSELF = "went on by itself"


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


@dataclass(frozen=True, slots=True)
class Renewal:
    """The end of a term, where somebody decides to go on.

    ``forecast`` is None while nobody has said anything; ``final`` None while it is open, 0 when lost.
    Both, and ``target``, are amounts over as long a term as the one that ends.

    Units
    -----
    ``due`` is the first day no longer covered; minor units of ``currency``.
    """

    due: int
    target: int
    currency: str
    forecast: int | None = None
    forecast_day: int | None = None
    forecast_why: str = ""
    forecast_by: int | None = None
    final: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ContractTold:
    """A contract as its entries tell it on a day.

    ``current`` is the term that runs, or else the one to come, or else the last. ``cancelled`` is the day
    from which it no longer runs, None when nobody cancelled it.
    """

    state: State
    terms: tuple[Term, ...]
    current: Term
    monthly: int
    cancelled: int | None
    ended_why: str
    renewals: tuple[Renewal, ...]
    as_of: int

    @property
    def next_renewal(self) -> Renewal | None:
        """The end of what is agreed, decided or not; None once it has ended, or without an end."""
        if self.state == "ended" or self.terms[-1].end is None:
            return None
        return self.renewals[-1]

    @property
    def final(self) -> int | None:
        """What the last decided renewal brought, None when none has been decided."""
        return next((one.final for one in reversed(self.renewals) if one.final is not None), None)

    @property
    def end(self) -> int | None:
        """The first day that no agreed term covers, None: until cancelled."""
        return self.terms[-1].end

    @property
    def notice_day(self) -> int | None:
        """The last day to give notice for the end of what is agreed; None where there is none to give."""
        end, notice = self.end, self.terms[-1].notice_days
        if end is None or notice is None or self.cancelled is not None or self.state == "ended":
            return None
        return end - 1 - notice

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The stretches of one monthly amount, in order."""
        return tuple(piece for term in self.terms for piece in pieces_of(term))


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
    return round(amount * _MONTH_DAYS / (end - start))


def contract_told(entries: Sequence[ContractEntry], as_of: int) -> ContractTold | None:
    """Return a contract as its entries tell it; None when no term of it is left.

    The entries come in the order in which they happened; those that had not happened, or were not known,
    are left out before. A second entry for the same first day corrects the first one, so that two sources
    that both know a contract do not double it.
    """
    terms, cancelled, forecasts, why = list[Term](), None, list[ContractEntry](), ""
    for entry in entries:
        if entry.kind == "renewal_forecast":
            forecasts.append(entry)
        elif entry.kind == "contract_cancelled":
            _cancel(terms, entry)
            cancelled, why = entry.day, entry.words
        elif entry.kind == "contract_changed":
            _change(terms, entry)
        else:
            _begin(terms, entry, cancelled)
            cancelled = cancelled if cancelled is not None and entry.day < cancelled else None
    if cancelled is not None:
        # What was changed after it was cancelled ends all the same.
        _end_by(terms, cancelled)
    elif terms:
        _go_on(terms, as_of)
    if not terms:
        return None
    _part(terms)
    state = _state(terms, cancelled, as_of)
    current = _current(terms, as_of)
    return ContractTold(
        state=state,
        terms=tuple(terms),
        current=current,
        monthly=_monthly_on(current, as_of),
        cancelled=cancelled,
        ended_why=why if cancelled is not None else "",
        renewals=_renewals(terms, forecasts, why, decided=cancelled is not None or state == "ended"),
        as_of=as_of,
    )


def _begin(terms: list[Term], entry: ContractEntry, cancelled: int | None) -> None:
    same = next((term for term in terms if entry.day in (term.start, term.told)), None)
    if same is not None:
        _correct(same, entry)
        return
    later = next((term for term in terms if term.start > entry.day), None)
    if later is not None:
        # An older term that becomes known late fills what comes before.
        place = terms.index(later)
        terms.insert(place, _term(entry, None, RENEWED if place else STARTED))
        later.kind = RENEWED
        return
    last = terms[-1] if terms else None
    if last is not None and cancelled is None:
        _go_on(terms, entry.day - 1)
        last = terms[-1]
    if last is not None and _went_on_just_before(last, entry.day):
        terms[-1] = _told_late(entry, last)
        return
    if last is not None and (last.end is None or last.end > entry.day):
        last.end = entry.day
    fresh = last is None or (cancelled is not None and cancelled < entry.day)
    terms.append(_term(entry, last, STARTED if fresh else RENEWED))


def _went_on_just_before(term: Term, day: int) -> bool:
    """Return whether a term went on by itself so shortly before a day that this day tells of the same."""
    by_itself = term.end is not None and term.told < term.start
    return by_itself and day - term.start <= min(EXPECTED_DAYS, ((term.end or 0) - term.start) // 4)


def _told_late(entry: ContractEntry, by_itself: Term) -> Term:
    """Return the renewal that an entry tells of after the contract had gone on by itself: one, not two.

    What ran before the entry's day ran on the old terms.
    """
    term = _term(entry, by_itself, RENEWED)
    term.start = by_itself.start
    before = [piece for piece in by_itself.pieces if piece[0] < entry.day]
    _, monthly, kind, words = term.pieces[0]
    if [piece[1] for piece in before] == [monthly]:
        term.pieces[0] = (term.start, monthly, kind, words)
    else:
        term.pieces[:0] = before
    return term


def _term(entry: ContractEntry, last: Term | None, kind: str) -> Term:
    months, end = _length(entry, entry.day, last)
    inherited = last.amount if last is not None else 0
    amount = inherited if entry.amount is None else entry.amount
    auto, notice = entry.auto_renews, entry.notice_days
    term = Term(
        start=entry.day,
        end=end,
        amount=amount,
        currency=entry.currency or (last.currency if last else ""),
        months=months,
        item=entry.item or (last.item if last else ""),
        auto_renews=(last.auto_renews if last else False) if auto is None else auto,
        notice_days=(last.notice_days if last else None) if notice is None else notice,
        kind=kind,
        told=entry.day,
        anchor=(entry.day, months or 0),
        until_cancelled=end is None,
    )
    term.pieces.append((entry.day, monthly_amount(amount, months, term.start, end), kind, entry.words))
    return term


def _length(entry: ContractEntry, start: int, last: Term | None) -> tuple[int | None, int | None]:
    """Return months and end of a term, from whichever of them was said."""
    if entry.ends is not None:
        return entry.months or months_between(start, entry.ends), entry.ends
    if entry.months:
        return entry.months, add_months(start, entry.months)
    if last is not None and last.months and entry.kind == "contract_renewed":
        return last.months, add_months(start, last.months)
    return None, None


def _correct(term: Term, entry: ContractEntry) -> None:
    """Take what a second entry says about the same term for right."""
    if entry.ends is not None or entry.months:
        term.runs_for(*_length(entry, term.told, None))
    place = term.first
    changed = place + 1 < len(term.pieces)
    amount = term.amount if entry.amount is None else entry.amount
    term.amount = term.amount if changed else amount
    term.currency, term.item = entry.currency or term.currency, entry.item or term.item
    term.auto_renews = term.auto_renews if entry.auto_renews is None else entry.auto_renews
    term.notice_days = term.notice_days if entry.notice_days is None else entry.notice_days
    begun, monthly, kind, words = term.pieces[place]
    if entry.amount is not None or not changed:
        monthly = monthly_amount(amount, term.months, term.told, term.end)
    term.pieces[place] = (begun, monthly, kind, entry.words or words)


def _change(terms: list[Term], entry: ContractEntry) -> None:
    """Change the term that runs on the day of the change, from that day to the next change agreed already."""
    if not terms:
        return
    _go_on(terms, entry.day)
    term = next((one for one in reversed(terms) if one.start <= entry.day), terms[0])
    if term.end is not None and term.end <= entry.day and (entry.ends is None or entry.ends <= entry.day):
        return
    if entry.ends is not None or entry.months:
        term.runs_for(*_length(entry, term.told, None))
    start = max(entry.day, term.start)
    place = sum(piece[0] <= start for piece in term.pieces)
    is_last = place == len(term.pieces)
    amount = term.amount if entry.amount is None else entry.amount
    term.amount = amount if is_last else term.amount
    term.item = entry.item or term.item
    term.auto_renews = term.auto_renews if entry.auto_renews is None else entry.auto_renews
    term.notice_days = term.notice_days if entry.notice_days is None else entry.notice_days
    if entry.amount is None and not is_last:
        return
    monthly = monthly_amount(amount, term.months, term.told, term.end)
    begun, before, kind, words = term.pieces[place - 1]
    if begun == start:
        term.pieces[place - 1] = (start, monthly, kind, entry.words or words)
    elif monthly != before:
        term.pieces.insert(place, (start, monthly, CHANGED, entry.words))


def _cancel(terms: list[Term], entry: ContractEntry) -> None:
    if terms:
        _go_on(terms, entry.day - 1)
        if _went_on_just_before(terms[-1], entry.day):
            # Told a few days late, it ended where the term before did: that renewal brought nothing.
            terms.pop()
        _end_by(terms, entry.day)


def _end_by(terms: list[Term], day: int) -> None:
    while terms and terms[-1].start >= day:
        terms.pop()
    if terms and (terms[-1].end is None or terms[-1].end > day):
        terms[-1].end = day


def _go_on(terms: list[Term], day: int) -> None:
    """Add the terms by which a contract that renews itself has gone on by a day."""
    last = terms[-1]
    while last.auto_renews and last.end is not None and last.end <= day and last.end > last.start:
        # Counted from the first of them, a contract of the 31st does not slide to the 28th with February.
        day_one, reached = last.anchor
        reached += last.months or 0
        length = last.end - last.start
        last = replace(
            last,
            start=last.end,
            end=add_months(day_one, reached) if last.months else last.end + length,
            kind=RENEWED,
            pieces=[(last.end, last.monthly, RENEWED, _BY_ITSELF)],
            anchor=(day_one, reached),
        )
        terms.append(last)


def _part(terms: Sequence[Term]) -> None:
    """Let each term end where the next one begins, at the latest."""
    for term, after in pairwise(terms):
        if term.end is None or term.end > after.start:
            term.end = after.start


def _current(terms: Sequence[Term], as_of: int) -> Term:
    running = [term for term in terms if term.start <= as_of and (term.end is None or term.end > as_of)]
    if running:
        return running[-1]
    return next((term for term in terms if term.start > as_of), terms[-1])


def _monthly_on(term: Term, as_of: int) -> int:
    return next(
        (monthly for start, monthly, _, _ in reversed(term.pieces) if start <= as_of), term.pieces[0][1]
    )


def _state(terms: Sequence[Term], cancelled: int | None, as_of: int) -> State:
    current = _current(terms, as_of)
    if current.start > as_of:
        return "coming"
    if current.end is None or current.end > as_of:
        return "active"
    return "ended" if cancelled is not None or as_of >= current.end + EXPECTED_DAYS else "late"


def _about(terms: Sequence[Term], forecast: ContractEntry) -> int:
    """Return the place of the term whose renewal a forecast is about: the one that ran, or ran last."""
    begun = [place for place, term in enumerate(terms) if term.start <= forecast.day]
    return begun[-1] if begun else 0


def _renewals(
    terms: Sequence[Term], forecasts: Sequence[ContractEntry], why: str, *, decided: bool
) -> tuple[Renewal, ...]:
    said = {_about(terms, one): one for one in forecasts}
    found = []
    for place, term in enumerate(terms):
        if term.end is None:
            continue
        after = terms[place + 1] if place + 1 < len(terms) else None
        forecast = said.get(place)
        found.append(
            Renewal(
                due=term.end,
                target=_target(term),
                currency=term.currency,
                forecast=forecast.amount if forecast else None,
                forecast_day=forecast.day if forecast else None,
                forecast_why=forecast.words if forecast else "",
                forecast_by=forecast.colleague if forecast else None,
                final=_final(term, after, lost=after is None and decided),
                why=why if after is None else after.pieces[after.first][3],
            )
        )
    return tuple(found)


def _target(term: Term) -> int:
    return term.amount if len(term.pieces) == 1 else _over(term.monthly, term)


def _over(monthly: int, term: Term) -> int:
    """Return what a monthly amount comes to over the length of a term, a month where none is agreed."""
    if term.months:
        return monthly * term.months
    if term.until_cancelled:
        return monthly
    return round(monthly * ((term.end or term.start) - term.start) / _MONTH_DAYS)


def _final(term: Term, after: Term | None, *, lost: bool) -> int | None:
    """Return what a renewal brought over as long a term as the one that ended."""
    if after is None:
        return 0 if lost else None
    if after.kind == STARTED or after.start - (term.end or 0) > EXPECTED_DAYS:
        return 0
    if _as_long(after, term) and after.first + 1 == len(after.pieces):
        return after.amount
    return _over(after.pieces[after.first][1], term)


def _as_long(one: Term, other: Term) -> bool:
    if one.until_cancelled or other.until_cancelled:
        return one.until_cancelled and other.until_cancelled
    if one.months or other.months:
        return one.months == other.months
    return (one.end or 0) - one.told == (other.end or 0) - other.told


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
