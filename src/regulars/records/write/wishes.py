"""Wishes: how a customer wants to work with us, in a form that can be told met from unmet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, Person, Wish, WishKind
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said


def add_wish(
    actor: Colleague | None,
    customer: int,
    kind: str,
    text: str,
    *,
    noted_on: date,
    test: Mapping[str, Any] | None = None,
    said_by: Person | None = None,
) -> Wish:
    """Note how a customer wants to work with us.

    Parameters
    ----------
    test
        What recorded touchpoints can answer, as `insight.wish.wish_test` makes it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``wish-kind-unknown``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    if kind not in WishKind.values:
        raise RegularsError("wish-kind-unknown", "Say what the wish is about. Choose one.").beside("kind")
    words = said(text, at_most=300, field="wish")
    with transaction.atomic():
        wish = Wish.objects.create(
            customer_id=customer, kind=kind, text=words, test=dict(test or {}), said_by=said_by,
            noted_on=noted_on,
        )  # fmt: skip
        record_entry(actor, "add_wish", f"customer {customer}", {"wish": wish.pk})
    return wish


def judge_wish(actor: Colleague | None, wish: Wish, verdict: str, evidence: str, on: date) -> None:
    """Judge by hand whether a wish is met, with what that rests on.

    Raises
    ------
    RegularsError
        ``forbidden``, ``judgement-unknown``, or ``text-missing`` without evidence.
    """
    require(actor, "write")
    if verdict not in Wish.Judged.values:
        raise RegularsError("judgement-unknown", "A wish is met, unmet or unknown.").beside("judged")
    unknown = verdict == Wish.Judged.UNKNOWN
    words = "" if unknown else said(evidence, at_most=500, field="evidence")
    _change(actor, wish, "judge_wish", judged=verdict, evidence=words, judged_on=None if unknown else on)


def end_wish(actor: Colleague | None, wish: Wish, on: date | None) -> None:
    """Note that a wish no longer holds, or with None that it does again."""
    _change(actor, wish, "end_wish", ended_on=on)


def _change(actor: Colleague | None, wish: Wish, action: str, **columns: str | date | None) -> None:
    require(actor, "write")
    with transaction.atomic():
        Wish.objects.filter(pk=wish.pk).update(**columns)
        record_entry(actor, action, f"customer {wish.customer_id}", {"wish": wish.pk})
