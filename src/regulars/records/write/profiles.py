"""What files say about customers and people beside what happened, written by the thousand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from regulars.records.folding import folded
from regulars.records.models import Colleague, Customer, KindOfCustomer, Person, Role, Source
from regulars.records.write.customers import ensure_customers
from regulars.records.write.people import reversed_digits
from regulars.records.write.rows import insert_rows, next_ids

_AT_ONCE = 2_000
"""Ids in one question to the database."""

TOLD_COLUMNS = ("kind_id", "parent_id", "owner_id")
"""Columns of a customer that sources fill."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says about one customer, and about one person there."""

    kind: str = ""
    parent: str = ""
    owner: str = ""
    person: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""


@dataclass(slots=True)
class Changed:
    """What became of it: ids of new rows, and which customers are no longer as they were.

    ``columns`` says by name which columns of which customers a source filled.
    """

    customers: set[int] = field(default_factory=set)
    columns: dict[str, list[int]] = field(default_factory=dict)
    made_customers: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)


def note_profiles(source: Source, said: Mapping[int, Sequence[Said]]) -> Changed:
    """Write what a source says about customers: kind, parent, owner, and the people there.

    Empty cells change nothing. A person is known again at the same customer by e-mail, else by phone, else
    by name; what was missing is filled in.

    Parameters
    ----------
    said
        Customer id to what the source says, one entry for each person.
    """
    changed = Changed()
    with transaction.atomic(savepoint=False):
        _note_customers(source, said, changed)
        _note_people(source, said, changed)
    return changed


def remove_people(people: Sequence[int], roles: Sequence[int]) -> int:
    """Remove roles, and those of the people who then are nobody anywhere; return how many people went.

    Roles in which somebody set a part or a day by hand stay, and so do people whom anything refers to, with
    their roles: what was said by them and promised to them would otherwise be nobody's.
    """
    with transaction.atomic():
        for some in _chunks(roles):
            _remove_roles(some)
        return sum(_remove_nobodies(some) for some in _chunks(people))


def _remove_roles(ids: Sequence[int]) -> None:
    untouched = Role.objects.filter(pk__in=ids, since=None, until=None)
    rows = list(untouched.values_list("pk", "person_id", "title", "part"))
    needed = _referred_to([person for _, person, _, _ in rows])
    gone = [pk for pk, person, title, part in rows if person not in needed and part in {"", _part(title)}]
    Role.objects.filter(pk__in=gone).delete()


def _remove_nobodies(ids: Sequence[int]) -> int:
    nobodies = set(Person.objects.filter(pk__in=ids, roles=None).values_list("pk", flat=True))
    gone = nobodies - _referred_to(ids)
    Person.objects.filter(pk__in=gone).delete()
    return len(gone)


def _referred_to(people: Sequence[int]) -> set[int]:
    """Return those of the people whom anything but a role refers to."""
    found: set[int] = set()
    for relation in Person._meta.get_fields(include_hidden=True):
        table: Any = relation.related_model
        if not relation.auto_created or relation.concrete or table is Role:
            continue
        field: Any = relation.remote_field
        # Without an index, as in facts, looking would read everything there is; nothing sets it there.
        if field.db_index:
            rows = table._base_manager.filter(**{f"{field.name}__in": people})
            found.update(rows.values_list(field.attname, flat=True))
    return found


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _note_customers(source: Source, said: Mapping[int, Sequence[Said]], changed: Changed) -> None:
    wanted: dict[int, dict[str, int]] = {}
    kinds, parents, owners = _kinds(said), _parents(source, said, changed), _owners(said)
    for customer, entries in said.items():
        for one in entries:
            values = {
                "kind_id": kinds.get(one.kind[:80]),
                "parent_id": None if parents.get(one.parent) == customer else parents.get(one.parent),
                "owner_id": owners.get(one.owner.lower()),
            }
            wanted.setdefault(customer, {}).update({name: value for name, value in values.items() if value})
    present = Customer.objects.in_bulk([customer for customer, values in wanted.items() if values])
    for name in TOLD_COLUMNS:
        rows = [
            (values[name], customer)
            for customer, values in wanted.items()
            if name in values and customer in present and getattr(present[customer], name) != values[name]
        ]
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(f"UPDATE customer SET {name} = %s WHERE id = %s", rows)
            changed.columns[name] = [customer for _, customer in rows]
            changed.customers.update(changed.columns[name])


