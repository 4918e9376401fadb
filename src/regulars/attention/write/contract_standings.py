"""Contracts and what they come to for each customer, written in bulk: only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from regulars.attention.contracts import CustomerContract, customer_contracts
from regulars.attention.models import Contract, ContractStanding
from regulars.attention.write.results import store_result
from regulars.insight.contract_renewals import Renewal
from regulars.insight.contract_terms import ContractTold
from regulars.insight.renewal_months import RenewalMonths
from regulars.records.many import among
from regulars.records.models import Colleague, Customer
from regulars.records.read.company import company

Row = tuple[Any, ...]

CONTRACT_COLUMNS = (
    "customer_id", "number", "item", "state", "currency", "amount", "monthly", "months", "first_day",
    "start_day", "end_day", "auto_renews", "notice_day", "terms", "target", "forecast", "forecast_day",
    "forecast_why", "forecast_by_id", "final", "cancelled_day", "ended_why",
)  # fmt: skip
STANDING_COLUMNS = (
    "customer_id", "yearly", "contracts", "elsewhere", "renewal_day", "notice_day", "auto_renews", "target",
    "forecast", "leaving", "since_day", "ended_day",
)  # fmt: skip
PER_TRANSACTION = 5_000
SMALL = 5_000
"""Up to so many contracts, working all of them out again takes no longer than a moment."""
WORDS_KEPT = 300
MONTHS = "renewals"
"""Under which the renewals by month are stored."""
_CHUNK = 20_000
_ENDED = "ended"
_RUNNING = ("active", "late")
"""What counts still while a renewal is expected, as in the reports on revenue."""


def refresh_contracts(customers: Sequence[int] | None, as_of: int) -> int:
    """Work out the contracts of these customers, or all, as of a day, and store what changed.

    Returns
    -------
    int
        How many rows were written or removed.
    """
    if customers is not None and not customers:
        return 0
    currency, team = company().currency, set(Colleague.objects.values_list("pk", flat=True))
    contracts, standings = dict[tuple[int, str], Row](), dict[int, Row]()
    months = RenewalMonths(currency)
    found = customer_contracts(as_of, customers=customers)
    for customer, own in groupby(found, key=lambda one: one.customer):
        mine = list(own)
        for one in mine:
            contracts[customer, one.number] = contract_row(one, as_of, team)
            months.add(one.told.renewals)
        standings[customer] = standing_row(mine, as_of, currency)
    if customers is None:
        store_result(MONTHS, as_of, months.to_json())
    written = _keep("contract", CONTRACT_COLUMNS, 2, contracts, customers)
    return written + _keep("contract_standing", STANDING_COLUMNS, 1, standings, customers)


def keep_contracts(news: Sequence[int] | None, as_of: int) -> int:
    """Take in the news of these customers, or all; with few contracts, work out what all come to as well."""
    everybody = news is None or Contract.objects.count() <= SMALL
    return refresh_contracts(None if everybody else news, as_of) + forget_merged_contracts()


def contract_row(contract: CustomerContract, as_of: int, team: set[int]) -> Row:
    """Return a contract's row, in the order of CONTRACT_COLUMNS."""
    told, current = contract.told, contract.told.current
    due = told.next_renewal or Renewal(0, 0, current.currency)
    return (
        contract.customer,
        contract.number,
        current.item,
        told.state,
        current.currency,
        current.amount,
        told.monthly,
        current.months,
        told.terms[0].start,
        current.start,
        told.end,
        current.auto_renews and told.cancelled is None,
        told.notice_day,
        sum(term.start <= as_of for term in told.terms) or 1,
        due.target,
        due.forecast,
        due.forecast_day,
        due.forecast_why[:WORDS_KEPT],
        due.forecast_by if due.forecast_by in team else None,
        told.final,
        told.cancelled,
        told.ended_why[:WORDS_KEPT],
    )


