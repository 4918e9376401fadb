"""What people type into a success plan, read forgivingly and refused in words beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from regulars.insight.errors import RegularsError
from regulars.insight.measure import LONGEST_DAYS
from regulars.insight.typed import number_meant, whole_number
from regulars.insight.when import day_meant
from regulars.records.models import Colleague, Outcome, Person
from regulars.records.read.company import company
from regulars.records.read.people import colleagues
from regulars.records.read.success import person_named
from regulars.web.clock import date_of
from regulars.web.templatetags.shown import short_date

TEXTS = ("sentence", "why", "measure", "unit")
NUMBERS = ("baseline", "target")
PEOPLE = ("their_owner", "said_by")


def typed_when(text: str, field: str) -> date | None:
    """Return the day a field means, None when it is empty: 3m, 90, in 3 months, 2027-03-01.

    Raises
    ------
    RegularsError
        ``day-unreadable``.
    """
    if not text.strip():
        return None
    found = day_meant(text, date_of(company()))
    if found is None:
        raise RegularsError(
            "day-unreadable",
            f"{text.strip()[:40]} may mean several days or none. Write 3m, 90, in 3 months, 1 March 2027 or "
            "2027-03-01.",
        ).beside(field)
    return found


def typed_past(text: str, field: str) -> date:
    """Return the day a field means, today when it is empty."""
    return typed_when(text, field) or date_of(company())


def typed_number(text: str, field: str) -> float | None:
    """Return the number a field holds, None when it is empty; a decimal comma will do.

    Raises
    ------
    RegularsError
        ``number-unreadable``.
    """
    if not text.strip().rstrip("%").strip():
        return None
    found = number_meant(text)
    if found is None:
        raise RegularsError(
            "number-unreadable",
            f"{text.strip()[:40]} may mean several numbers or none. Write one such as 12, 12.5 or 12000.",
        ).beside(field)
    return found


def typed_colleague(text: str, field: str) -> Colleague | None:
    """Return the colleague a field names, None when it is empty.

    Raises
    ------
    RegularsError
        ``colleague-unnamed`` when nobody who looks after customers goes by that name.
    """
    wanted = " ".join(text.split()).lower()
    if not wanted:
        return None
    for one in colleagues():
        if wanted in {one.name.lower(), one.email.lower()}:
            return one
    raise RegularsError(
        "colleague-unnamed",
        f"None of us goes by {text.strip()[:60]}. Choose one of the list, or leave it empty.",
    ).beside(field)


def typed_person(customer: int, text: str, field: str) -> Person | None:
    """Return the person at a customer that a field names, None when it is empty; the error is beside it."""
    try:
        return person_named(customer, text)
    except RegularsError as error:
        raise error.beside(field) from None


def typed_outcome(customer: int, post: Mapping[str, str], current: Outcome | None = None) -> dict[str, Any]:
    """Return the fields of an outcome that a form sent, ready to be written.

    Somebody who is named as the outcome names them already stays, also when they have left since.
    """
    typed: dict[str, Any] = {name: post[name] for name in TEXTS if name in post}
    typed |= {name: typed_number(post[name], name) for name in NUMBERS if name in post}
    if "due_on" in post:
        typed["due_on"] = typed_when(post["due_on"], "due_on")
    if "owner" in post and not _named_already(current, "owner", post["owner"]):
        owner = typed_colleague(post["owner"], "owner")
        typed["owner_id"] = owner.pk if owner else None
    for name in PEOPLE:
        if name in post and not _named_already(current, name, post[name]):
            person = typed_person(customer, post[name], name)
            typed[f"{name}_id"] = person.pk if person else None
    if "rule_kind" in post:
        typed["reading_rule"] = _typed_rule(post)
    return typed


def _named_already(current: Outcome | None, name: str, typed: str) -> bool:
    whom = getattr(current, name, None)
    return whom is not None and whom.name == typed.strip()


def _typed_rule(post: Mapping[str, str]) -> dict[str, Any]:
    kind = post["rule_kind"].strip()
    if not kind:
        return {}
    days = whole_number(post.get("rule_days", ""), LONGEST_DAYS) or 0
    rule = {"kind": kind, "what": post.get("rule_what", ""), "days": days}
    item = post.get("rule_item", "").strip()
    return rule | {"item": item} if item else rule


def by_words(due_on: date | None) -> str:
    """Say back which day was understood: by 25 Feb 2027, in 92 days."""
    if due_on is None:
        return "no date yet"
    left = (due_on - date_of(company())).days
    return (
        f"by {short_date(due_on)}, in {left} day{'s' if left != 1 else ''}"
        if left > 0
        else f"by {short_date(due_on)}"
    )
