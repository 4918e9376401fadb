"""Results that pages show as they are stored."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.attention.models import FittedModel, Rewind, StoredResult


def store_result(key: str, as_of: int, result: dict[str, Any], drawing: str = "") -> None:
    """Store one result with the drawing made of it."""
    StoredResult.objects.update_or_create(
        key=key, defaults={"as_of": as_of, "result": result, "drawing": drawing}
    )


def store_model(
    kind: str,
    until_day: int,
    *,
    parameters: dict[str, Any],
    card: dict[str, Any],
    customers: int,
    version: int,
) -> FittedModel:
    """Store a fitted model: parameters as JSON, what it rests on, and its skill card."""
    return FittedModel.objects.create(
        kind=kind,
        until_day=until_day,
        parameters=parameters,
        card=card,
        customers=customers,
        version=version,
    )


KEPT_REWINDS = 12


def finish_rewind(
    rewind: Rewind, *, customers: int, reveal: dict[str, Any], rests_on: str, message: str = ""
) -> None:
    """Mark a rewind as done (or failed, with a message) and forget the oldest ones."""
    with transaction.atomic():
        rewind.state = "failed" if message else "done"
        rewind.customers, rewind.reveal, rewind.rests_on = customers, reveal, rests_on
        rewind.message = message
        rewind.save()
        kept = Rewind.objects.order_by("-id").values_list("id", flat=True)[:KEPT_REWINDS]
        Rewind.objects.exclude(id__in=list(kept)).delete()


def store_drawing(key: str, drawing: str) -> None:
    """Store the drawing of a result beside it."""
    StoredResult.objects.filter(key=key).update(drawing=drawing)


def start_rewind(rewind_id: int) -> Rewind:
    """Mark a rewind as running and return it."""
    Rewind.objects.filter(pk=rewind_id).update(state="running")
    return Rewind.objects.get(pk=rewind_id)
