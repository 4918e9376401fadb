"""What customers ask to correct or erase on the page of their plan: an entry, and somebody's to-do."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.db import transaction

from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import Customer, Person, ShareLink, ToDo
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.registry import screened
from regulars.records.write.todos import LONGEST, add_todo

SEEN_TO_DAYS = 3
"""Within so many days somebody sees to it: the law gives a month, the sentence on their page says "soon"."""

_NOT_KEPT = "Their words held what is never kept here, so ask them what it is."


def ask_correction(share: ShareLink, words: str, *, on: date, person: Person | None, name: str) -> ToDo:
    """Record that a customer asks for a correction or an erasure, and make it a to-do, both or neither.

    The to-do is for whoever looks after the customer, for everybody when nobody does. The entry is no
    feedback: it says nothing of what they think of us.

    Parameters
    ----------
    share
        The link by which it was asked.
    person, name
        Who asks: somebody we know, or else the name that was typed.

    Raises
    ------
    RegularsError
        ``entry-unfit`` or ``text-missing``.
    """
    said = {"share": opaque(share.pk), "person": opaque(person.pk) if person else ""}
    told = Told(
        customer=share.customer_id,
        kind="correction_asked",
        day=epoch_day(on),
        text=f"{name}: {words}" if name else words,
        properties={field: given for field, given in said.items() if given},
    )
    with transaction.atomic():
        record_told([told])
        return add_todo(
            None,
            _todo(words, person.name if person else name),
            due_on=on + timedelta(days=SEEN_TO_DAYS),
            customer=share.customer_id,
            owner=_owner(share.customer_id),
        )


def _todo(words: str, who: str) -> str:
    """Return the sentence of the to-do; words that do not fit into it stand whole in the history.

    What is never kept, such as the number of a card, gets into a to-do as little as into an entry.
    """
    if not screened("text", words, Counter()):
        return f"{who or 'They'} asked on their page to correct or erase something. {_NOT_KEPT}"
    before, after = f"{who or 'They'} asked on their page to correct or erase: “", "”"
    room = LONGEST - len(before) - len(after)
    return before + (words if len(words) <= room else f"{words[: room - 1]}…") + after


def _owner(customer: int) -> int | None:
    """Return who looks after a customer, nobody when they have left: then it is for everybody."""
    owner = Customer.objects.select_related("owner").get(pk=customer).owner
    return owner.pk if owner is not None and owner.is_active else None
