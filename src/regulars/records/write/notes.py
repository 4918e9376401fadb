"""Notes about a customer."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, Note
from regulars.records.write.audit import record_entry, require


def said(text: str, *, at_most: int, field: str = "text") -> str:
    """Return what was typed, trimmed.

    Raises
    ------
    RegularsError
        ``text-missing`` or ``text-too-long``.
    """
    trimmed = text.strip()
    if not trimmed:
        sentence = "Write a few words first."
        raise RegularsError("text-missing", sentence, fields={field: sentence})
    if len(trimmed) > at_most:
        sentence = f"This is {len(trimmed)} characters long; at most {at_most} fit. Shorten it."
        raise RegularsError("text-too-long", sentence, fields={field: sentence})
    return trimmed


def require_as_seen(stands: str, seen: str, *, same: bool) -> None:
    """Raise where something changed since it was seen, unless what is wanted is what stands.

    Raises
    ------
    RegularsError
        ``changed-since``.
    """
    if seen and seen != stands and not same:
        raise RegularsError(
            "changed-since",
            "This was changed after you opened it. Nothing is lost: here is what it says now, and what you "
            "wrote is in the field. Put the two together, or save yours in its place.",
            409,
        )


def said_or_blank(text: str, *, at_most: int, field: str) -> str:
    """Return what was typed where nothing need be, trimmed.

    Raises
    ------
    RegularsError
        ``text-too-long``.
    """
    return said(text, at_most=at_most, field=field) if text.strip() else ""


def add_note(actor: Colleague | None, customer: int, text: str, noted_on: date) -> Note:
    """Write a note about a customer.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    with transaction.atomic():
        note = Note.objects.create(
            customer_id=customer, text=said(text, at_most=5000), author=actor, noted_on=noted_on
        )
        record_entry(actor, "add_note", f"customer {customer}", {"note": note.pk})
    return note


def change_note(actor: Colleague | None, note: Note, text: str, *, seen: str = "") -> None:
    """Put other words into a note as it was seen, or into whatever it says where that is not told.

    One that was removed comes back with them: words that are written after that are not hidden with it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing``, ``text-too-long``, or ``changed-since`` when it says something else.
    """
    require(actor, "write")
    words = said(text, at_most=5000)
    with transaction.atomic():
        held = Note.objects.select_for_update().get(pk=note.pk)
        require_as_seen(held.seen, seen, same=held.text == words and held.removed_at is None)
        Note.objects.filter(pk=note.pk).update(text=words, removed_at=None)
        record_entry(actor, "change_note", f"customer {note.customer_id}", {"note": note.pk})


def remove_note(actor: Colleague | None, note: Note) -> None:
    """Take a note away; `restore_note` brings it back."""
    require(actor, "write")
    with transaction.atomic():
        Note.objects.filter(pk=note.pk).update(removed_at=timezone.now())
        record_entry(actor, "remove_note", f"customer {note.customer_id}", {"note": note.pk})


def restore_note(actor: Colleague | None, note: Note) -> None:
    """Bring back a note that was removed."""
    require(actor, "write")
    with transaction.atomic():
        Note.objects.filter(pk=note.pk).update(removed_at=None)
        record_entry(actor, "restore_note", f"customer {note.customer_id}", {"note": note.pk})