def standing_row(contracts: Sequence[CustomerContract], as_of: int, currency: str) -> Row:
    """Return what a customer's contracts come to, in the order of STANDING_COLUMNS.

    The forecast is empty unless somebody has said one for each of the contracts that end on the renewal
    day; of a contract that is cancelled for that day it is nothing. One in another currency counts as said
    and adds nothing.
    """
    told = [one.told for one in contracts]
    running = [one for one in told if one.state in _RUNNING]
    ours = [one for one in running if one.current.currency == currency]
    ending = [one for one in told if one.next_renewal is not None]
    day = min((one.end or 0 for one in ending), default=None)
    due = [one for one in ending if one.end == day]
    forecasts = [_foreseen(one, currency) for one in due]
    notices = [one.notice_day for one in due if one.notice_day is not None]
    ended = all(one.state == _ENDED for one in told)
    return (
        contracts[0].customer,
        sum(12 * one.monthly for one in ours),
        len(running),
        len(running) - len(ours),
        day,
        min(notices, default=None),
        bool(due) and all(one.current.auto_renews and one.cancelled is None for one in due),
        sum(one.next_renewal.target for one in due if one.next_renewal and one.current.currency == currency),
        None if None in forecasts or not forecasts else sum(one or 0 for one in forecasts),
        bool(due) and all(one.cancelled is not None for one in due),
        min(one.terms[0].start for one in told),
        max((one.end or 0 for one in told), default=None) if ended else None,
    )


def _foreseen(told: ContractTold, currency: str) -> int | None:
    due = told.next_renewal
    if told.cancelled is not None or due is None:
        return 0
    return due.forecast if due.forecast is None or due.currency == currency else 0


def _keep(
    table: str, columns: Sequence[str], key: int, rows: dict[Any, Row], customers: Sequence[int] | None
) -> int:
    """Make a table hold these rows and no others of these customers; return how many differed."""
    stale = list[Any]()
    for stored in _stored(table, columns, customers):
        named = stored[:key] if key > 1 else stored[0]
        wanted = rows.get(named)
        if wanted == stored:
            del rows[named]
        elif wanted is None:
            stale.append(named)
    _write(table, columns, key, rows.values())
    _remove(stale)
    return len(rows) + len(stale)


def _stored(table: str, columns: Sequence[str], customers: Sequence[int] | None) -> Iterator[Row]:
    statement, values = f"SELECT {', '.join(columns)} FROM {table}", list[Any]()
    if customers is not None:
        condition, wanted = among(customers)
        statement, values = f"{statement} WHERE customer_id {condition}", [wanted]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = iter(lambda: cursor.fetchmany(_CHUNK), [])
        # Rows of the database are read to the end before any are written.
        yield from [tuple(row) for some in rows for row in some]


def _write(table: str, columns: Sequence[str], key: int, rows: Iterable[Row]) -> None:
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns[key:])
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "
        f"ON CONFLICT ({', '.join(columns[:key])}) DO UPDATE SET {changes}"
    )
    listed = list(rows)
    for start in range(0, len(listed), PER_TRANSACTION):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, listed[start : start + PER_TRANSACTION])


def _remove(stale: Sequence[Any]) -> None:
    """Remove the rows of contracts, or of customers, that have no entries any more."""
    for start in range(0, len(stale), PER_TRANSACTION):
        some = stale[start : start + PER_TRANSACTION]
        with transaction.atomic():
            if isinstance(some[0], int):
                ContractStanding.objects.filter(customer_id__in=some).delete()
                continue
            for customer, number in some:
                Contract.objects.filter(customer_id=customer, number=number).delete()


def forget_merged_contracts() -> int:
    """Remove contracts of customers that are now part of another; return how many rows went."""
    merged = Customer.objects.filter(merged_into__isnull=False)
    gone, _ = Contract.objects.filter(customer__in=merged).delete()
    standings, _ = ContractStanding.objects.filter(customer__in=merged).delete()
    return gone + standings
