"""Renewals month by month: what is due on the same terms, what is expected, what came of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from regulars.insight.contract_renewals import Renewal
from regulars.insight.months import month_of, month_text

_EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class RenewalMonth:
    """The renewals that are due in one month: the first day that the term before does not cover lies in it.

    ``forecast`` is the sum of what was said of ``said`` open ones, ``forecast_target`` the target of these;
    ``final`` of the ``decided``, ``decided_target`` their target; ``lost`` are those that brought nothing.

    Units
    -----
    ``month`` as 2026-11; amounts in minor units of the company's currency.
    """

    month: str
    due: int = 0
    target: int = 0
    said: int = 0
    forecast: int = 0
    forecast_target: int = 0
    decided: int = 0
    final: int = 0
    decided_target: int = 0
    lost: int = 0

    @property
    def unsaid(self) -> int:
        """How many are open and nobody has said what to expect."""
        return self.due - self.decided - self.said

    @property
    def difference(self) -> int:
        """What is won or lost against the same terms: final once decided, forecast before.

        Where nobody has said anything, nothing is assumed.
        """
        return self.final - self.decided_target + self.forecast - self.forecast_target


class RenewalMonths:
    """Adds up renewals by the month in which they are due.

    Example
    -------
    >>> months = RenewalMonths("EUR")
    >>> months.add([Renewal(31, 1_000, "EUR", forecast=800), Renewal(31, 500, "EUR")])
    >>> [(one.month, one.due, one.unsaid, one.difference) for one in months.in_order()]
    [('1970-02', 2, 1, -200)]
    """

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._months: dict[str, RenewalMonth] = {}
        self._elsewhere = 0

    def add(self, renewals: Iterable[Renewal]) -> None:
        """Add renewals; those in another currency are counted apart."""
        for renewal in renewals:
            if renewal.currency == self._currency:
                self._add(renewal)
            else:
                self._elsewhere += 1

    def _add(self, renewal: Renewal) -> None:
        name = month_text(month_of(renewal.due))
        month = self._months.get(name)
        if month is None:
            month = self._months[name] = RenewalMonth(name)
        month.due += 1
        month.target += renewal.target
        if renewal.final is not None:
            month.decided += 1
            month.final += renewal.final
            month.decided_target += renewal.target
            month.lost += renewal.final == 0
        elif renewal.forecast is not None:
            month.said += 1
            month.forecast += renewal.forecast
            month.forecast_target += renewal.target

    def in_order(self) -> list[RenewalMonth]:
        """Return the months that have any, in their order."""
        return [self._months[key] for key in sorted(self._months)]

    def to_json(self) -> dict[str, Any]:
        """Return them as they are stored."""
        return {
            "currency": self._currency,
            "elsewhere": self._elsewhere,
            "months": [asdict(month) for month in self.in_order()],
        }
