"""The address of the list: what it asks for, read from and written to the query string."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from regulars.attention.read.standing_list import (
    NOBODY,
    VIEW,
    Cursor,
    ListQuery,
    View,
    sorted_by,
)
from regulars.attention.read.success_list import PLANS
from regulars.insight.errors import RegularsError
from regulars.insight.stage import Stage
from regulars.insight.typed import LARGEST_ROW, whole_number
from regulars.records.opaque import number, opaque
from regulars.records.read.company import calendar_date
from regulars.web.clock import typed_day

KEPT = (
    "view", "stage", "outcome", "sort", "dir", "owner", "kind", "tag", "rainy", "known", "as_of", "mode",
    "reveal", "after",
)  # fmt: skip
FILTERS = ("stage", "outcome", "owner", "kind", "tag", "rainy", "known")
YES_NO = {"1": True, "0": False, "": None}


@dataclass(frozen=True)
class Address:
    """What the query string of the list says; values as typed, empty ones left out."""

    asked: dict[str, str]

    @classmethod
    def of(cls, typed: QueryDict) -> Address:
        """Return the address that a request asks for; unknown names are left out."""
        return cls({name: text for name in KEPT if (text := str(typed.get(name, "")).strip())})

    def only(self, *names: str) -> dict[str, str]:
        """Return these values, those left out that are not asked for."""
        return {name: value for name, value in self.asked.items() if name in names}

    def text(self) -> str:
        """Return it as a query string."""
        return urlencode(self.asked)

    def changed(self, **changes: str) -> str:
        """Return the address of the list with these values changed; the page starts over."""
        kept = {name: value for name, value in self.asked.items() if name != "after"}
        merged = {name: value for name, value in {**kept, **changes}.items() if value}
        return f"{reverse('customers')}?{urlencode(merged)}" if merged else reverse("customers")

    @property
    def view(self) -> View:
        """The shipped view that is asked for."""
        return VIEW.get(self.asked.get("view", "all"), VIEW["all"])

    @property
    def sort(self) -> str:
        """The column that is sorted by."""
        return sorted_by(self.asked.get("sort", self.view.sort))

    @property
    def descending(self) -> bool:
        """Whether the largest come first."""
        if "dir" in self.asked:
            return self.asked["dir"] == "desc"
        return self.view.descending and self.sort == self.view.sort

    @property
    def day(self) -> int | None:
        """The epoch day that is rewound to."""
        if "as_of" in self.asked and not self.rewindable:
            raise RegularsError(
                "view-now-only",
                f"{self.view.word} is a view of today. Choose another view to look at a past day.",
            )
        return typed_day(self.asked.get("as_of", ""), "as_of")

    @property
    def rewindable(self) -> bool:
        """Whether the view can be seen as of a past day."""
        return not self.view.listing

    @property
    def mode(self) -> str:
        """Which "as of" is meant."""
        return self.asked.get("mode", "happened")

    @property
    def filters(self) -> dict[str, str]:
        """The filters in use."""
        return {name: self.asked[name] for name in FILTERS if name in self.asked}

    def query(self, rewind: int | None = None, only: tuple[int, ...] = ()) -> ListQuery:
        """Return the question to the list."""
        owner = self.asked.get("owner", "")
        return ListQuery(
            stages=self._stages(),
            sort=self.sort,
            descending=self.descending,
            owner=NOBODY if owner == "nobody" else whole_number(owner, LARGEST_ROW),
            kind=whole_number(self.asked.get("kind", ""), LARGEST_ROW),
            tag=whole_number(self.asked.get("tag", ""), LARGEST_ROW),
            rainy=YES_NO.get(self.asked.get("rainy", "")),
            known=YES_NO.get(self.asked.get("known", "")),
            rewind=rewind,
            only=only,
            listing=self.view.listing,
            # Plans are known of today alone, so only their own view, which is of today, is narrowed by them.
            outcome=self.asked.get("outcome", "") if self.view.listing == PLANS else "",
        )

    def _stages(self) -> tuple[int, ...]:
        chosen = whole_number(self.asked.get("stage", ""), len(Stage) - 1)
        if chosen is not None:
            return (chosen,)
        return tuple(int(stage) for stage in self.view.stages)

    @property
    def after(self) -> Cursor | None:
        """The row after which the page starts."""
        text = self.asked.get("after", "")
        if not text:
            return None
        ref, has_value, value = text.partition(".")
        if not has_value:
            return Cursor(number(ref), None)
        return Cursor(number(ref), _typed(self.sort, value))


def next_address(address: Address, cursor: Cursor) -> str:
    """Return the address of the page that starts after a row."""
    value = "" if cursor.value is None else f".{cursor.value}"
    return address.changed(after=f"{opaque(cursor.customer)}{value}")


def day_text(day: int) -> str:
    """Return an epoch day as addresses carry it."""
    return calendar_date(day).isoformat()


def _typed(sort: str, value: str) -> str | int | float:
    if sort == "name":
        return value
    try:
        found = float(value) if sort == "p_buy" else int(value)
    except ValueError:
        found = None
    if found is None or not abs(found) <= LARGEST_ROW:
        raise RegularsError("not-found", "This page of the list does not exist. Start from its first.", 404)
    return found
