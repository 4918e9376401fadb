"""Who of us looks after a customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague, Customer, Note
from regulars.records.write.audit import record_entry, require


def hand_over(
    actor: Colleague | None, customers: Sequence[int], owner: Colleague | None, *, brief: str, on: date
) -> AuditEntry:
    """Give customers to a colleague, with a brief that becomes a note on each of them.

    Parameters
    ----------
    owner
        The new owner, or nobody.
    brief
        What the new owner should know; empty for none.

    Raises
    ------
    RegularsError
        ``owner-inactive`` when the colleague has left.
    """
    require(actor, "write")
    if owner is not None and not owner.is_active:
        raise RegularsError("owner-inactive", f"{owner.name} no longer signs in. Choose another colleague.")
    with transaction.atomic():
        chosen = Customer.objects.filter(pk__in=customers)
        before = {str(pk): old for pk, old in chosen.values_list("pk", "owner_id")}
        chosen.update(owner=owner)
        notes = _leave_brief(actor, [int(pk) for pk in before], brief.strip(), on)
        after = owner.pk if owner else None
        return record_entry(
            actor, "hand_over", f"colleague {after}", {"before": before, "after": after, "notes": notes}
        )


def _leave_brief(actor: Colleague | None, customers: list[int], brief: str, on: date) -> list[int]:
    if not brief:
        return []
    notes = Note.objects.bulk_create(
        Note(customer_id=customer, text=f"Hand-over: {brief}"[:5000], author=actor, noted_on=on)
        for customer in customers
    )
    return [note.pk for note in notes]


def undo_hand_over(actor: Colleague | None, entry: AuditEntry) -> None:
    """Give customers back to whom they had before, unless somebody has moved them on since.

    Raises
    ------
    RegularsError
        ``not-undoable`` when the entry is about something else.
    """
    require(actor, "write")
    if entry.action != "hand_over":
        raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")
    after = entry.detail["after"]
    groups: dict[int | None, list[int]] = {}
    for customer, old in entry.detail["before"].items():
        groups.setdefault(old, []).append(int(customer))
    with transaction.atomic():
        for old, members in groups.items():
            Customer.objects.filter(pk__in=members, owner_id=after).update(owner_id=old)
        Note.objects.filter(pk__in=entry.detail["notes"]).update(removed_at=timezone.now())
        record_entry(actor, "undo_hand_over", f"entry {entry.pk}", {"entry": entry.pk})
