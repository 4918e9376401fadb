"""Customers, made in bulk as sources mention them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.utils import timezone

from regulars.records.folding import folded
from regulars.records.identity import identifier_value, nameless, resolve
from regulars.records.models import Customer, Source
from regulars.records.write.rows import insert_rows, next_ids


def ensure_customers(source: Source, names: Mapping[str, str]) -> dict[str, int]:
    """Return the customer id for each identifier of a source; customers nobody knew yet are made.

    A customer known only by an identifier takes the first name that a source gives it. Runs inside the
    caller's transaction, or one of its own.

    Parameters
    ----------
    names
        Identifier to display name; "" when the source gives none, then the identifier serves.

    Shape
    -----
    Any number of identifiers, a handful of statements; 10,000 at a time is a good size.
    """
    # Without a savepoint: inside one, SQLite pays for each customer's trigger in proportion to the database.
    with transaction.atomic(savepoint=False):
        found = resolve(source, list(names))
        new = {value: name for value, name in names.items() if value not in found and identifier_value(value)}
        made = _make_customers(source, new) if new else {}
        _name_the_nameless(source, {value: name for value, name in names.items() if name and value in found})
    return found | made


def _make_customers(source: Source, names: Mapping[str, str]) -> dict[str, int]:
    shown = {
        identifier_value(value): (name.replace("\x00", "").strip() or value.strip())[:200]
        for value, name in names.items()
    }
    ids = dict(zip(shown, next_ids(Customer, len(shown)), strict=True))
    source_id = source.pk
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    insert_rows(
        "customer",
        ("id", "name", "name_folded", "first_source_id", "created_at"),
        [(ids[value], name, folded(name)[:200], source_id, now) for value, name in shown.items()],
    )
    insert_rows(
        "identifier",
        ("customer_id", "source_id", "value"),
        [(ids[value], source_id, value) for value in shown],
        ignore=True,
    )
    if connection.vendor != "sqlite":
        # On SQLite transactions begin IMMEDIATE: nobody can have been quicker.
        stored = resolve(source, list(shown))
        _drop_outrun([ids[value] for value in shown if stored[value] != ids[value]])
        ids = stored
    return {value: ids[identifier_value(value)] for value in names}


def _drop_outrun(ids: Sequence[int]) -> None:
    """Remove customers whose identifier another transaction took first."""
    if ids:
        Customer.objects.filter(pk__in=ids).delete()


def _name_the_nameless(source: Source, names: Mapping[str, str]) -> None:
    given = {identifier_value(value): name.strip()[:200] for value, name in names.items()}
    given = {value: name for value, name in given.items() if name and name != value}
    if not given:
        return
    named = [
        (given[value], folded(given[value])[:200], customer)
        for value, customer in nameless(source, list(given))
    ]
    if named:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE customer SET name = %s, name_folded = %s WHERE id = %s", named)
