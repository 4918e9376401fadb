"""What we know of a customer, card by card: noted, changed, still true, ended; questions asked in vain."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague, Knowledge, KnowledgeKind, QuestionAsked
from regulars.records.write.audit import held_to_undo, moved_on, record_entry, require
from regulars.records.write.notes import said

LONGEST = 500


def note_knowledge(
    actor: Colleague | None,
    customer: int,
    kind: str,
    text: str,
    *,
    said_by_them: bool,
    noted_on: date,
    said_by: int | None = None,
) -> AuditEntry:
    """Note a card: what they said, or what we assume. The returned entry undoes it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``knowledge-kind``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    with transaction.atomic():
        card = Knowledge.objects.create(
            customer_id=customer,
            kind=_kind(kind),
            text=said(text, at_most=LONGEST, field="learnt"),
            said_by_them=said_by_them,
            said_by_id=said_by if said_by_them else None,
            noted_on=noted_on,
            by=actor,
        )
        return _noted(actor, "note_knowledge", card)


def change_knowledge(
    actor: Colleague | None, card: Knowledge, text: str, *, said_by_them: bool, noted_on: date
) -> AuditEntry:
    """Put a new card in the place of an old one, which ends and names it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``card-ended``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    with transaction.atomic():
        old = _current(card)
        new = Knowledge.objects.create(
            customer_id=old.customer_id,
            kind=old.kind,
            text=said(text, at_most=LONGEST, field="learnt"),
            said_by_them=said_by_them,
            said_by_id=old.said_by_id if said_by_them else None,
            noted_on=noted_on,
            by=actor,
        )
        Knowledge.objects.filter(pk=old.pk).update(ended_on=noted_on, replaced_by=new)
        return _noted(actor, "change_knowledge", new, before=old.pk)


def renew_knowledge(actor: Colleague | None, card: Knowledge, on: date) -> AuditEntry:
    """Say that a card is still true, so that it ages from this day on.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``card-ended``.
    """
    require(actor, "write")
    with transaction.atomic():
        held = _current(card)
        was = held.still_true_on.isoformat() if held.still_true_on else ""
        Knowledge.objects.filter(pk=held.pk).update(still_true_on=on)
        return _noted(actor, "renew_knowledge", held, was=was, on=on.isoformat())


def end_knowledge(actor: Colleague | None, card: Knowledge, on: date) -> AuditEntry:
    """End a card that is not true any more and that nothing replaces.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``card-ended``.
    """
    require(actor, "write")
    with transaction.atomic():
        held = _current(card)
        Knowledge.objects.filter(pk=held.pk).update(ended_on=on)
        return _noted(actor, "end_knowledge", held, on=on.isoformat())


def note_question_asked(actor: Colleague | None, customer: int, kind: str, on: date) -> AuditEntry:
    """Note that a question was asked and not answered, so that it rests for a while.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``knowledge-kind``.
    """
    require(actor, "write")
    with transaction.atomic():
        asked = QuestionAsked.objects.create(customer_id=customer, kind=_kind(kind), asked_on=on, by=actor)
        return record_entry(actor, "note_question_asked", f"customer {customer}", {"question": asked.pk})


def undo_knowledge(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back what one of these functions did, while the card is still as it left it.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``not-undoable`` when the entry is about something else or overtaken since.
    """
    require(actor, "write")
    undo = _UNDO.get(entry.action)
    if undo is None:
        raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")
    with transaction.atomic():
        undo(held_to_undo(entry).detail)
        record_entry(actor, f"undo_{entry.action}", entry.subject, {"entry": entry.pk})


def _undo_note(detail: dict[str, Any]) -> None:
    _as_left(detail["card"], still_true_on=None, ended_on=None).delete()


def _undo_change(detail: dict[str, Any]) -> None:
    new = _as_left(detail["card"], still_true_on=None, ended_on=None)
    old = _as_left(detail["before"], replaced_by=new)
    old.ended_on = old.replaced_by = None
    old.save(update_fields=["ended_on", "replaced_by"])
    new.delete()


def _undo_renew(detail: dict[str, Any]) -> None:
    card = _as_left(detail["card"], still_true_on=date.fromisoformat(detail["on"]), ended_on=None)
    card.still_true_on = date.fromisoformat(detail["was"]) if detail["was"] else None
    card.save(update_fields=["still_true_on"])


def _undo_end(detail: dict[str, Any]) -> None:
    card = _as_left(detail["card"], ended_on=date.fromisoformat(detail["on"]), replaced_by=None)
    card.ended_on = None
    card.save(update_fields=["ended_on"])


def _as_left(card: int, **columns: Any) -> Knowledge:
    """Return a card that is still as an entry left it, held until the transaction ends."""
    found = Knowledge.objects.select_for_update().filter(pk=card, **columns).first()
    if found is None:
        raise moved_on()
    return found


def _undo_asked(detail: dict[str, Any]) -> None:
    QuestionAsked.objects.filter(pk=detail["question"]).delete()


_UNDO = {
    "note_knowledge": _undo_note,
    "change_knowledge": _undo_change,
    "renew_knowledge": _undo_renew,
    "end_knowledge": _undo_end,
    "note_question_asked": _undo_asked,
}
UNDOABLE = frozenset(_UNDO)
"""Actions that `undo_knowledge` takes back."""


def _kind(kind: str) -> str:
    if kind not in KnowledgeKind.values:
        sentence = "Choose what the card answers."
        raise RegularsError("knowledge-kind", sentence, fields={"learnt_kind": sentence})
    return kind


def _current(card: Knowledge) -> Knowledge:
    """Return the card as it stands now, held until the transaction ends."""
    found = Knowledge.objects.select_for_update().filter(pk=card.pk, ended_on=None).first()
    if found is None:
        raise RegularsError("card-ended", "Somebody changed or ended this card. Look at the new one.", 409)
    return found


def _noted(actor: Colleague | None, action: str, card: Knowledge, **more: Any) -> AuditEntry:
    return record_entry(actor, action, f"customer {card.customer_id}", {"card": card.pk, **more})
