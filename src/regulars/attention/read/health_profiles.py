"""The health profiles in force: what is stored as current, else those that ship."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from regulars.attention.models import HealthProfileVersion
from regulars.insight.health_profile import HealthProfile
from regulars.insight.health_profile_text import parse_profile


def profiles_in_force() -> tuple[HealthProfile, ...]:
    """Return the current version of every profile; a shipped one counts where none of its name is stored."""
    rows = HealthProfileVersion.objects.filter(current=True).order_by("name")
    stored = [parse_profile(row.text, file=row.name) for row in rows]
    names = {profile.name for profile in stored}
    return (*stored, *(profile for profile in shipped_profiles() if profile.name not in names))


@cache
def shipped_profiles() -> tuple[HealthProfile, ...]:
    """Return the profiles that ship, by name."""
    folder = files("regulars.insight") / "profiles"
    texts = sorted((one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir())
    return tuple(parse_profile(text, file=name) for name, text in texts if name.endswith(".toml"))
