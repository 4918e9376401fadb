"""People who leave a customer: when a sponsor or champion goes, the history says so."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.undo_told import undo_told
from regulars.records.models import AuditEntry, Colleague, Role
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.write.audit import record_entry
from regulars.records.write.people import leave_role, return_role

MISSED_PARTS = frozenset({Role.Part.SPONSOR, Role.Part.CHAMPION})
"""Parts whose loss is an entry of its own: the fact ``person_left`` with the part as its item."""


def person_leaves(actor: Colleague | None, role: Role, on: date) -> AuditEntry:
    """Note that a person left a customer, and record it where they were sponsor or champion.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``person-left``.
    """
    with transaction.atomic():
        left = leave_role(actor, role, on)
        told = []
        if left.part in MISSED_PARTS:
            told.append(_told(left, on))
            record_told(told)
        detail = {"role": left.pk, "messages": [one.message_id for one in told]}
        return record_entry(actor, "person_leaves", _subject(left), detail)


def undo_leaving(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back that a person left, in the caller's transaction.

    Raises
    ------
    RegularsError
        ``not-undoable`` when they are back already.
    """
    role = Role.objects.filter(pk=entry.detail["role"]).exclude(until=None).first()
    if role is None:
        raise RegularsError("not-undoable", "This moved on since, or was undone already.", 409)
    return_role(actor, role)
    undo_told(entry.detail["messages"])


def _told(role: Role, on: date) -> Told:
    return Told(
        role.customer_id,
        "person_left",
        epoch_day(on),
        item=role.part,
        properties={"person": opaque(role.person_id)},
        message_id=secrets.token_hex(12),
    )


def _subject(role: Role) -> str:
    return f"customer {role.customer_id}"
