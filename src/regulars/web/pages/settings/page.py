"""What the settings page shows and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.insight.stage import StageRules
from regulars.records.read.company import Company, company
from regulars.web.pages.settings.parse import (
    BUYING,
    currency_of,
    days,
    ranges,
    refuse,
    share,
    time_zones,
    whole_number,
    zone_of,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Post = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The company's settings as text in fields, with what was typed when something has to be mended."""

    values: Mapping[str, Any]
    may_change: bool
    section: str = ""
    message: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways_of_buying(self) -> tuple[tuple[str, str], ...]:
        """The three answers to how people buy."""
        return BUYING

    @property
    def zones(self) -> tuple[str, ...]:
        """Time zones to choose from."""
        return time_zones()

    @property
    def weekdays(self) -> list[tuple[int, str, bool]]:
        """Each weekday with whether the company is open on it."""
        open_on = self.values["weekdays"]
        return [(number, word, str(number) in open_on) for number, word in enumerate(WEEKDAYS)]


def _rules(told: Mapping[str, Any]) -> dict[str, Any]:
    defaults = StageRules()
    silence = told.get("silence", {})
    return {
        "quiet_chance": round(100 * silence.get("quiet_chance", defaults.silence.quiet_chance)),
        "lapse_chance": round(100 * silence.get("lapse_chance", defaults.silence.lapse_chance)),
        "least": silence.get("least", defaults.silence.least),
        "for_life_days": told.get("for_life_days", defaults.for_life_days),
        "won_back_days": told.get("won_back_days", defaults.won_back_days),
    }


def values_of(stored: Company) -> dict[str, Any]:
    """Return the company's settings as the fields show them."""
    calendar = stored.calendar
    return {
        "name": stored.name,
        "timezone": stored.timezone,
        "currency": stored.currency,
        "buying": stored.buying,
        "daily_number": stored.daily_number,
        "stake": "money" if stored.stake_in_money else "equal",
        "weekdays": [str(day) for day in calendar["weekdays"]],
        "closed": "\n".join(f"{first} to {last}" for first, last in calendar["closed"]),
        "holidays": "\n".join(calendar["holidays"]),
        "adverse": "\n".join(calendar["adverse"]),
        "learn": calendar["learn"],
        **_rules(stored.stage_rules),
    }


def _company(post: Post) -> dict[str, Any]:
    if post.get("buying") not in dict(BUYING):
        raise refuse("buying", "Choose one of the three.")
    return {
        "name": str(post.get("name", "")).strip()[:120],
        "timezone": zone_of(str(post.get("timezone", "")).strip()),
        "currency": currency_of(str(post.get("currency", ""))),
        "buying": post["buying"],
    }


def _today(post: Post) -> dict[str, Any]:
    return {
        "daily_number": whole_number(post, "daily_number", 1, 50, "The daily number"),
        "stake_in_money": post.get("stake") != "equal",
    }


def _calendar(post: Any) -> dict[str, Any]:
    ticked = set(post.getlist("weekdays"))
    weekdays = [number for number in range(7) if str(number) in ticked]
    if not weekdays:
        raise refuse("weekdays", "Tick at least one day: a company that never opens has no regulars.")
    return {
        "calendar": {
            "weekdays": weekdays,
            "closed": ranges(str(post.get("closed", "")), "closed"),
            "holidays": days(str(post.get("holidays", "")), "holidays"),
            "adverse": days(str(post.get("adverse", "")), "adverse"),
            "learn": post.get("learn") == "on",
        }
    }


def _stages(post: Post) -> dict[str, Any]:
    silence = {
        "quiet_chance": share(post, "quiet_chance", 1, 25, "The chance"),
        "lapse_chance": share(post, "lapse_chance", 1, 50, "The chance"),
        "least": whole_number(post, "least", 1, 60, "The number of open days"),
    }
    return {
        "stage_rules": {
            "silence": silence,
            "for_life_days": whole_number(post, "for_life_days", 30, 3650, "The number of days"),
            "won_back_days": whole_number(post, "won_back_days", 1, 20, "The number of purchase days"),
        }
    }


SECTIONS: Mapping[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    "company": ("The company is saved. Everybody is assessed again in a moment.", _company),
    "today": ("Today is saved.", _today),
    "calendar": ("The opening calendar is saved. Everybody is assessed again in a moment.", _calendar),
    "stages": ("The thresholds are saved. Everybody is assessed again in a moment.", _stages),
}


def stored_page(*, may_change: bool) -> SettingsPage:
    """Return the page with what is stored."""
    return SettingsPage(values_of(company()), may_change=may_change)


def typed_page(post: Any, section: str, message: str, errors: Mapping[str, str]) -> SettingsPage:
    """Return the page that keeps what was typed in one section and says what to mend."""
    values = values_of(company())
    typed = {name: post.get(name, "") for name in values if name in post}
    if section == "calendar":
        typed |= {"weekdays": post.getlist("weekdays"), "learn": post.get("learn") == "on"}
    return SettingsPage({**values, **typed}, may_change=True, section=section, message=message, errors=errors)
