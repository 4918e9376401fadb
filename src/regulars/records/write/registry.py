"""Decisions about fields: what we keep and why, and what we decided not to collect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, FieldDecision
from regulars.records.never import alarm, refused_name
from regulars.records.write.audit import record_entry, require

KEEP, LEAVE_OUT, NEVER = (
    FieldDecision.Decision.KEEP,
    FieldDecision.Decision.LEAVE_OUT,
    FieldDecision.Decision.NEVER,
)
NOT_BEFORE = frozenset({"prospect", "first_purchase", "repeat", "contract"})


@dataclass(frozen=True, slots=True)
class Decided:
    """One field and what was decided about it."""

    field: str
    decision: str
    purpose: str = ""
    not_before: str = "prospect"
    category: str = ""
    lawful_basis: str = ""
    retention_days: int | None = None
    readers: str = "viewer"


def decide_field(actor: Colleague | None, place: str, decided: Decided) -> FieldDecision:
    """Decide about one field of a place, such as a source.

    Raises
    ------
    RegularsError
        ``forbidden``, ``never-taken``, ``purpose-missing`` or ``not-before-unknown``.
    """
    require(actor, "administer")
    _check(decided)
    with transaction.atomic():
        _stored(actor, place, [decided])
        record_entry(
            actor, "decide_field", f"{place}.{decided.field}"[:120], {"decision": str(decided.decision)}
        )
        return FieldDecision.objects.get(place=place, field=decided.field[:120])


def decide_fields(actor: Colleague | None, place: str, decisions: Sequence[Decided]) -> None:
    """Keep what was decided about the columns of a file, as one entry in the audit trail.

    A column left out of one file stays kept where another file of the place needs it.

    Raises
    ------
    RegularsError
        As `decide_field`.
    """
    require(actor, "write")
    for decided in decisions:
        _check(decided)
    with transaction.atomic():
        _stored(actor, place, decisions)
        kept = sorted(decided.field for decided in decisions if decided.decision == KEEP)
        record_entry(actor, "decide_fields", place, {"kept": kept, "of": len(decisions)})


def _check(decided: Decided) -> None:
    if decided.decision != KEEP:
        return
    refused = refused_name(decided.field)
    if refused:
        raise RegularsError("never-taken", f"{decided.field} says it holds {refused}, which is never taken.")
    if not decided.purpose.strip():
        raise RegularsError("purpose-missing", f"Say which decision needs {decided.field}, or leave it out.")
    if decided.not_before not in NOT_BEFORE:
        raise RegularsError(
            "not-before-unknown", f"{decided.not_before!r} is no moment to keep a field from."
        )


def _stored(actor: Colleague | None, place: str, decisions: Sequence[Decided]) -> None:
    now = timezone.now()
    rows = {
        decided.field[:120]: FieldDecision(
            place=place,
            field=decided.field[:120],
            decision=decided.decision,
            purpose=decided.purpose.strip()[:200],
            category=decided.category,
            lawful_basis=decided.lawful_basis,
            not_before=decided.not_before,
            retention_days=decided.retention_days,
            readers=decided.readers,
            decided_by=actor,
            decided_at=now,
        )
        for decided in decisions
        if not alarm(decided.field)
    }
    left_out = [row for row in rows.values() if row.decision == LEAVE_OUT]
    others = [row for row in rows.values() if row.decision != LEAVE_OUT]
    if len(decisions) == 1:
        left_out, others = [], [*left_out, *others]
    FieldDecision.objects.bulk_create(left_out, ignore_conflicts=True)
    FieldDecision.objects.bulk_create(
        others,
        update_conflicts=True,
        unique_fields=["place", "field"],
        update_fields=[
            "decision", "purpose", "category", "lawful_basis", "not_before", "retention_days", "readers",
            "decided_by", "decided_at",
        ],
    )  # fmt: skip
