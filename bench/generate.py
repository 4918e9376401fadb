"""Large bases from a seed: customers, their facts as rows and as sealed segments, in a home of their own.

``python -m bench.generate --home DIR --customers 100000 --facts 1000000 [--segments-only]``
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

SEED = 11
YEARS = 3
ITEMS = (
    "Flat white", "Cappuccino", "Filter coffee", "Espresso", "Oat latte", "Still lemonade",
    "Cinnamon bun", "House blend 250 g", "House blend 1 kg", "Lemon syrup 1 l", "Paper cups, 100",
    "Gift card",
)  # fmt: skip
KINDS = ("walk-in", "office", "café", "hotel")
SYLLABLES = (
    "al", "bar", "bri", "cor", "dan", "del", "dov", "el", "fen", "fal", "gar", "gol", "har", "hol",
    "ing", "jor", "kel", "kir", "lan", "lor", "mar", "mer", "nor", "or", "pel", "quil", "ras",
    "ros", "sal", "sol", "tam", "ter", "ul", "ven", "vor", "wal", "wen", "yor", "zan", "zel",
)  # fmt: skip
ENDINGS = (
    "en", "er", "i", "o", "sen", "ski", "ner", "ez", "eau", "ström", "berg", "feld", "dottir",
    "ova", "is", "ak",
)  # fmt: skip
CHUNK = 50_000
SEGMENT = 500_000


@dataclass(frozen=True)
class Base:
    """Facts in the order in which they happened, one array per column; customer -1 is nobody known."""

    customers: int
    end: int
    customer: np.ndarray
    day: np.ndarray
    minute: np.ndarray
    amount: np.ndarray
    item: np.ndarray
    quantity: np.ndarray
    kind: np.ndarray

    @property
    def facts(self) -> int:
        return self.day.size


def simulated(customers: int, facts: int, end: int, seed: int = SEED) -> Base:
    """Return a base that ends on the day before `end`: MBG buying, Sundays closed, some rows unnamed."""
    from regulars.insight.lifetime import simulate
    from regulars.insight.lifetime.scoring import Parameters

    start = end - 365 * YEARS
    rng = np.random.default_rng(seed)
    first = simulate.first_days(customers, start, end - 2, seed=seed)
    log = simulate.purchases(Parameters(0.9, 30.0, 0.6, 7.0), first, end - 1, seed=seed + 1)
    customer, day = log.customer[: int(facts * 0.97)] + 1, log.day[: int(facts * 0.97)]
    unnamed = facts - customer.size
    customer = np.concatenate([customer, np.full(unnamed, -1)])
    day = np.concatenate([day, rng.integers(start, end, unnamed)])
    day = np.where((day + 3) % 7 == 6, day - 1, day)
    minute = np.clip(rng.normal(700, 150, facts), 450, 1080).astype(np.int16)
    order = np.lexsort((minute, day))
    item = rng.integers(0, len(ITEMS), facts).astype(np.int8)
    amount = np.rint(np.exp(rng.normal(6.4, 0.8, facts))).astype(np.int64)
    named = customer[order] > 0
    chance = rng.random(facts)
    rare = [named & (chance < 0.01), named & (chance > 0.997), named & (chance >= 0.01) & (chance < 0.012)]
    kind = np.select(rare, [1, 2, 3], 0)
    return Base(
        customers, end, customer[order], day[order].astype(np.int32), minute[order], amount, item,
        rng.integers(1, 4, facts).astype(np.float64), kind.astype(np.int8),
    )  # fmt: skip


FACT_KINDS = ("purchase", "touchpoint", "refund", "praise")


def fact_table(base: Base, low: int, high: int) -> pa.Table:
    """Return facts low + 1 to high in the FACTS shape."""
    from regulars.store.segments import SCHEMA

    part = slice(low, high)
    number = pa.array(np.arange(low + 1, high + 1))
    bought = np.isin(base.kind[part], (0, 2))
    size = high - low
    columns: dict[str, Any] = {
        "fact_id": number,
        "source_id": pa.array(np.ones(size, np.int32)),
        "customer": pa.array(base.customer[part], mask=base.customer[part] < 0),
        "kind": _words(FACT_KINDS, base.kind[part]),
        "day": pa.array(base.day[part]),
        "minute": pa.array(base.minute[part]),
        "received_day": pa.array(base.day[part]),
        "amount": pa.array(base.amount[part], mask=~bought),
        "currency": pa.array(["EUR"] * size, mask=~bought),
        "item": _words(ITEMS, base.item[part]),
        "quantity": pa.array(base.quantity[part], mask=~bought),
        "order_number": number.cast(pa.string()),
    }
    return pa.table(
        {name: columns[name].cast(SCHEMA.field(name).type) for name in SCHEMA.names}, schema=SCHEMA
    )


def _words(words: tuple[str, ...], codes: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(words)).dictionary_decode()


def names(customers: int, seed: int = SEED) -> list[str]:
    """Return names of people as varied as in a big country: a few hundred first names, many last names."""
    rng = np.random.default_rng([seed, 1])
    firsts = [
        f"{a}{b}".capitalize() for a in SYLLABLES[:20] for b in ("a", "o", "in", "ela", "us", "ine", "ko")
    ]
    lasts = [f"{a}{b}{c}".capitalize() for a in SYLLABLES for b in SYLLABLES for c in ENDINGS]
    one, other = rng.integers(0, len(firsts), customers), rng.integers(0, len(lasts), customers)
    return [f"{firsts[a]} {lasts[b]}" for a, b in zip(one.tolist(), other.tolist(), strict=True)]


def write_customers(customers: int, seed: int = SEED) -> None:
    """Insert customers with identifiers, kinds, owners and, for one in twenty, a person."""
    from django.db import transaction

    from regulars.records.folding import folded
    from regulars.records.models import Colleague, KindOfCustomer, Source
    from regulars.records.write.rows import insert_rows

    rng = np.random.default_rng([seed, 2])
    with transaction.atomic():
        Source.objects.create(pk=1, slug="bench", name="Bench")
        kinds = [KindOfCustomer.objects.create(name=name).pk for name in KINDS]
        team = [
            Colleague.objects.create(email=f"{name}@example.org", name=name.title(), role=role).pk
            for name, role in (("ana", "admin"), ("max", "member"), ("nora", "manager"), ("vic", "viewer"))
        ]
        kind = rng.choice(kinds, customers, p=[0.7, 0.15, 0.1, 0.05]).tolist()
        owner = np.where(rng.random(customers) < 0.2, rng.choice(team, customers), 0).tolist()
        called = names(customers, seed)
        for low in range(0, customers, CHUNK):
            ids = range(low + 1, min(low + CHUNK, customers) + 1)
            insert_rows(
                "customer",
                ("id", "name", "name_folded", "kind_id", "owner_id", "first_source_id", "created_at"),
                [(pk, called[pk - 1], folded(called[pk - 1]), kind[pk - 1], owner[pk - 1] or None, 1,
                  "2026-01-01 00:00:00") for pk in ids],
            )  # fmt: skip
            insert_rows(
                "identifier", ("customer_id", "source_id", "value"), [(pk, 1, f"C-{pk:07d}") for pk in ids]
            )
            write_people([_contact(pk, called[pk - 1]) for pk in ids if pk % 20 == 0])


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to write, the only one of a customer."""

    id: int
    customer: int
    name: str
    email: str
    phone: str = ""
    phone_reversed: str = ""
    title: str = ""


