"""Proposals to merge: customers that look like one, for a person to decide.

Customers are compared within small groups that share a key (a name without its spelling, an address, a phone
number), never each with each. What many share tells nothing: larger groups are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from regulars.insight.errors import RegularsError
from regulars.records.alike import has_legal_form, name_key, turned_key
from regulars.records.folding import folded
from regulars.records.models import Colleague, Customer, Identifier, MergeProposal
from regulars.records.read.lines import lines_with
from regulars.records.read.spellings import words_spelled
from regulars.records.words import words_of
from regulars.records.write.audit import record_entry, require

Item = TypeVar("Item")
KeyOf = Callable[[str], str]
Ids = npt.NDArray[np.int64]

LARGEST_GROUP = 5
_FEW = 5_000
_SMALL_BASE = 50_000
"""Up to so many customers, comparing everybody takes less than looking around each."""
_SAME_EMAIL = "The same e-mail address is on file for both."
_SAME_PHONE = "The same phone number is on file for both."


class _Named(NamedTuple):
    customer: int
    name: str
    folded: str


def propose_merges(customers: Sequence[int] | None = None) -> int:
    """Propose pairs that look like one customer, and return how many proposals are new.

    Pairs that somebody called different, or merged, are not proposed again.

    Parameters
    ----------
    customers
        Only pairs with one of these, such as those of an import; None compares everybody.
    """
    chosen = None if customers is None or len(customers) > _FEW else set(customers)
    pairs: dict[tuple[int, int], str] = {}
    for first, second, reason in [*_same_contacts(), *_alike(chosen)]:
        pair = (min(first, second), max(first, second))
        if chosen is None or not chosen.isdisjoint(pair):
            pairs.setdefault(pair, reason)
    return _store(pairs)


def call_different(actor: Colleague | None, proposal: int) -> None:
    """Say that two customers are two; they are not proposed again.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``not-found``.
    """
    require(actor, "write")
    with transaction.atomic():
        row = MergeProposal.objects.filter(pk=proposal).first()
        if row is None:
            raise RegularsError("not-found", "There is no such proposal.", 404)
        MergeProposal.objects.filter(pk=proposal).update(state=MergeProposal.State.DIFFERENT)
        record_entry(actor, "call_different", f"customer {row.first_id}", {"second": row.second_id})


def propose_again(actor: Colleague | None, proposal: int) -> None:
    """Take back that two customers are two: the proposal is open again.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``not-found``.
    """
    require(actor, "write")
    with transaction.atomic():
        row = MergeProposal.objects.filter(pk=proposal, state=MergeProposal.State.DIFFERENT).first()
        if row is None:
            raise RegularsError("not-found", "There is no such proposal.", 404)
        MergeProposal.objects.filter(pk=proposal).update(state=MergeProposal.State.OPEN)
        record_entry(actor, "propose_again", f"customer {row.first_id}", {"second": row.second_id})


def _store(pairs: dict[tuple[int, int], str]) -> int:
    with transaction.atomic():
        before = MergeProposal.objects.count()
        MergeProposal.objects.bulk_create(
            [
                MergeProposal(first_id=first, second_id=second, reason=reason)
                for (first, second), reason in sorted(pairs.items())
            ],
            ignore_conflicts=True,
            batch_size=2_000,
        )
        return MergeProposal.objects.count() - before


def _same_contacts() -> Iterator[tuple[int, int, str]]:
    """Yield customers that share an e-mail address or a phone number."""
    addresses = (
        "SELECT lower(p.email) AS shared, r.customer_id FROM person p JOIN role r ON r.person_id = p.id "
        "WHERE p.email <> '' "
        "UNION SELECT lower(i.value), i.customer_id FROM identifier i WHERE i.value LIKE '%@%'"
    )
    phones = (
        "SELECT substr(p.phone_reversed, 1, 9) AS shared, r.customer_id FROM person p "
        "JOIN role r ON r.person_id = p.id WHERE length(p.phone_reversed) >= 8"
    )
    for query, reason in ((addresses, _SAME_EMAIL), (phones, _SAME_PHONE)):
        for group in _sharing(query):
            yield from ((group[0], other, reason) for other in group[1:])


def _sharing(query: str) -> Iterator[list[int]]:
    """Yield small groups of customers of today that share something."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.shared, s.customer_id FROM (SELECT DISTINCT shared, customer_id FROM ({query}) a) s "
            f"JOIN (SELECT shared FROM (SELECT DISTINCT shared, customer_id FROM ({query}) b) c "
            f"GROUP BY shared HAVING COUNT(*) BETWEEN 2 AND {LARGEST_GROUP}) g ON g.shared = s.shared "
            "JOIN customer k ON k.id = s.customer_id AND k.merged_into_id IS NULL"
        )
        groups: dict[str, list[int]] = {}
        for shared, customer in cursor.fetchall():
            groups.setdefault(shared, []).append(customer)
    return (sorted(group) for group in groups.values())


