"""The rows of a seeded company that are not facts, in bulk, and what is needed to take them away again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.folding import folded
from regulars.records.models import (
    Colleague,
    CompanySetting,
    Customer,
    Identifier,
    KindOfCustomer,
    Note,
    Person,
    Role,
    Source,
    Tag,
    ToDo,
)
from regulars.records.read.company import company
from regulars.records.write.audit import record_entry, require
from regulars.records.write.company import change_company
from regulars.records.write.people import reversed_digits

DEMO_KEY = "demo"


@dataclass(frozen=True, slots=True)
class Described:
    """What we know about one seeded customer besides what they bought.

    ``contact`` is (name, e-mail, phone, title), or nothing for a customer who is one human.
    """

    customer: int
    kind: str
    owner: str
    is_person: bool | None
    contact: tuple[str, str, str, str] | None


def begin_demo(
    actor: Colleague | None,
    *,
    settings: Mapping[str, Any],
    sources: Sequence[tuple[str, str, int | None]],
    colleagues: Sequence[tuple[str, str, str, str]],
) -> tuple[dict[str, Source], dict[str, Colleague]]:
    """Make sources and colleagues of the demo, and set what the company has not told of itself.

    Parameters
    ----------
    sources
        Slug, name and expected days between facts of each.
    colleagues
        Name, e-mail, role and department of each; nobody gets a password.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``demo-there`` when a demo is loaded already.
    """
    require(actor, "administer")
    if Source.objects.filter(demo=True).exists():
        raise RegularsError(
            "demo-there", "The demo is loaded already. Remove it before you load it again.", 409
        )
    with transaction.atomic():
        told = company().told
        ours = {key: value for key, value in settings.items() if key not in told}
        change_company(actor, ours)
        made = {
            slug: Source.objects.create(slug=slug, name=name, demo=True, expected_every_days=days)
            for slug, name, days in sources
        }
        team, new = _team(colleagues)
        CompanySetting.objects.update_or_create(
            key=DEMO_KEY,
            defaults={"value": {"settings": ours, "colleagues": new, "kinds": [], "tags": []}},
        )
        record_entry(actor, "load_demo", "company", {"sources": sorted(made), "colleagues": len(new)})
    return made, team


def _team(colleagues: Sequence[tuple[str, str, str, str]]) -> tuple[dict[str, Colleague], list[int]]:
    team, new = {}, []
    for name, email, role, department in colleagues:
        colleague, made = Colleague.objects.get_or_create(
            email=email,
            defaults={
                "name": name,
                "role": role,
                "department": department,
                "password": make_password(None),
            },
        )
        team[name] = colleague
        if made:
            new.append(colleague.pk)
    return team, new


def name_customers(source: Source, customers: Mapping[str, int]) -> None:
    """Let a source know customers that another source brought, by these identifiers."""
    Identifier.objects.bulk_create(
        [Identifier(source=source, value=value, customer_id=pk) for value, pk in customers.items()],
        ignore_conflicts=True,
    )


def describe_customers(source: Source, described: Sequence[Described], team: Mapping[str, Colleague]) -> None:
    """Give seeded customers their kind, their owner and the people who work there."""
    with transaction.atomic():
        kinds = _kinds({one.kind for one in described})
        groups: dict[tuple[str, str, bool | None], list[int]] = {}
        for one in described:
            groups.setdefault((one.kind, one.owner, one.is_person), []).append(one.customer)
        for (kind, owner, is_person), customers in groups.items():
            Customer.objects.filter(pk__in=customers).update(
                kind=kinds[kind], owner=team.get(owner), is_person=is_person
            )
        _people(source, described)


def _kinds(names: Iterable[str]) -> dict[str, KindOfCustomer]:
    found, new = {}, []
    for name in sorted(names):
        found[name], made = KindOfCustomer.objects.get_or_create(name=name)
        if made:
            new.append(found[name].pk)
    _remember("kinds", new)
    return found


def _people(source: Source, described: Sequence[Described]) -> None:
    known = [(one.customer, one.contact) for one in described if one.contact]
    people = Person.objects.bulk_create(
        Person(
            name=name,
            name_folded=folded(name),
            email=email,
            phone=phone,
            phone_reversed=reversed_digits(phone)[:32],
            source=source,
        )
        for _, (name, email, phone, _) in known
    )
    Role.objects.bulk_create(
        Role(person=person, customer_id=customer, title=contact[3])
        for person, (customer, contact) in zip(people, known, strict=True)
    )


def write_desk(
    *,
    notes: Sequence[tuple[int, Colleague, date, str]],
    todos: Sequence[tuple[int | None, Colleague, date, str]],
    tags: Mapping[str, Sequence[int]],
) -> None:
    """Write the notes, to-dos and tags of a seeded company."""
    with transaction.atomic():
        written = Note.objects.bulk_create(
            Note(customer_id=customer, author=author, noted_on=day, text=text)
            for customer, author, day, text in notes
        )
        promised = ToDo.objects.bulk_create(
            ToDo(customer_id=customer, owner=owner, due_on=day, text=text)
            for customer, owner, day, text in todos
        )
        _remember("notes", [note.pk for note in written])
        _remember("todos", [todo.pk for todo in promised])
        _tag(tags)


def _tag(tags: Mapping[str, Sequence[int]]) -> None:
    new, links = [], []
    for name, customers in tags.items():
        tag, fresh = Tag.objects.get_or_create(name=name)
        tagged = Tag.customers.through.objects.bulk_create(
            Tag.customers.through(tag_id=tag.pk, customer_id=customer) for customer in customers
        )
        links += [link.pk for link in tagged]
        if fresh:
            new.append(tag.pk)
    _remember("tags", new)
    _remember("tag_links", links)


def _remember(what: str, ids: Sequence[int]) -> None:
    """Note rows that stand on their own, so that removing the demo finds them."""
    row = CompanySetting.objects.get(key=DEMO_KEY)
    row.value = {**row.value, what: [*row.value.get(what, []), *ids]}
    row.save(update_fields=["value", "changed_at"])