def write_people(people: Sequence[Contact]) -> None:
    """Insert people with their roles, as an import would have left them."""
    from regulars.records.folding import folded
    from regulars.records.write.rows import insert_rows

    insert_rows(
        "person",
        ("id", "name", "name_folded", "email", "phone", "phone_reversed", "created_at"),
        [(one.id, one.name, folded(one.name)[:200], one.email, one.phone, one.phone_reversed,
          "2026-01-01 00:00:00") for one in people],
    )  # fmt: skip
    insert_rows(
        "role",
        ("person_id", "customer_id", "title", "part"),
        [(one.id, one.customer, one.title, "") for one in people],
    )


def _contact(pk: int, name: str) -> Contact:
    phone, turned = f"+4420794{pk:06d}", f"{pk:06d}4970244"[::-1]
    return Contact(pk, pk, name, f"p{pk}@example.org", phone, turned, "Buyer")


def write_facts(base: Base) -> None:
    """Insert every fact as a row, as an import would have left it."""
    from django.db import transaction

    from regulars.ledger.record import FACT_COLUMNS
    from regulars.records.write.rows import insert_rows

    columns = [name for name in FACT_COLUMNS if name not in {"import_run_id", "moved_from_id"}]
    for low in range(0, base.facts, CHUNK):
        with transaction.atomic():
            insert_rows("fact", columns, list(_rows(base, low, min(low + CHUNK, base.facts), columns)))


