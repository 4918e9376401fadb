"""Revenue and the board page: stored figures in words, each with the address of what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.models import StoredResult
from regulars.attention.read.base import only_contracts
from regulars.attention.read.knowing import base_knowledge
from regulars.insight.errors import RegularsError
from regulars.insight.estimate import Estimate
from regulars.insight.figures import percent, percent_between
from regulars.insight.months import month_words
from regulars.records.models import Customer
from regulars.records.money import money_words
from regulars.records.read.company import company
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import today_of
from regulars.web.pages.reports.page import Report, reports
from regulars.web.templatetags.shown import short_date

MOVEMENTS: dict[str, tuple[str, str]] = {
    "new": ("New", "+"),
    "returned": ("Came back", "+"),
    "expansion": ("Grew", "+"),
    "contraction": ("Shrank", "\N{MINUS SIGN}"),
    "lost": ("Left", "\N{MINUS SIGN}"),
}
"""Movement to its word and its sign in the sum."""
SHOWN_MONTHS = 13


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure and the address of the contracts behind it ("" where there are none)."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """How much stayed, of whom: shares in words with their interval where one was sampled."""

    name: str
    grr: str
    nrr: str
    churn: str
    customers: int


@dataclass(frozen=True, slots=True)
class RecordShown:
    """How good the forecasts were: rows in words, and who was always foreseen too high."""

    sentence: str
    leads: tuple[tuple[str, str, str, str, int], ...]
    people: tuple[tuple[str, str, str, str, int], ...]
    always: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class RevenuePage:
    """Everything the report on revenue shows."""

    state: str
    refusal: str
    as_of: int
    headline: str
    sentence: str
    bridge: tuple[tuple[str, tuple[Cell, ...]], ...]
    kinds: tuple[KeptRow, ...]
    cohorts: tuple[KeptRow, ...]
    left_out: tuple[str, ...]
    drawn: Report
    survival: Report
    record: RecordShown | None = None
    older: int = 0


def percent_words(stored: Mapping[str, Any]) -> str:
    """Return a stored share in words, with its interval, or why there is none.

    Example
    -------
    >>> percent_words({"value": None, "low": None, "high": None, "n": 4, "as_of": 0, "method": ""})
    'not enough data yet'
    """
    one = Estimate.from_json(dict(stored))
    if one.value is None:
        return "not enough data yet"
    return percent_between(one.value, one.low, one.high)


def _kept(name: str, row: Mapping[str, Any]) -> KeptRow:
    return KeptRow(
        name,
        percent_words(row["grr"]),
        percent_words(row["nrr"]),
        percent_words(row["churn"]),
        row["churn"]["n"],
    )


def revenue_shown() -> RevenuePage:
    """Return the report as it was stored."""
    drawn, survival = reports("revenue", "survival")
    row = StoredResult.objects.filter(key="revenue").first()
    if row is None or row.result.get("refusal"):
        why = str(row.result["refusal"]) if row else ""
        return RevenuePage(drawn.state, why, drawn.as_of, "", "", (), (), (), (), drawn, survival)
    told, currency = row.result, str(row.result["currency"])
    yearly = money_words(told["yearly"], currency)
    return RevenuePage(
        state="told",
        refusal="",
        as_of=row.as_of,
        headline=(
            f"{yearly} a year from {_counted(told['customers'], 'customer')} "
            f"in {_counted(told['contracts'], 'contract')}"
        ),
        sentence=told["sentence"],
        bridge=tuple(_bridge_rows(told, currency)),
        kinds=tuple(_kept(one["name"], one) for one in told["kinds"]),
        cohorts=tuple(_kept(one["name"], one) for one in told["cohorts"]),
        left_out=tuple(f"{one['contracts']:,} in {one['currency']}" for one in told["left_out"]),
        drawn=drawn,
        survival=survival,
        record=_record(currency),
        older=max(0, len(told["months"]) - SHOWN_MONTHS),
    )


def _record(currency: str) -> RecordShown | None:
    row = StoredResult.objects.filter(key="forecast_record").first()
    if row is None or not row.result:
        return None
    told = row.result
    names = dict(
        Customer.objects.filter(pk__in=[one["customer"] for one in told["always"]]).values_list("pk", "name")
    )
    return RecordShown(
        told["sentence"],
        tuple(_accuracy(f"{one['ahead']} days before", one, currency) for one in told["leads"]),
        tuple(_accuracy(one["name"], one, currency) for one in told["people"]),
        tuple(
            (
                one["customer"],
                names[one["customer"]],
                f"{one['times']} renewals, {money_words(one['excess'], currency)} too high together",
            )
            for one in told["always"]
            if one["customer"] in names
        ),
    )


def _accuracy(name: str, one: Mapping[str, Any], currency: str) -> tuple[str, str, str, str, int]:
    """Return one row: the sum of errors, their share of what came, the mean with its interval, and n."""
    if not one["n"]:
        return name, "–", "–", "nobody forecast any", 0
    share = percent(one["signed"] / one["final"], signed=True) if one["final"] else "–"
    mean = Estimate.from_json(dict(one["mean"]))
    words = (
        "not enough data yet"
        if mean.value is None or mean.low is None or mean.high is None
        else f"{money_words(round(mean.value), currency)} ({money_words(round(mean.low), currency)} to "
        f"{money_words(round(mean.high), currency)})"
    )
    return name, money_words(one["signed"], currency), share, words, one["n"]


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _bridge_rows(told: Mapping[str, Any], currency: str) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield the bridge month by month, the latest first: what ran, what moved, what runs."""
    first = max(0, len(told["months"]) - SHOWN_MONTHS)
    for place in reversed(range(first, len(told["months"]))):
        month = told["months"][place]
        cells = [Cell(money_words(told["start"][place], currency))]
        for name, (_, sign) in MOVEMENTS.items():
            amount = told[name][place]
            words = f"{sign}{money_words(amount, currency)}" if amount else "–"
            cells.append(Cell(words, _behind_address(month, name) if amount else ""))
        cells.append(Cell(money_words(told["end"][place], currency), _behind_address(month, "end")))
        yield month_words(month), tuple(cells)


