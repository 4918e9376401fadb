"""People at customers. Their contact details live only here."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.folding import folded
from regulars.records.models import Colleague, Customer, KindOfCustomer, Person, Role
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said
from regulars.records.write.shares import revoke_shares_of_gone

LONGEST_EMAIL = 254


def reversed_digits(phone: str) -> str:
    """Return the digits of a phone number backwards, so that an ending is found like a beginning.

    Example
    -------
    >>> reversed_digits("+49 30 123-45")
    '543210394'
    """
    return "".join(letter for letter in phone if letter.isdigit())[::-1]


def add_person(
    actor: Colleague | None,
    customer: int,
    name: str,
    *,
    title: str = "",
    email: str = "",
    phone: str = "",
    part: str = "",
) -> Person:
    """Note a person at a customer, with the role they have there.

    Raises
    ------
    RegularsError
        ``forbidden``, ``part-unknown``, ``email-unreadable``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    _known_part(part)
    name = said(name, at_most=200, field="name")
    email = _checked_email(email)
    with transaction.atomic():
        person = Person.objects.create(
            name=name,
            name_folded=folded(name)[:200],
            email=email,
            phone=phone.strip()[:32],
            phone_reversed=reversed_digits(phone)[:32],
        )
        Role.objects.create(person=person, customer_id=customer, title=title.strip()[:80], part=part)
        record_entry(actor, "add_person", f"customer {customer}", {"person": person.pk})
    return person


def _checked_email(email: str) -> str:
    address = email.strip().lower()
    try:
        if address:
            validate_email(address)
            MaxLengthValidator(LONGEST_EMAIL)(address)
    except ValidationError as error:
        raise RegularsError(
            "email-unreadable", f"{address[:60]} is not an e-mail address. Write one such as ida@example.org."
        ).beside("email") from error
    return address


def end_role(actor: Colleague | None, role: Role) -> None:
    """Take a person off a customer; the person and their other roles stay.

    Links of theirs end with the last role they have there.
    """
    require(actor, "write")
    with transaction.atomic():
        record_entry(actor, "end_role", f"customer {role.customer_id}", {"person": role.person_id})
        Role.objects.filter(pk=role.pk).delete()
        revoke_shares_of_gone(actor, role.customer_id, role.person_id)


def set_part(actor: Colleague | None, role: Role, part: str) -> None:
    """Say which part a person plays in the customer's success; an empty word says we do not know.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``part-unknown``.
    """
    require(actor, "write")
    _known_part(part)
    with transaction.atomic():
        Role.objects.filter(pk=role.pk).update(part=part)
        detail = {"person": role.person_id, "before": role.part, "after": part}
        record_entry(actor, "set_part", f"customer {role.customer_id}", detail)


def _known_part(part: str) -> None:
    if part not in ("", *Role.Part.values):
        raise RegularsError("part-unknown", "Choose the part from the list.")


def leave_role(actor: Colleague | None, role: Role, on: date) -> Role:
    """Say that a person is no longer at a customer since a day; that they were stays on record.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``person-left`` when that is known already.
    """
    require(actor, "write")
    with transaction.atomic():
        held = Role.objects.select_for_update().filter(pk=role.pk, until=None).first()
        if held is None:
            raise RegularsError("person-left", "It is on record already that they left.", 409)
        held.until = on
        held.save(update_fields=["until"])
        record_entry(actor, "leave_role", f"customer {held.customer_id}", {"person": held.person_id})
    return held


def return_role(actor: Colleague | None, role: Role) -> None:
    """Take back that a person left."""
    require(actor, "write")
    with transaction.atomic():
        Role.objects.filter(pk=role.pk).update(until=None)
        record_entry(actor, "return_role", f"customer {role.customer_id}", {"person": role.person_id})


def set_kind(actor: Colleague | None, customer: Customer, kind: str) -> None:
    """Say which kind of customer this is; an empty word says we do not know."""
    require(actor, "write")
    with transaction.atomic():
        chosen = None
        if kind.strip():
            chosen, _ = KindOfCustomer.objects.get_or_create(name=kind.strip()[:80])
        before = customer.kind_id
        Customer.objects.filter(pk=customer.pk).update(kind=chosen)
        record_entry(
            actor, "set_kind", f"customer {customer.pk}", {"before": before, "after": chosen and chosen.pk}
        )
