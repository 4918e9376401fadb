"""People who leave a customer: when a sponsor or champion goes, the history says so."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction

from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.undo_told import undo_told
from regulars.records.models import AuditEntry, Colleague, Role
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.write.audit import moved_on, record_entry
from regulars.records.write.people import leave_role, return_role
from regulars.records.write.shares import restore_shares, revoke_shares_of_gone

MISSED_PARTS = frozenset({Role.Part.SPONSOR, Role.Part.CHAMPION})
"""Parts whose loss is an entry of its own: the fact ``person_left`` with the part as its item."""


def person_leaves(actor: Colleague | None, role: Role, on: date) -> AuditEntry:
    """Note that a person left a customer, and record it where they were sponsor or champion.

    Links to the plan that were made for them end at once.

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
        ended = revoke_shares_of_gone(actor, left.customer_id, left.person_id)
        detail = {"role": left.pk, "messages": [one.message_id for one in told], "shares": ended}
        return record_entry(actor, "person_leaves", _subject(left), detail)


def undo_leaving(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back that a person left, in the caller's transaction; exactly the links that ended open again.

    Raises
    ------
    RegularsError
        ``not-undoable`` when they are back already.
    """
    role = Role.objects.filter(pk=entry.detail["role"]).exclude(until=None).first()
    if role is None:
        raise moved_on()
    return_role(actor, role)
    restore_shares(actor, role.customer_id, entry.detail.get("shares", []))
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
