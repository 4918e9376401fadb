"""How values are shown: money, days, icons, figures. Templates say ``{% load shown %}``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide import _render_icon

from regulars.attention.health import band_reason_of
from regulars.attention.read.base import anybody_bought, anybody_on_contract
from regulars.insight.figures import chance as chance_words
from regulars.insight.figures import percent as percent_words
from regulars.insight.health import Band
from regulars.insight.outcome import OutcomeState, late_words
from regulars.insight.quotes import unquoted
from regulars.insight.stage import Stage
from regulars.records.money import money_words
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date, epoch_day

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """Draw an icon; the word beside it carries the meaning."""
    return _icon(str(name), int(size))


@cache
def _icon(name: str, size: int) -> SafeString:
    drawn = _render_icon(name, size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})
    return SafeString(drawn)  # drawn by the icon wheel from a name of ours


STAGE_LOOK: dict[Stage, tuple[str, str]] = {
    Stage.PROSPECT: ("telescope", ""),
    Stage.FIRST_TIME_BUYER: ("sprout", ""),
    Stage.REPEAT_CUSTOMER: ("repeat-2", ""),
    Stage.REGULAR: ("coffee", "good"),
    Stage.FOR_LIFE: ("heart-handshake", "lemon"),
    Stage.GONE_QUIET: ("bell-off", "watch"),
    Stage.LAPSED: ("hourglass", "unknown"),
    Stage.CHURNED: ("door-closed", "unknown"),
    Stage.WON_BACK: ("undo-2", "good"),
}
"""Icon and tone of each stage; the word always stands beside them."""


@register.simple_tag
def stage_badge(stage: int) -> SafeString:
    """Show a stage: word and icon."""
    return _stage_badge(Stage(stage))


@cache
def _stage_badge(stage: Stage) -> SafeString:
    picture, tone = STAGE_LOOK[stage]
    return format_html('<span class="badge {}">{} {}</span>', tone, _icon(picture, 14), stage.word)


@register.simple_tag
def has_contracts() -> bool:
    """Return whether anybody has or had a contract: what is only about contracts is hidden otherwise."""
    return anybody_on_contract()


@register.simple_tag
def has_purchases() -> bool:
    """Return whether anybody ever bought: what is only about purchases is hidden where all is on contract."""
    return anybody_bought()


_NEAREST, _NEARBY = 30, 90


@register.simple_tag
def nearness(day: int, today: int, *, late: bool = False) -> SafeString | str:
    """Say how near a renewal is: in words, coloured while somebody should act."""
    if late:
        return format_html(
            '<span class="badge bad">{} {}</span>', _icon("clock-alert", 14), "not renewed yet"
        )
    ahead = day - today
    if ahead > _NEARBY:
        return ""
    tone = "watch" if ahead <= _NEAREST else "lemon"
    words = _NEAR.get(ahead) or f"in {ahead} days"
    return format_html('<span class="badge {}">{}</span>', tone, words)


OUTCOME_LOOK = {
    OutcomeState.DISPUTED: ("message-square-warning", "bad"),
    OutcomeState.MISSED: ("circle-x", "bad"),
    OutcomeState.LATE: ("clock-alert", "watch"),
    OutcomeState.DRAFT: ("pencil", "unknown"),
    OutcomeState.REACHED: ("flag", "lemon"),
    OutcomeState.AGREED: ("handshake", ""),
    OutcomeState.ON_TRACK: ("trending-up", "good"),
    OutcomeState.CONFIRMED: ("circle-check", "good"),
    OutcomeState.DROPPED: ("circle-slash", ""),
}
"""Icon and tone of each state of an outcome; the word always stands beside them."""


@register.simple_tag
def outcome_badge(plan: Any) -> SafeString | str:
    """Show where the outcome that needs most attention stands, in words."""
    if plan is None or plan.state is None:
        return ""
    state = OutcomeState(plan.state)
    late = plan.days_late if state is OutcomeState.LATE else 0
    words = late_words(late, behind=plan.behind) if late else state.word
    return format_html('<span class="badge {}">{}</span>', OUTCOME_LOOK[state][1], words)


HEALTH_LOOK = {
    Band.NOT_ENOUGH_KNOWN: ("circle-question-mark", "unknown"),
    Band.BAD: ("cloud-rain", "bad"),
    Band.WATCH: ("cloud-sun", "watch"),
    Band.GOOD: ("sun", "good"),
}
"""Icon and tone of each band of health; not enough known is hatched, off the scale of the others."""


@register.simple_tag
def health_badge(health: Any) -> SafeString | str:
    """Show a health: band, score, and on how much of what we would want to know it is based."""
    if health is None:
        return ""
    band = Band(health.band)
    picture, tone = HEALTH_LOOK[band]
    score = "" if health.score is None or not health.band else f" {health.score}"
    return format_html(
        '<span class="badge {}">{} {}{}</span> <span class="tiny soft">based on {}\N{NO-BREAK SPACE}%</span>',
        tone, _icon(picture, 14), band.words, score, health.based_on,
    )  # fmt: skip


@register.simple_tag
def band_why(health: Any) -> SafeString | str:
    """Say beside the badge in a list why the band is lower than the score; the sentence is in the title."""
    reason = None if health is None else band_reason_of(health.customer_id, health)
    if reason is None:
        return ""
    return format_html('<span class="tiny soft" title="{}">{}</span>', reason.sentence, reason.short)


@register.filter
def month_words(day: int) -> str:
    """Name the month of a day: June 2024."""
    return f"{calendar_date(day):%B %Y}"


@register.filter
def iso_date(day: int) -> str:
    """Write a day for machines: 2024-06-03."""
    return calendar_date(day).isoformat()


@register.filter
def money(amount: int | None, currency: str) -> str:
    """Write minor units of a currency, whole from 1,000 on: €12.50, €4,310."""
    return "" if amount is None else money_words(amount, currency)


@register.filter
def bare_words(text: str) -> str:
    """Write somebody's words without quotation marks around all of them: the page puts its own."""
    return unquoted(text)


