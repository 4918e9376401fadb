"""Identity: which customer an identifier means."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection

from regulars.records.many import among
from regulars.records.models import Customer, Source

_LONGEST = 200


def identifier_value(text: str) -> str:
    """Return an identifier as it is stored: without surrounding space, at most 200 characters.

    A longer one keeps its beginning and ends in a digest of the whole, so that two long ones stay two.

    Example
    -------
    >>> identifier_value("  C-0042 ")
    'C-0042'
    """
    value = text.replace("\x00", "").strip()
    if len(value) <= _LONGEST:
        return value
    return f"{value[:160]}~{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def resolve(source: Source, values: Sequence[str]) -> dict[str, int]:
    """Return the customer id for each identifier of a source that is known, merged customers followed.

    Shape
    -----
    Any number of values, one query; unknown ones are absent from the answer.

    Example
    -------
    ``resolve(till, ["C-0042", "nobody"])`` gives ``{"C-0042": 17}``.
    """
    # A merge moves the identifiers of the absorbed customer, so that what is stored is already followed.
    stored = dict(zip(values, map(identifier_value, values), strict=True))
    known = {value: customer for value, customer, _ in _identifiers(source, stored.values())}
    return {value: known[kept] for value, kept in stored.items() if kept in known}


def origins(source: Source, values: Sequence[str]) -> dict[str, int]:
    """Return, for identifiers that came to their customer by a merge, the customer they came from.

    A fact recorded by such an identifier keeps this id as ``moved_from``, so that undoing the merge sends it
    back with the older ones. Usually empty.
    """
    moved = {
        value: origin
        for value, _, origin in _identifiers(source, map(identifier_value, values))
        if origin is not None
    }
    return {value: moved[stored] for value in values if (stored := identifier_value(value)) in moved}


def merged_customers() -> dict[int, int]:
    """Return, for each customer absorbed by a merge, the customer it belongs to today."""
    into = dict(
        Customer.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id").iterator()
    )
    return {absorbed: _end_of(absorbed, into) for absorbed in into}


def kept_customers(customers: Iterable[int], *, locked: bool = False) -> dict[int, int]:
    """Return, for those of the customers that were merged, the customer they belong to today.

    Parameters
    ----------
    locked
        In the caller's transaction, wait for merges under way, and let no other of these customers be merged
        until it ends.
    """
    into: dict[int, int] = {}
    wanted = set(customers)
    while wanted:
        found = dict(_merged_into(wanted, locked=locked))
        into |= found
        wanted = set(found.values()) - set(into)
    return {customer: _end_of(customer, into) for customer in into}


def _merged_into(customers: Collection[int], *, locked: bool) -> Iterator[tuple[int, int]]:
    condition, wanted = among(customers)
    # A row that is locked is read as it is after whoever held it: looked at without, a merge could be missed.
    lock = " ORDER BY id FOR KEY SHARE" if locked and connection.vendor != "sqlite" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, merged_into_id FROM customer WHERE id {condition}{lock}", [wanted])
        for customer, kept in cursor.fetchall():
            if kept is not None:
                yield customer, kept


def _end_of(customer: int, into: Mapping[int, int | None]) -> int:
    while (following := into.get(customer)) is not None:
        customer = following
    return customer


def nameless(source: Source, values: Sequence[str]) -> list[tuple[str, int]]:
    """Return (value, customer) of those identifiers whose customer has no other name than this one."""
    condition, wanted = among(set(map(identifier_value, values)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.value, i.customer_id FROM identifier i JOIN customer c ON c.id = i.customer_id "
            f"WHERE i.source_id = %s AND i.value {condition} AND c.name = i.value",
            [source.pk, wanted],
        )
        return [(value, customer) for value, customer in cursor.fetchall()]


def _identifiers(source: Source, values: Iterable[str]) -> list[tuple[str, int, int | None]]:
    """Return (value, customer, moved from) of those identifiers that exist."""
    condition, wanted = among(set(values))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value, customer_id, moved_from_id FROM identifier "
            f"WHERE source_id = %s AND value {condition}",
            [source.pk, wanted],
        )
        return [(value, customer, origin) for value, customer, origin in cursor.fetchall()]
