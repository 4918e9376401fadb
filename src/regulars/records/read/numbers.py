"""Customers and people by a number: of a customer, an order, a serial, a contract, a phone."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Manager, Q, QuerySet

from regulars.records.many import among, begins
from regulars.records.models import Customer, Source

_PHONE = frozenset("0123456789+-/(). ")
_ENDING = 4
"""Digits of a phone's ending that one must know to find it."""


def by_identifier(text: str, limit: int) -> list[int]:
    """Return customers to whom any source gives this identifier, written so or in another case."""
    sources, known = among(Source.objects.values_list("pk", flat=True))
    values, wanted = among({text, text.upper(), text.lower()})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_id FROM identifier "
            f"WHERE source_id {sources} AND value {values} LIMIT {limit:d}",
            [known, wanted],
        )
        return [customer for (customer,) in cursor.fetchall()]


def by_order(text: str, limit: int) -> list[int]:
    """Return customers with an order of this number."""
    found = _with("order_number", text).values_list("customer_id", flat=True)
    return list(found.distinct()[:limit])


def by_serial(text: str, limit: int) -> dict[int, str]:
    """Return customers with a thing, a contract or an expansion of this number, and which of these it is.

    Entries name all three in one column; what kind of entry it is tells them apart.
    """
    found = _with("serial", text).values_list("customer_id", "kind").distinct()
    kinds: dict[int, str] = {}
    for customer, kind in found[: 4 * limit]:
        kinds[customer] = min(kinds.get(customer, "serial"), _SERIAL_OF.get(kind.partition("_")[0], "serial"))
    return dict(list(kinds.items())[:limit])


_SERIAL_OF = {"contract": "contract", "renewal": "contract", "expansion": "expansion"}


def by_phone(text: str, limit: int) -> dict[int, str]:
    """Return people whose phone number ends so, with the number; at least four digits."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) < _ENDING or not _PHONE.issuperset(text):
        return {}
    # A number in national form begins with a zero that the international form does not have.
    condition, values = begins("phone_reversed", digits.lstrip("0")[::-1])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, phone FROM person WHERE {condition} LIMIT {limit:d}", values)
        return dict(cursor.fetchall())


def _with(column: str, text: str) -> QuerySet[Any]:
    # The ledger hangs its facts on the customer. Its index leaves out empty numbers: unsaid, it is not used.
    facts: Manager[Any] = Customer._meta.get_field("facts").related_model._default_manager
    spelled = {text, text.upper(), text.lower()}
    return facts.filter(~Q(**{column: ""}), **{f"{column}__in": spelled}, customer__isnull=False).order_by()