def _behind_address(month: str, name: str) -> str:
    return reverse("reports_behind", args=[month, name])


@access("read")
def revenue_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show how recurring revenue moved, how much of it stays, and how long contracts last."""
    why = base_knowledge(today_of(company())) if only_contracts() else None
    shown = {"page": revenue_shown(), "movements": [word for word, _ in MOVEMENTS.values()], "why": why}
    return render(request, "pages/reports/revenue.html", shown)


@access("read")
def behind_page(request: ColleagueRequest, month: str, name: str) -> HttpResponseBase:
    """Show the customers and contracts behind one figure of the bridge."""
    row = StoredResult.objects.filter(key="revenue_behind").first()
    found = row.result.get(f"{month}:{name}") if row else None
    if row is None or found is None or name not in {*MOVEMENTS, "end"}:
        raise RegularsError("not-found", "Nothing moved so in that month.", 404)
    names = dict(Customer.objects.filter(pk__in=[one[0] for one in found["rows"]]).values_list("pk", "name"))
    word = "What ran at the end of" if name == "end" else f"{MOVEMENTS[name][0]} in"
    shown = {
        "title": f"{word} {month_words(month)}",
        "rows": [
            {"customer": customer, "name": names[customer], "amount": amount, "contracts": contracts}
            for customer, amount, contracts in found["rows"]
            if customer in names
        ],
        "all": found["all"],
        "currency": _computed_in("revenue"),
        "as_of": row.as_of,
    }
    return render(request, "pages/reports/behind.html", shown)


def _computed_in(key: str) -> str:
    """Return the currency of a stored result: the company may have chosen another since."""
    row = StoredResult.objects.filter(key=key).first()
    return str(row.result["currency"]) if row and "currency" in row.result else company().currency


def _risk(risk: Mapping[str, Any]) -> dict[str, Any]:
    """Return a risk with the date of its plan as people write it."""
    return {**risk, "date": short_date(date.fromisoformat(risk["date"])) if risk.get("date") else ""}


@access("read")
def board_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show the board page, which prints on two sheets."""
    row = StoredResult.objects.filter(key="board").first()
    board = row.result if row and not row.result.get("refusal") else None
    shown = {
        "board": board,
        "refusal": row.result.get("refusal", "") if row else "",
        "as_of": row.as_of if row else None,
        "currency": (board or {}).get("currency", company().currency),
        "company": company().name,
        "risks": [_risk(risk) for risk in board["risks"]] if board else [],
        "confirmed": percent_words(board["outcomes"]["share"]) if board else "",
        "kept": _kept("", board["revenue"]["kept"]) if board and board.get("revenue") else None,
        "movements": [(word, sign, board["quarter"][name]) for name, (word, sign) in MOVEMENTS.items()]
        if board and board.get("quarter")
        else [],
    }
    return render(request, "pages/reports/board.html", shown)