@register.filter
def exact_money(amount: int | None, currency: str) -> str:
    """Write minor units of a currency with its cents where it has any: where one checks what was read."""
    return "" if amount is None else money_words(amount, currency, exact=True)


@register.filter
def ref(number: int) -> str:
    """Write a row number as the opaque id that addresses carry."""
    return opaque(number)


@register.filter
def name_options(names: Iterable[str]) -> SafeString:
    """Write what a field offers; one tag, since there may be hundreds."""
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in names))


@register.filter
def ref_options(named: Iterable[tuple[int, str]]) -> SafeString:
    """Write the choices of a select from (row number, name); one tag, since there may be hundreds."""
    chosen = ((opaque(number), name) for number, name in named)
    return format_html_join("", '<option value="{}">{}</option>', chosen)


def day_words(day: int, today: int) -> str:
    """Say how far a day is from today: 'yesterday', 'in 3 days', 'May 2024'."""
    distance = day - today
    if distance in _NEAR:
        return _NEAR[distance]
    if -60 < distance < 0:
        return f"{-distance} days ago"
    if 0 < distance < 60:
        return f"in {distance} days"
    return f"{calendar_date(day):%b %Y}"


@register.filter
def near(day: int, today: int) -> str:
    """Say how far a day is while that says something, nothing for days long gone."""
    return day_words(day, today) if abs(day - today) < 60 else ""


_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


@register.filter
def ago(day: int | None, today: int) -> SafeString | str:
    """Show an epoch day relative to today, with the date itself in the title."""
    if day is None:
        return ""
    then = calendar_date(day)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', then.isoformat(), long_date(day), day_words(day, today)
    )


@register.filter
def long_date(day: int | date | None) -> str:
    """Write a day out: Monday, 3 June 2024."""
    if day is None:
        return ""
    then = calendar_date(day) if isinstance(day, int) else day
    return f"{then:%A}, {then.day} {then:%B %Y}"


@register.filter
def short_date(day: int | date | None) -> str:
    """Write a day briefly: 3 Jun 2024."""
    if day is None:
        return ""
    then = calendar_date(day) if isinstance(day, int) else day
    return f"{then.day} {then:%b %Y}"


@register.filter
def epoch(day: date | None) -> int | None:
    """Turn a date into an epoch day."""
    return None if day is None else epoch_day(day)


@register.filter
def percent(value: float | None) -> str:
    """Write a probability as a whole percentage, with a no-break space."""
    return "" if value is None else percent_words(value)


@register.filter
def chance(value: float | None) -> str:
    """Write what may happen to one customer, which is never certain."""
    return "" if value is None else chance_words(value)


@register.filter
def thousands(number: int | None) -> str:
    """Write a count with its thousands apart."""
    return "" if number is None else f"{number:,}"


@register.filter
def whole(value: float) -> str:
    """Write a figure without its fraction."""
    return f"{value:,.0f}"


@register.filter
def clock(minute: int | None) -> str:
    """Write a minute of the day as a time: 08:15."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """Look a key up."""
    return mapping.get(key, "")


@register.filter
def dialled(phone: str) -> str:
    """Write a phone number as a telephone link dials it."""
    return "".join(letter for letter in phone if letter.isdigit() or letter == "+")


@register.filter
def kind_words(kind: str) -> str:
    """Write a kind of entry as people say it."""
    return KIND_WORDS.get(kind, kind.replace("_", " ").capitalize())


KIND_ICONS = {
    "purchase": "receipt",
    "refund": "undo-2",
    "missed_us": "door-closed",
    "touchpoint": "phone",
    "praise": "heart",
    "complaint": "message-square-warning",
    "feedback": "lightbulb",
    "referral": "user-plus",
    "note": "notebook-pen",
    "stage": "footprints",
    "todo": "check",
    "answer": "check-check",
    "request": "inbox",
    "characteristic_noted": "scan-face",
    "outcome_agreed": "target",
    "outcome_measured": "ruler",
    "outcome_confirmed": "circle-check",
    "outcome_disputed": "circle-x",
    "not_yet": "circle-x",
    "commitment_made": "handshake",
    "commitment_kept": "handshake",
    "commitment_missed": "handshake",
    "milestone_reached": "flag",
    "blocker_opened": "construction",
    "blocker_closed": "construction",
    "person_left": "user-minus",
    "correction_asked": "eraser",
    "contract_started": "file-text",
    "contract_renewed": "file-text",
    "contract_changed": "file-text",
    "contract_cancelled": "file-text",
    "renewal_forecast": "file-text",
}


@register.filter
def kind_icon(kind: str) -> str:
    """Name the icon of a kind of entry."""
    return KIND_ICONS.get(kind, "circle-dot")


KIND_WORDS = {
    "stage": "Where they stand",
    "todo": "Kept",
    "answer": "Next step",
    "missed_us": "Came in vain",
    "usage": "Used it",
    "blocker_opened": "In the way",
    "blocker_closed": "Out of the way",
    "characteristic_noted": "Who they are",
    "person_left": "Left",
    "correction_asked": "Asks to correct or erase",
    "feedback": "Said",
    "not_yet": "They say",
    "case_opened": "Case opened",
    "case_closed": "Case closed",
}


@register.filter
def item_words(fact: Any) -> str:
    """Write what was bought: 2 × House blend."""
    if not fact.quantity or fact.quantity == 1:
        return str(fact.item)
    return f"{fact.quantity:g} × {fact.item}"
