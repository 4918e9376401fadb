"""What we know of customers as of a day, what was asked in vain, and whom not to sell to yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from regulars.records.models import Knowledge, NotYet, QuestionAsked
from regulars.records.read.company import company


class _Written(Protocol):
    created_at: datetime


Written = TypeVar("Written", bound=_Written)


def written_by(rows: Iterable[Written], known_by: int | None) -> list[Written]:
    """Return the rows that were written down by a day, all of them without one.

    Units
    -----
    ``known_by`` is an epoch day.
    """
    if known_by is None:
        return list(rows)
    ours = company()
    return [row for row in rows if ours.day_of(row.created_at) <= known_by]


def cards(customers: Sequence[int], on: date) -> QuerySet[Knowledge]:
    """Return the cards that stood on a day, by kind, the freshest of a kind first."""
    return (
        Knowledge.objects.filter(
            Q(ended_on=None) | Q(ended_on__gt=on), customer_id__in=customers, noted_on__lte=on
        )
        .select_related("said_by", "by")
        .order_by("kind", Coalesce(F("still_true_on"), F("noted_on")).desc(), "-id")
    )


def past_cards(customer: int, on: date) -> QuerySet[Knowledge]:
    """Return the cards that had ended by a day, the last to end first, each with what took its place."""
    ended = Knowledge.objects.filter(customer_id=customer, ended_on__lte=on)
    return ended.select_related("said_by", "by", "replaced_by").order_by("-ended_on", "-id")


def questions_asked(customers: Sequence[int], on: date) -> dict[int, list[QuestionAsked]]:
    """Return the questions asked and not answered up to a day, by customer."""
    found = defaultdict[int, list[QuestionAsked]](list)
    for row in QuestionAsked.objects.filter(customer_id__in=customers, asked_on__lte=on).order_by("id"):
        found[row.customer_id].append(row)
    return found


def not_yets(customer: int) -> QuerySet[NotYet]:
    """Return what must be so before we sell to a customer, the first to look at again first."""
    standing = NotYet.objects.filter(customer_id=customer, ended_on=None)
    return standing.select_related("by").order_by("look_again_on", "id")