def _rows(base: Base, low: int, high: int, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    part = slice(low, high)
    moments = base.day[part].astype("datetime64[D]").astype("datetime64[m]") + base.minute[part].astype(
        "timedelta64[m]"
    )
    when = [text.replace("T", " ") + ":00" for text in np.datetime_as_string(moments, unit="m").tolist()]
    ids = [str(number) for number in range(low + 1, high + 1)]
    bought = np.isin(base.kind[part], (0, 2))
    values: dict[str, Any] = {
        "source_id": [1] * len(ids),
        "message_id": ids,
        "customer_id": [one if one > 0 else None for one in base.customer[part].tolist()],
        "kind": [FACT_KINDS[code] for code in base.kind[part].tolist()],
        "occurred_at": when,
        "received_at": when,
        "day": base.day[part].tolist(),
        "minute": base.minute[part].tolist(),
        "received_day": base.day[part].tolist(),
        "amount": [
            one if paid else None for one, paid in zip(base.amount[part].tolist(), bought, strict=True)
        ],
        "currency": ["EUR" if paid else "" for paid in bought],
        "item": [ITEMS[code] for code in base.item[part].tolist()],
        "quantity": base.quantity[part].tolist(),
        "serial": [""] * len(ids),
        "order_number": ids,
        "text": [""] * len(ids),
        "properties": ["{}"] * len(ids),
    }
    return zip(*(values[name] for name in columns), strict=True)


def write_segments(base: Base) -> None:
    """Write every fact to listed segments, without rows in the database."""
    from regulars.ledger.facts import segments_folder
    from regulars.ledger.models import Segment
    from regulars.store.segments import write_segment

    for low in range(0, base.facts, SEGMENT):
        high = min(low + SEGMENT, base.facts)
        file = write_segment(segments_folder(), low + 1, high, fact_table(base, low, high))
        Segment.objects.create(
            name=file.name, content_hash=file.content_hash, rows=file.rows, first_fact=low + 1, last_fact=high
        )


def open_home(home: Path) -> None:
    """Point Django at a home and make its tables."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ["REGULARS_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.server.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def ready(home: Path, customers: int, facts: int, *, segments_only: bool, end: date) -> bool:
    """Open a home that holds such a base, made now unless it is there already; return whether it was made.

    ``end`` is the day after the last fact.
    """
    open_home(home)
    from regulars.ledger.models import Segment
    from regulars.ledger.seal import seal_facts
    from regulars.records.models import Customer
    from regulars.records.read.company import epoch_day

    if Segment.objects.exists() and Customer.objects.count() >= customers:  # and one with everything
        return False
    write_customers(customers)
    base = simulated(customers, facts, epoch_day(end))
    if segments_only:
        write_segments(base)
    else:
        write_facts(base)
        seal_facts(min_rows=1)
    return True


def main() -> None:
    """Make one base and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--segments-only", action="store_true")
    parser.add_argument("--end", type=date.fromisoformat, default=None, help="the day after the last fact")
    chosen = parser.parse_args()
    begin = time.perf_counter()
    end = chosen.end or date.today()  # noqa: DTZ011
    made = ready(chosen.home, chosen.customers, chosen.facts, segments_only=chosen.segments_only, end=end)
    print(f"{'made' if made else 'found'} in {time.perf_counter() - begin:.1f} s: {chosen.home}")


if __name__ == "__main__":
    main()
