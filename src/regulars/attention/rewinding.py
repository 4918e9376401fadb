"""The customer list as it would have stood on a past day, and what became of those it named."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.attention.assess import aligned, assessed
from regulars.attention.base import Base
from regulars.attention.facts import facts_at
from regulars.attention.models import Rewind
from regulars.attention.read.profiles import Profiles, id_spans, profiles
from regulars.attention.read.rewinds import rests_on
from regulars.attention.reassess import CUSTOMERS_AT_ONCE, learnt
from regulars.attention.revealing import Revealed, revealed
from regulars.attention.write.results import finish_rewind, start_rewind
from regulars.attention.write.standings import Columns, nothing_stored, write_rewound
from regulars.insight.errors import RegularsError

IntArray = npt.NDArray[np.int64]

_INSIDE = "Something went wrong inside. Ask for this day again."


def compute_rewind(rewind_id: int) -> Rewind:
    """Compute one rewind and store its list; running it again replaces what an earlier run left.

    Nothing of today is used but names: base, model and stages are learnt from the facts of that day.
    """
    rewind, basis = start_rewind(rewind_id), rests_on()
    try:
        return _computed(rewind, basis)
    except RegularsError as error:
        finish_rewind(rewind, customers=0, reveal={}, rests_on=basis, message=error.message)
        return rewind
    except Exception:
        # Left running, it would be waited for, and never asked for again.
        finish_rewind(rewind, customers=0, reveal={}, rests_on=basis, message=_INSIDE)
        raise


def _computed(rewind: Rewind, basis: str) -> Rewind:
    with facts_at(rewind.as_of, "known" if rewind.mode == "known" else "happened") as at:
        base, rows = learnt(at, rewind.as_of, keep=False)
        known_by = rewind.as_of if rewind.mode == "known" else None
        parts = _stood(base, rows, known_by)
        shown = revealed(at, base, parts)
    number = _store(rewind, parts, shown)
    finish_rewind(rewind, customers=number, reveal=shown.told, rests_on=basis)
    return rewind


def _stood(base: Base, rows: Columns, known_by: int | None) -> Columns:
    """Return the standings of those of whom anything was on record by then."""
    parts: list[Columns] = []
    for low, high in id_spans(CUSTOMERS_AT_ONCE):
        mine = (rows["customer"] >= low) & (rows["customer"] <= high)
        there = {name: column[mine] for name, column in rows.items()}
        known = _only(profiles(low, high), there["customer"])
        part = aligned(there, known.customer)
        rainy = part["rainy_sign"]
        parts.append(assessed(base, part, known, nothing_stored(), rainy, known_by=known_by).columns)
    if not parts:
        return {}
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return arrays end to end, with what is masked in them."""
    if not isinstance(parts[0], np.ma.MaskedArray):
        return np.concatenate(parts)
    masks = np.concatenate([np.ma.getmaskarray(part) for part in parts])
    return np.ma.masked_array(np.concatenate([np.ma.getdata(part) for part in parts]), mask=masks)


def _only(known: Profiles, customers: IntArray) -> Profiles:
    kept = np.isin(known.customer, customers)
    return Profiles(*(getattr(known, name)[kept] for name in Profiles.__dataclass_fields__))


def _store(rewind: Rewind, columns: Columns, shown: Revealed) -> int:
    if not columns:
        return 0
    write_rewound(rewind.pk, {**columns, "never_came_back": shown.never_came_back})
    return int(columns["customer"].size)
