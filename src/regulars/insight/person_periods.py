"""One row per account and month in which it could be lost: what was known as it began, what followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.insight.errors import RegularsError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Signal:
    """One feature of a scorecard, with what the people who made it believe of it.

    Units
    -----
    ``sign`` is 1 where more of it keeps a customer, -1 where more of it loses one, 0 where nobody says;
    ``weight`` is how strongly, in log-odds of staying per standard deviation of the feature, 0 where nobody
    says.
    """

    key: str
    sign: int = 0
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class PersonPeriods:
    """Accounts month by month, lost ones included up to the month in which they were lost.

    Shape
    -----
    One row per account and month; ``features`` is rows by signals, NaN where not known. Every other array
    has one value a row.

    Units
    -----
    ``month`` counts months from anywhere, the same for all; ``tenure`` is months since the account's first;
    ``renewal_in`` is months until a term ends, 0 when within the month, NaN without one; ``lost`` says
    whether the account was lost in the month.
    ``silence`` is days since the last sign of life, ``points`` the score that people were shown (more is
    better), both NaN where not known. Everything but ``lost`` is as it stood when the month began.
    """

    account: Ints
    month: Ints
    tenure: Floats
    renewal_in: Floats
    lost: Bools
    signals: tuple[Signal, ...]
    features: Floats
    silence: Floats
    points: Floats

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.account)

    def __getitem__(self, chosen: Any) -> PersonPeriods:
        """Return the chosen rows, by mask or places."""
        return replace(
            self,
            **{name: getattr(self, name)[chosen] for name in self.__slots__ if name != "signals"},
        )

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(np.unique(self.account))

    @property
    def losses(self) -> int:
        """How many were lost."""
        return int(self.lost.sum())


def person_periods(
    columns: Mapping[str, Any], signals: Sequence[Signal] = (), features: Any = None
) -> PersonPeriods:
    """Return checked rows in order of account and month.

    Parameters
    ----------
    columns
        ``account``, ``month``, ``tenure`` and ``lost``; ``renewal_in``, ``silence`` and ``points`` where
        there are any.

    Raises
    ------
    RegularsError
        ``person-periods-invalid`` when a column is missing or differs in length, an account has a month twice
        or rows after the month in which it was lost, or a signal's weight contradicts its sign.

    Example
    -------
    >>> rows = person_periods({"account": [7, 7, 8], "month": [1, 2, 1], "tenure": [0, 1, 5],
    ...     "lost": [False, True, False]})
    >>> len(rows), rows.accounts, rows.losses
    (3, 2, 1)
    """
    missing = [name for name in ("account", "month", "tenure", "lost") if name not in columns]
    if missing:
        raise _invalid(f"{' and '.join(missing)} missing", "Give one value a row.")
    n = len(np.asarray(columns["account"]))
    unknown = np.full(n, np.nan)
    rows = PersonPeriods(
        account=np.asarray(columns["account"], dtype=np.int64),
        month=np.asarray(columns["month"], dtype=np.int64),
        tenure=np.asarray(columns["tenure"], dtype=np.float64),
        renewal_in=np.asarray(columns.get("renewal_in", unknown), dtype=np.float64),
        lost=np.asarray(columns["lost"], dtype=bool),
        signals=tuple(signals),
        features=np.empty((n, 0)) if features is None else np.asarray(features, dtype=np.float64),
        silence=np.asarray(columns.get("silence", unknown), dtype=np.float64),
        points=np.asarray(columns.get("points", unknown), dtype=np.float64),
    )
    _check_shape(rows)
    ordered = rows[np.lexsort((rows.month, rows.account))]
    _check_months(ordered)
    return ordered


def _invalid(what: str, remedy: str) -> RegularsError:
    return RegularsError("person-periods-invalid", f"The rows cannot be used: {what}. {remedy}")


def _check_shape(rows: PersonPeriods) -> None:
    n = len(rows.account)
    for name in ("month", "tenure", "renewal_in", "lost", "silence", "points"):
        if getattr(rows, name).shape != (n,):
            raise _invalid(f"{name} does not have one value for each of {n} rows", "Give one a row.")
    if rows.features.shape != (n, len(rows.signals)):
        raise _invalid(
            f"the features are {rows.features.shape}, not {n} rows by {len(rows.signals)} signals",
            "Give one column for each signal, NaN where not known.",
        )
    if np.isinf(rows.features).any() or not np.isfinite(rows.tenure).all():
        raise _invalid("a feature or tenure is infinite, or a tenure is missing", "Correct it.")
    against = [signal.key for signal in rows.signals if signal.sign * signal.weight < 0]
    if against:
        raise _invalid(
            f"the weight of {', '.join(against)} contradicts its sign",
            "A positive sign and weight mean that more of it keeps a customer.",
        )


def _check_months(rows: PersonPeriods) -> None:
    same = rows.account[1:] == rows.account[:-1]
    if (same & (rows.month[1:] == rows.month[:-1])).any():
        raise _invalid("an account has the same month twice", "Keep one row for each account and month.")
    if (same & rows.lost[:-1]).any():
        raise _invalid(
            "an account has months after the one in which it was lost",
            "End its rows there; an account won back starts anew under another number.",
        )


def lost_within(rows: PersonPeriods, periods: int) -> Floats:
    """Return, a row each, 1 if the account was lost in that month or the ``periods`` - 1 after it.

    NaN where that cannot be told: in the last months, for everybody alike, because those lost at once would
    otherwise be told before those who stay; and where an account's rows end before.

    Shape
    -----
    Rows in the order of `person_periods`.

    Example
    -------
    >>> rows = person_periods({"account": [7, 7, 7, 7], "month": [1, 2, 3, 4], "tenure": [0, 1, 2, 3],
    ...     "lost": [0, 0, 0, 1]})
    >>> lost_within(rows, 2).tolist()
    [0.0, 0.0, 1.0, nan]
    """
    if not len(rows):
        return np.empty(0)
    ends = np.flatnonzero(np.append(rows.account[1:] != rows.account[:-1], True))
    end = ends[np.searchsorted(ends, np.arange(len(rows)))]
    last = rows.month + periods - 1
    told = (last <= rows.month.max()) & (rows.lost[end] | (rows.month[end] >= last))
    outcome = (rows.lost[end] & (rows.month[end] <= last)).astype(np.float64)
    return np.where(told, outcome, np.nan)


def vanished(rows: PersonPeriods) -> Ints:
    """Return the accounts whose rows end before the last month though they were never lost.

    Their outcome is not known. Many of them mean that lost customers were dropped from the rows, which makes
    any score look better than it is.
    """
    if not len(rows):
        return np.empty(0, dtype=np.int64)
    last = np.append(rows.account[1:] != rows.account[:-1], True)
    gone = last & ~rows.lost & (rows.month < rows.month.max())
    return np.asarray(rows.account[gone], dtype=np.int64)
