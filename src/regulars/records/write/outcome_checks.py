"""What an outcome must be so that anybody can reach it and tell."""

from __future__ import annotations

from regulars.insight.errors import RegularsError
from regulars.insight.measure import rule_fault
from regulars.insight.typed import is_day, is_number
from regulars.records.models import Outcome
from regulars.records.write.notes import said, said_or_blank

LENGTHS = {"sentence": 500, "why": 500, "measure": 120, "unit": 40}


def checked_outcome(outcome: Outcome) -> None:
    """Tidy the words of an outcome and refuse what nobody could ever reach or tell.

    Raises
    ------
    RegularsError
        ``text-missing``, ``text-too-long``, ``number-unfit``, ``target-equals-baseline``, ``date-unlikely``,
        ``due-before-agreed`` or ``reading-rule-unfit``, each beside its field.
    """
    outcome.sentence = said(outcome.sentence, at_most=LENGTHS["sentence"], field="sentence")
    for name in ("why", "measure", "unit"):
        setattr(outcome, name, said_or_blank(getattr(outcome, name), at_most=LENGTHS[name], field=name))
    for name in ("baseline", "target"):
        checked_number(getattr(outcome, name), name)
    if outcome.target is not None and outcome.target == (outcome.baseline or 0.0):
        raise RegularsError(
            "target-equals-baseline",
            f"The target is where they start: {outcome.target:g}. Correct one; an empty start counts as 0.",
        ).beside("target")
    _check_due(outcome)
    fault = rule_fault(outcome.reading_rule) if outcome.reading_rule else ""
    if fault:
        raise RegularsError("reading-rule-unfit", f"The rule cannot be read. {fault}").beside("reading_rule")


def _check_due(outcome: Outcome) -> None:
    if outcome.due_on is None:
        return
    if not is_day(outcome.due_on):
        raise RegularsError(
            "date-unlikely",
            f"The day lies in the year {outcome.due_on.year}. Choose one between 1900 and 2200.",
        ).beside("due_on")
    if outcome.agreed_on is not None and outcome.due_on < outcome.agreed_on:
        raise RegularsError(
            "due-before-agreed", "The date lies before the day it was agreed. Choose a later one."
        ).beside("due_on")


def without_date() -> RegularsError:
    """Return the error for an outcome that is agreed and has no date."""
    return RegularsError(
        "due-missing", "Say by when they want to be there; without a date nobody can tell."
    ).beside("due_on")


def checked_number(value: float | None, field: str) -> None:
    """Refuse what is no number: infinity, nothing that counts, or one beyond all measure.

    Raises
    ------
    RegularsError
        ``number-unfit``.
    """
    if value is not None and not is_number(value):
        raise RegularsError("number-unfit", "This is not a number that anybody can reach.").beside(field)
