"""Where terms of a contract end: what the same terms would bring, what was foreseen, what came. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.insight.contract_term import EXPECTED_DAYS, MONTH_DAYS, STARTED, ContractEntry, Term


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


def _about(terms: Sequence[Term], forecast: ContractEntry) -> int:
    """Return the place of the term whose renewal a forecast is about: the one that ran, or ran last."""
    begun = [place for place, term in enumerate(terms) if term.start <= forecast.day]
    return begun[-1] if begun else 0


def renewals_of(
    terms: Sequence[Term], forecasts: Sequence[ContractEntry], why: str, *, decided: bool
) -> tuple[Renewal, ...]:
    """Return the ends of a contract's terms, with what was said and what came of each.

    Parameters
    ----------
    why
        Why it ended, where it was cancelled.
    decided
        Whether the last end is: nobody goes on.
    """
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
    return round(monthly * ((term.end or term.start) - term.start) / MONTH_DAYS)


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
