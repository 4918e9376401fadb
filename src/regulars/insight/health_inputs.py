"""What is known of customers when their health is asked for, and how old it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.insight.errors import RegularsError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HealthInputs:
    """Raw values of many customers: with the profile's version, all that a score rests on.

    Shape
    -----
    One value per customer in every array. Keys that a profile does not name are ignored; keys that it names
    and that are missing here are not known of anybody.

    Units
    -----
    ``values`` in the unit the profile's knots are written in, a level's place for levels; ``ages`` in days
    since each was learnt; NaN is not known in both. ``deal_breakers`` and ``success_agreed`` are 1 for yes,
    0 for no, NaN for nobody knows.
    """

    customers: Ints
    values: Mapping[str, Floats]
    ages: Mapping[str, Floats]
    deal_breakers: Mapping[str, Floats]
    success_agreed: Floats

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customers)

    def __getitem__(self, chosen: Any) -> HealthInputs:
        """Return the chosen customers, by mask or places."""
        return HealthInputs(
            self.customers[chosen],
            {key: column[chosen] for key, column in self.values.items()},
            {key: column[chosen] for key, column in self.ages.items()},
            {key: column[chosen] for key, column in self.deal_breakers.items()},
            self.success_agreed[chosen],
        )


def health_inputs(
    customers: Any,
    values: Mapping[str, Any],
    ages: Mapping[str, Any],
    deal_breakers: Mapping[str, Any] | None = None,
    success_agreed: Any = None,
) -> HealthInputs:
    """Return checked inputs.

    Raises
    ------
    RegularsError
        ``health-inputs-invalid`` when a column has another length, a value has no age, is infinite or comes
        from the future, or a flag is neither 0 nor 1.

    Example
    -------
    >>> known = health_inputs([7, 8], {"money": [0.0, None]}, {"money": [3, None]}, {}, [1, 0])
    >>> len(known), float(known.values["money"][0])
    (2, 0.0)
    """
    who = np.asarray(customers, dtype=np.int64)
    unknown = np.full(len(who), np.nan)
    inputs = HealthInputs(
        who,
        {key: _column(column) for key, column in values.items()},
        {key: _column(column) for key, column in ages.items()},
        {key: _column(column) for key, column in (deal_breakers or {}).items()},
        unknown if success_agreed is None else _column(success_agreed),
    )
    _check(inputs)
    return inputs


def _column(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _check(inputs: HealthInputs) -> None:
    if len(np.unique(inputs.customers)) < len(inputs):
        raise _invalid("customers", "one appears twice", "Give each once")
    flags = {**inputs.deal_breakers, "success_agreed": inputs.success_agreed}
    for group in (inputs.values, inputs.ages, flags):
        for key, column in group.items():
            _check_column(key, column, len(inputs))
    for key in inputs.values:
        if key not in inputs.ages:
            raise _invalid(key, "its age is missing", "Say how many days ago each value was learnt")
    for key, column in inputs.ages.items():
        if (column < 0).any():
            raise _invalid(key, "it was learnt after the day of asking", "Leave it out until then")
    for key, column in flags.items():
        if not (np.isnan(column) | (column == 0) | (column == 1)).all():
            raise _invalid(key, "it is neither 0 nor 1", "Give 1 for yes, 0 for no, NaN for not known")


def _check_column(key: str, column: Floats, count: int) -> None:
    if column.shape != (count,):
        raise _invalid(key, f"{column.shape} values for {count} customers", "Give one each")
    if np.isinf(column).any():
        raise _invalid(key, "it holds an infinite value", "Give NaN where it is not known")


def _invalid(key: str, what: str, remedy: str) -> RegularsError:
    return RegularsError("health-inputs-invalid", f"Health cannot be calculated: {key}: {what}. {remedy}.")
