"""The sentences that every language of the public pages has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from regulars.insight.typed import is_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every sentence of the public pages in one language.

    Words in braces are filled in: ``{day}`` a day, ``{name}`` who said it, ``{count}`` a number, ``{typed}``
    what was typed, ``{company}`` our name, or ``us`` where we gave none.
    """

    code: str
    locale: str
    title: str
    us: str
    intro: str
    empty: str
    until: str
    languages: str
    preview: str
    plain_http: str

    name: str
    name_hint: str

    state_disputed: str
    state_missed: str
    state_late: str
    state_behind: str
    state_reached: str
    state_agreed: str
    state_on_track: str
    state_confirmed: str

    why: str
    due: str
    baseline: str
    target: str
    counted: str
    said_confirmed: str
    said_not_yet: str
    said_disputed: str

    question: str
    number: str
    words: str
    words_hint: str
    confirmed: str
    not_yet: str
    disputed: str

    missing: str
    missing_why: str
    missing_due: str
    missing_target: str
    fill: str

    theirs: str
    ours: str
    by_day: str
    done_on: str
    not_kept: str
    tick: str

    read_title: str
    read_hint: str
    agree: str
    read: str
    agreed_by: str
    read_by: str

    thanks: str
    thanks_confirmed: str
    thanks_not_yet: str
    thanks_disputed: str
    thanks_filled: str
    thanks_aside: str
    thanks_ticked: str
    thanks_agreed: str
    thanks_read: str
    thanks_told: str
    changed: str
    changed_read: str

    sorry: str
    name_missing: str
    words_missing: str
    number_unreadable: str
    day_unreadable: str
    too_long: str
    nothing_typed: str
    nothing_chosen: str
    not_there: str
    unfit: str

    held: str
    held_customer: str
    held_customer_why: str
    held_name: str
    held_name_why: str
    held_title: str
    held_title_why: str
    held_email: str
    held_email_why: str
    held_phone: str
    held_phone_why: str
    held_outcomes: str
    held_outcomes_why: str
    held_answers: str
    held_answers_why: str
    held_purchases: str
    held_purchases_why: str
    held_entries: str
    held_entries_why: str
    held_notes: str
    held_notes_why: str
    held_link: str
    held_link_why: str
    quiet: str
    correct: str
    correct_hint: str
    correct_send: str

    gone_title: str
    gone: str
    busy_title: str
    busy: str

    def day(self, day: date) -> str:
        """Write a day out."""
        return str(format_date(day, "long", locale=self.locale))

    def figure(self, value: float) -> str:
        """Write a number as the language does; one beyond all measure, which it cannot, as machines do."""
        return str(format_decimal(value, locale=self.locale)) if is_number(value) else f"{value:g}"

    def number_of(self, typed: str) -> float | None:
        """Return the number that somebody typed as the language writes it, or with a point; else None."""
        trimmed = typed.strip().rstrip("%").strip()
        if any(sign.isalpha() or sign == "_" for sign in trimmed):
            return None
        try:
            value = float(parse_decimal(trimmed, locale=self.locale, strict=True))
        except NumberFormatError:
            plain = trimmed.removeprefix("-").replace(".", "", 1)
            if not (plain.isascii() and plain.isdigit()):
                return None
            value = float(trimmed)
        return value if is_number(value) else None
