"""What the frame around every page shows: the places that exist, the theme, the stylesheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from regulars.records.models import Colleague
from regulars.web.style import style_address


@dataclass(frozen=True, slots=True)
class Place:
    """One place a colleague can go: its word, its address, its icon, and the key after ``g``."""

    word: str
    name: str
    icon: str
    key: str
    address: str = ""


PLACES = (
    Place("Today", "today", "coffee", "t"),
    Place("Customers", "customers", "book-user", "c"),
    Place("Reports", "reports", "chart-line", "r"),
)
GEAR = (
    Place("Data", "data", "database", "d"),
    Place("Privacy", "privacy", "shield", "p"),
    Place("Success templates", "success_templates", "layout-template", "u"),
    Place("Health", "health", "heart-pulse", "h"),
    Place("Team", "team", "users", "m"),
    Place("Settings", "settings", "sliders-horizontal", "s"),
    Place("You", "you", "circle-user", "y"),
)
THEMES = (("system", "As the system", "monitor"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))


@cache
def address_of(name: str) -> str:
    """Return the address of a page by its name, nothing while there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@cache
def existing(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return the places that have an address: one that later work fills is absent, not empty."""
    return tuple(replace(place, address=address_of(place.name)) for place in places if address_of(place.name))


def here(places: tuple[Place, ...], path: str) -> str:
    """Return the name of the place a path belongs to."""
    inside = [
        place for place in places if path == place.address or path.startswith(place.address.rstrip("/") + "/")
    ]
    return max(inside, key=lambda place: len(place.address)).name if inside else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame around every page needs."""
    user = getattr(request, "user", None)
    colleague = user if isinstance(user, Colleague) else None
    places, gear = existing(PLACES), existing(GEAR)
    return {
        "plain_http": settings.REGULARS_PLAIN_HTTP,
        "demo": settings.REGULARS_DEMO,
        "stylesheet": style_address(),
        "theme": colleague.theme if colleague else "system",
        "keys_on": colleague.keys_on if colleague else False,
        "colleague": colleague,
        "themes": THEMES,
        "may_write": colleague is not None and colleague.may("write"),
        "may_lead": colleague is not None and colleague.may("lead"),
        "may_administer": colleague is not None and colleague.may("administer"),
        "places": places,
        "gear": gear,
        "place": here(places[1:] + gear, request.path) or ("today" if request.path == "/" else ""),
    }