def _alike(chosen: set[int] | None) -> Iterator[tuple[int, int, str]]:
    everybody = chosen is None or Customer.objects.count() <= _SMALL_BASE
    groups = _groups_of_all() if everybody or chosen is None else _groups_around(chosen)
    for chunk in _chunks(groups, 500):
        sources = _identifiers([one.customer for group in chunk for one in group])
        for group in chunk:
            yield from _pairs(group, sources)


def _groups_of_all() -> Iterator[list[_Named]]:
    """Yield small groups of customers whose names share a key; one number per customer is held in memory."""
    for key_of in (name_key, turned_key):
        ids, keys = _keys(key_of)
        if not ids.size:
            continue
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(keys[order]) != 0])
        sizes = np.diff(np.r_[starts, keys.size])
        small = (sizes > 1) & (sizes <= LARGEST_GROUP)
        same = (
            ids[order[start : start + size]] for start, size in zip(starts[small], sizes[small], strict=True)
        )
        for chunk in _chunks(same, 1_000):
            yield from _same_key(_named(np.concatenate(chunk).tolist()), key_of)


def _groups_around(chosen: set[int]) -> Iterator[list[_Named]]:
    """Yield small groups around some customers, found by the rarest word of each name."""
    for one in _named(sorted(chosen)):
        spelled = [words[0] for words in words_spelled(words_of(one.folded)) if words]
        if not spelled:
            continue
        lines = lines_with([[min(spelled, key=lambda word: word.uses)]])
        near = {line.customer for line in lines if line.customer is not None} | {one.customer}
        for key_of in (name_key, turned_key):
            groups = _same_key(_named(sorted(near)), key_of)
            yield from (group for group in groups if one in group and len(group) <= LARGEST_GROUP)


def _keys(key_of: KeyOf) -> tuple[Ids, Ids]:
    ids: list[int] = []
    keys: list[int] = []
    after = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, name_folded FROM customer WHERE id > %s AND merged_into_id IS NULL "
                "ORDER BY id LIMIT 20000",
                [after],
            )
            rows = cursor.fetchall()
            if not rows:
                return np.array(ids, np.int64), np.array(keys, np.int64)
            told = [(customer, key) for customer, name in rows if (key := key_of(name))]
            ids += [customer for customer, _ in told]
            keys += [hash(key) for _, key in told]
            after = rows[-1][0]


def _named(customers: Sequence[int]) -> list[_Named]:
    rows = Customer.objects.filter(pk__in=customers, merged_into=None)
    return [_Named(*row) for row in rows.order_by("pk").values_list("pk", "name", "name_folded")]


def _same_key(named: Iterable[_Named], key_of: KeyOf) -> Iterator[list[_Named]]:
    groups: dict[str, list[_Named]] = {}
    for one in named:
        groups.setdefault(key_of(one.folded), []).append(one)
    return (group for key, group in groups.items() if key and len(group) > 1)


def _identifiers(customers: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    rows = Identifier.objects.filter(customer__in=customers).values_list("customer_id", "source_id", "value")
    for customer, source, value in rows:
        found.setdefault(customer, []).append((source, value))
    return found


def _pairs(
    group: Sequence[_Named], sources: Mapping[int, Sequence[tuple[int, str]]]
) -> Iterator[tuple[int, int, str]]:
    """Yield each customer with the first one before it that it may be."""
    for place, other in enumerate(group):
        for one in group[:place]:
            if _may_be_one(one, other, sources.get(one.customer, ()), sources.get(other.customer, ())):
                yield (
                    one.customer,
                    other.customer,
                    f"Spelled alike: “{one.name[:80]}” and “{other.name[:80]}”.",
                )
                break


def _may_be_one(
    one: _Named, other: _Named, known: Sequence[tuple[int, str]], also: Sequence[tuple[int, str]]
) -> bool:
    """Tell whether names spelled alike are reason enough.

    They are not when one source gave both a number of their own and neither name is a company's: two people
    may well have one name.
    """
    if has_legal_form(one.folded) or has_legal_form(other.folded):
        return True
    numbered = {source for source, value in known if name_key(folded(value)) != name_key(one.folded)}
    also_numbered = {source for source, value in also if name_key(folded(value)) != name_key(other.folded)}
    return numbered.isdisjoint(also_numbered)


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
