"""Facts about contracts, read as entries that `insight.contract_terms` folds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Protocol

from regulars.insight.contract_term import ContractEntry
from regulars.insight.typed import LARGEST_ROW, whole_number
from regulars.ledger.dialects.contract_rows import MOST_MONTHS, MOST_NOTICE
from regulars.records.read.company import epoch_day

CONTRACT_KINDS = ("contract_started", "contract_renewed", "contract_changed", "contract_cancelled")


class ContractFact(Protocol):
    """What an entry is read from."""

    @property
    def kind(self) -> str:
        """The kind of fact."""

    @property
    def day(self) -> int:
        """The company-local epoch day it happened on."""

    @property
    def amount(self) -> int | None:
        """Minor units, of the whole term."""

    @property
    def currency(self) -> str:
        """Of the amount."""

    @property
    def item(self) -> str:
        """The product."""

    @property
    def text(self) -> str:
        """Words beside it."""

    @property
    def properties(self) -> str:
        """JSON text."""


def contract_entry(fact: ContractFact) -> ContractEntry:
    """Return a fact as an entry about a contract.

    The day of a fact is the day on which it takes effect. What is agreed ahead cannot have a day yet to
    come: its fact has the day it was agreed on, and carries the other as ``starts_on``, or, for a
    cancellation, as ``ends_on``, the last day that is covered.
    """
    said: dict[str, Any] = json.loads(fact.properties) if len(fact.properties) > 2 else {}
    last = _day(said.get("ends_on"))
    cancelled = fact.kind == "contract_cancelled"
    ahead = (None if last is None else last + 1) if cancelled else _day(said.get("starts_on"))
    return ContractEntry(
        kind=fact.kind,
        day=fact.day if ahead is None else ahead,
        noted=fact.day,
        amount=fact.amount,
        currency=fact.currency,
        item=fact.item,
        months=_whole(said.get("months"), MOST_MONTHS),
        ends=None if last is None or cancelled else last + 1,
        auto_renews=_yes_no(said.get("auto_renews")),
        notice_days=_whole(said.get("notice_days"), MOST_NOTICE),
        words=str(said.get("reason") or fact.text or ""),
        colleague=_whole(said.get("colleague"), LARGEST_ROW),
    )


def _day(value: object) -> int | None:
    try:
        return epoch_day(date.fromisoformat(str(value))) if value else None
    except ValueError:
        return None


def _whole(value: object, most: int) -> int | None:
    """Return a whole number from 0 to the most that can be meant, else None."""
    return None if value is None else whole_number(str(value), most)


def _yes_no(value: object) -> bool | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, bool) else str(value).casefold() in {"true", "yes", "1"}
