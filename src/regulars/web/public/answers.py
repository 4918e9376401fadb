"""What customers send from the page of their plan: read, understood, and recorded once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from regulars.attention.write.corrections import ask_correction
from regulars.attention.write.plan_told import subject_of
from regulars.attention.write.success import confirm_outcome, fill_in, see_plan
from regulars.attention.write.success_steps import tick_commitment
from regulars.insight.errors import RegularsError
from regulars.insight.typed import LARGEST_VERSION, is_day, whole_number
from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import Commitment, Outcome, Person, ShareLink, Side, Verdict
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.write.shares import answered_once
from regulars.web.public.page import shown_outcomes
from regulars.web.public.words import Words

LONGEST = {"name": 120, "words": 1000, "why": 500, "message": 1000}
"""Characters that fit, by field."""


class Unclear(Exception):
    """Something that was sent could not be understood: which sentence says so, beside which field."""

    def __init__(self, sentence: str, field: str = "", **values: object) -> None:
        super().__init__(sentence)
        self.sentence, self.field, self.values = sentence, field, values


@dataclass(frozen=True, slots=True)
class Posted:
    """One posted form: by which link, in which language, on which day, and every field of it."""

    share: ShareLink
    words: Words
    on: date
    fields: Mapping[str, str]

    def text(self, field: str, *, longest: int) -> str:
        """Return what was typed into a field, trimmed."""
        trimmed = self.fields.get(field, "").strip()
        if len(trimmed) > longest:
            raise Unclear("too_long", field, count=longest)
        return trimmed

    def number(self, field: str) -> float | None:
        """Return the number that was typed into a field, None when it is empty."""
        typed = self.text(field, longest=40)
        if not typed:
            return None
        value = self.words.number_of(typed)
        if value is None:
            raise Unclear("number_unreadable", field, typed=typed)
        return value

    def day(self, field: str) -> date | None:
        """Return the day that was chosen in a field, None when it is empty."""
        typed = self.text(field, longest=40)
        try:
            found = date.fromisoformat(typed) if typed else None
        except ValueError as error:
            raise Unclear("day_unreadable", field, typed=typed) from error
        if found is not None and not is_day(found):
            raise Unclear("day_unreadable", field, typed=typed)
        return found

    def who(self) -> tuple[Person | None, str]:
        """Return who says it: the person the link was made for, or else the name that was typed."""
        name = self.text("name", longest=LONGEST["name"])
        person = self.share.person
        if person is not None and name in {"", person.name.strip()}:
            return person, ""
        if not name:
            raise Unclear("name_missing", "name")
        return None, name

    def outcome(self, ref: str) -> Outcome:
        """Return the outcome a button belongs to, if this link shows it."""
        found = next((row for row in shown_outcomes(self.share.customer_id) if opaque(row.pk) == ref), None)
        if found is None:
            raise Unclear("not_there")
        return found

    def is_current(self, outcome: Outcome) -> bool:
        """Return whether an outcome still stands as it did on the page."""
        return self.fields.get(f"version-{opaque(outcome.pk)}") == str(outcome.version)

    def missing(self, ref: str, outcome: Outcome) -> dict[str, object]:
        """Return what was typed into the fields of what is missing; nothing for the others."""
        typed = {
            "why": self.text(f"why-{ref}", longest=LONGEST["why"]),
            "due_on": self.day(f"due-{ref}"),
            "target": self.number(f"target-{ref}") if outcome.measure else None,
        }
        return {name: value for name, value in typed.items() if value not in ("", None)}

    def not_used(self) -> dict[str, str]:
        """Return what was typed beside what the pressed button stands for, with the name."""
        act, _, ref = self.fields.get("do", "").partition("-")
        used = {"message"} if act == "tell" else {f"{name}-{ref}" for name in _USED.get(act, ())}
        typed = {
            field: text
            for field, text in self.fields.items()
            if text.strip() and field not in used and field.partition("-")[0] in _TYPED
        }
        return {**typed, "name": self.fields.get("name", "")} if typed else {}


_MISSING = ("why", "due", "target")
_USED = {**dict.fromkeys(Verdict.values, ("words", "number", *_MISSING)), "fill": _MISSING}
_TYPED = frozenset({"words", "number", *_MISSING, "message"})


def answered(posted: Posted) -> str:
    """Record what a form says, once, and return what became of it in a word.

    Raises
    ------
    Unclear
        When something has to be said differently first; then nothing is recorded.
    """
    act, _, ref = posted.fields.get("do", "").partition("-")
    if act not in _ACTS:
        raise Unclear("nothing_chosen")
    # The page of another link may have been opened in another tab since: its cookie is here by now.
    if posted.fields.get("link", opaque(posted.share.pk)) != opaque(posted.share.pk):
        raise Unclear("not_there")
    form = json.dumps(sorted(posted.fields.items()))
    try:
        return answered_once(posted.share, form, posted.on, partial(_ACTS[act], posted, act, ref))
    except RegularsError as error:
        raise Unclear("unfit", f"fill-{ref}" if act == "fill" else "") from error


def _say(posted: Posted, verdict: str, ref: str) -> str:
    """Keep a verdict with its number and words.

    One on an older version is kept with its words; that it is reached is then asked again, because what
    they agreed to has changed.
    """
    outcome, (person, name) = posted.outcome(ref), posted.who()
    value = posted.number(f"number-{ref}") if outcome.measure else None
    words = posted.text(f"words-{ref}", longest=LONGEST["words"])
    if verdict == Verdict.DISPUTED and not words:
        raise Unclear("words_missing", f"words-{ref}")
    current = posted.is_current(outcome)
    if missing := posted.missing(ref, outcome):
        _fill_in(posted, outcome, ref, missing)
        outcome.refresh_from_db()
    if verdict == Verdict.CONFIRMED and not current:
        _tell(posted, words or outcome.sentence, outcome, value, verdict)
        return "changed"
    confirm_outcome(
        None, outcome, verdict, on=posted.on, value=value, words=words, said_by=person, said_by_name=name,
        share=posted.share,
    )  # fmt: skip
    return verdict if current else "changed"


def _fill(posted: Posted, _act: str, ref: str) -> str:
    outcome = posted.outcome(ref)
    typed = posted.missing(ref, outcome)
    if not typed:
        raise Unclear("nothing_typed", f"fill-{ref}")
    return _fill_in(posted, outcome, ref, typed)


def _fill_in(posted: Posted, outcome: Outcome, ref: str, typed: Mapping[str, Any]) -> str:
    version = whole_number(posted.fields.get(f"version-{ref}", ""), LARGEST_VERSION)
    merged = fill_in(None, outcome, version, **typed)
    return "aside" if merged.aside else "filled"


def _tick(posted: Posted, _act: str, ref: str) -> str:
    """Mark a promise of theirs as kept; one that somebody else of theirs marked before is kept already."""
    rows = Commitment.objects.filter(
        outcome__in=shown_outcomes(posted.share.customer_id), side=Side.THEIRS, missed_on=None
    )
    found = next((row for row in rows if opaque(row.pk) == ref), None)
    if found is None:
        raise Unclear("not_there")
    if found.done_on is None:
        tick_commitment(None, found, posted.on, by_customer=True)
    return "ticked"


def _read(posted: Posted, act: str, _ref: str) -> str:
    """Note that they read everything on the page, while it stands as they read it."""
    person, name = posted.who()
    rows = shown_outcomes(posted.share.customer_id)
    if not rows or not all(posted.is_current(row) for row in rows):
        return "changed_read"
    for row in rows:
        see_plan(None, row, on=posted.on, person=person, name=name, agrees=act == "agree")
    return "agreed" if act == "agree" else "read"


def _message(posted: Posted, _act: str, _ref: str) -> str:
    text = posted.text("message", longest=LONGEST["message"])
    if not text:
        raise Unclear("words_missing", "message")
    person, name = posted.who()
    ask_correction(posted.share, text, on=posted.on, person=person, name=name)
    return "told"


def _tell(posted: Posted, text: str, outcome: Outcome, value: float | None, verdict: str) -> None:
    """Record words that belong to no verdict, with who said them."""
    person, name = posted.who()
    properties = {
        "share": opaque(posted.share.pk),
        "person": opaque(person.pk) if person else "",
        "verdict": verdict,
    }
    told = Told(
        customer=posted.share.customer_id,
        kind="feedback",
        day=epoch_day(posted.on),
        text=f"{name}: {text}" if name else text,
        quantity=value,
        subject=subject_of(outcome),
        properties={field: given for field, given in properties.items() if given},
    )
    record_told([told])


_ACTS: dict[str, Callable[[Posted, str, str], str]] = {
    **dict.fromkeys(Verdict.values, _say),
    "fill": _fill,
    "tick": _tick,
    "agree": _read,
    "read": _read,
    "tell": _message,
}
