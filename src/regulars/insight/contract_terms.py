"""One contract from its entries: its terms, where it stands, and which renewals are due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from regulars.insight.contract_renewals import Renewal, renewals_of
from regulars.insight.contract_term import (
    CHANGED,
    EXPECTED_DAYS,
    RENEWED,
    STARTED,
    ContractEntry,
    Piece,
    Term,
    monthly_amount,
    pieces_of,
)
from regulars.insight.months import add_months, months_between

State = Literal["coming", "active", "late", "ended"]
_BY_ITSELF = "went on by itself"


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
        renewals=renewals_of(terms, forecasts, why, decided=cancelled is not None or state == "ended"),
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