def _kinds(said: Mapping[int, Sequence[Said]]) -> dict[str, int]:
    names = {one.kind[:80] for entries in said.values() for one in entries if one.kind}
    if not names:
        return {}
    insert_rows("kind_of_customer", ("name",), [(name,) for name in sorted(names)], ignore=True)
    return dict(KindOfCustomer.objects.filter(name__in=names).values_list("name", "pk"))


def _parents(source: Source, said: Mapping[int, Sequence[Said]], changed: Changed) -> dict[str, int]:
    names = {one.parent for entries in said.values() for one in entries if one.parent}
    if not names:
        return {}
    before = next_ids(Customer, 1)[0]
    found = ensure_customers(source, dict.fromkeys(names, ""))
    changed.made_customers += sorted({customer for customer in found.values() if customer >= before})
    return found


def _owners(said: Mapping[int, Sequence[Said]]) -> dict[str, int]:
    names = {one.owner.lower() for entries in said.values() for one in entries if one.owner}
    if not names:
        return {}
    return {
        email.lower(): pk
        for email, pk in Colleague.objects.values_list("email", "pk")
        if email.lower() in names
    }


def _note_people(source: Source, said: Mapping[int, Sequence[Said]], changed: Changed) -> None:
    entries = [
        (customer, one)
        for customer, some in said.items()
        for one in some
        if one.person or one.email or one.phone
    ]
    if not entries:
        return
    known = _known_people({customer for customer, _ in entries})
    new: dict[tuple[int, str], Said] = {}
    for customer, one in entries:
        person = next((known[key] for key in _keys(customer, one) if key in known), None)
        if person is None:
            new.setdefault(_keys(customer, one)[0], one)
        elif _filled_in(person, one):
            changed.customers.add(customer)
    if new:
        _make_people(source, new, changed)


def _keys(customer: int, one: Said) -> list[tuple[int, str]]:
    keys = []
    if one.email:
        keys.append((customer, f"e {one.email.lower()}"))
    if one.phone:
        keys.append((customer, f"p {reversed_digits(one.phone)}"))
    if one.person:
        keys.append((customer, f"n {folded(one.person)}"))
    return keys


def _known_people(customers: set[int]) -> dict[tuple[int, str], Person]:
    known: dict[tuple[int, str], Person] = {}
    for role in Role.objects.filter(customer__in=customers).select_related("person"):
        person = role.person
        for key in _keys(role.customer_id, Said(person=person.name, email=person.email, phone=person.phone)):
            known.setdefault(key, person)
    return known


def _filled_in(person: Person, one: Said) -> bool:
    """Fill in what was not known about a person."""
    values: dict[str, Any] = {}
    if one.person and not person.name:
        values |= {"name": one.person[:200], "name_folded": folded(one.person)[:200]}
    if one.email and not person.email:
        values["email"] = one.email.lower()[:254]
    if one.phone and not person.phone:
        values |= {"phone": one.phone[:32], "phone_reversed": reversed_digits(one.phone)[:32]}
    if values:
        Person.objects.filter(pk=person.pk).update(**values)
        for name, value in values.items():
            setattr(person, name, value)
    return bool(values)


def _make_people(source: Source, new: Mapping[tuple[int, str], Said], changed: Changed) -> None:
    people, roles = next_ids(Person, len(new)), next_ids(Role, len(new))
    now = timezone.now()
    insert_rows(
        "person",
        ("id", "name", "name_folded", "email", "phone", "phone_reversed", "source_id", "created_at"),
        [
            (
                person, one.person[:200], folded(one.person)[:200], one.email.lower()[:254], one.phone[:32],
                reversed_digits(one.phone)[:32], source.pk, now,
            )
            for person, one in zip(people, new.values(), strict=True)
        ],
    )  # fmt: skip
    insert_rows(
        "role",
        ("id", "person_id", "customer_id", "title", "part"),
        [
            (role, person, customer, one.role[:80], _part(one.role))
            for role, person, ((customer, _), one) in zip(roles, people, new.items(), strict=True)
        ],
    )
    changed.people += people
    changed.roles += roles
    changed.customers.update(customer for customer, _ in new)


def _part(title: str) -> str:
    """Return the part somebody plays where their title is the word for it, such as champion."""
    word = title.strip().lower()
    return word if word in Role.Part.values else ""
