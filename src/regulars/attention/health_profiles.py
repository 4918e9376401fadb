"""The health profiles in use, and every version there was: shipped with the program, then kept as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from django.db.models import Max

from regulars.attention.health_inputs import RELATIONSHIP_LEVELS
from regulars.attention.models import ContractStanding, HealthProfileVersion
from regulars.insight.errors import RegularsError
from regulars.insight.health_profile import EVERYBODY, HealthProfile, profile_for
from regulars.insight.health_profile_text import parse_profile
from regulars.records.models import Customer

FEW = 500
VERSION_LINE = re.compile(r"(?m)^(\s*version\s*=\s*)\d+")


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile with its text; ``row`` is 0 while it is only what ships."""

    row: int
    profile: HealthProfile
    text: str


@cache
def shipped_texts() -> Mapping[str, str]:
    """Return the texts that ship, by name."""
    folder = resources.files("regulars.insight") / "profiles"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return {name.removesuffix(".toml"): (folder / name).read_text(encoding="utf-8") for name in files}


def current_profiles() -> dict[str, StoredProfile]:
    """Return the profiles in use by name: what was chosen last, else what ships."""
    found = {
        name: StoredProfile(0, parse_profile(text, file=name), text) for name, text in shipped_texts().items()
    }
    for row in HealthProfileVersion.objects.filter(current=True).order_by("name"):
        found[row.name] = StoredProfile(row.pk, parse_profile(row.text, file=row.name), row.text)
    return found


def current_profile(name: str) -> StoredProfile:
    """Return the profile of this name that is in use.

    Raises
    ------
    RegularsError
        ``health-profile-unknown``.
    """
    found = current_profiles()
    if name not in found:
        raise _unknown(name, found)
    return found[name]


def profile_versions(name: str) -> list[HealthProfileVersion]:
    """Return every version of a profile that is kept, the newest first."""
    rows = HealthProfileVersion.objects.filter(name=name).select_related("changed_by")
    return list(rows.order_by("-version"))


def version_row(name: str, version: int) -> HealthProfileVersion:
    """Return one version of a profile as it is kept.

    Raises
    ------
    RegularsError
        ``health-profile-unknown``.
    """
    row = HealthProfileVersion.objects.filter(name=name, version=version).first()
    if row is None:
        raise RegularsError(
            "health-profile-unknown",
            f"There is no version {version} of {name}. Choose one of its list.",
            404,
        )
    return row


def numbered(name: str, text: str) -> str:
    """Return a profile's text with the next free number in its line ``version``."""
    last = HealthProfileVersion.objects.filter(name=name).aggregate(last=Max("version"))["last"]
    number = (last or (1 if name in shipped_texts() else 0)) + 1
    return VERSION_LINE.sub(rf"\g<1>{number}", text, count=1)


@lru_cache(maxsize=64)
def parsed(text: str) -> HealthProfile:
    """Return the profile of a text that is kept, and so was read before."""
    return parse_profile(text)


def kinds_of(customers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return what a profile may call each of these customers, the closest word first.

    The kind of customer that somebody noted; then how they buy: under a contract, as a person, as an
    organisation.
    """
    few = {"pk__in": customers} if len(customers) <= FEW else {}
    paying = ContractStanding.objects.filter(ended_day=None)
    if few:
        paying = paying.filter(customer_id__in=customers)
    under_contract = set(paying.values_list("customer_id", flat=True))
    wanted, found = set(customers), dict[int, tuple[str, ...]]()
    for one, kind, is_person in Customer.objects.filter(**few).values_list("pk", "kind__name", "is_person"):
        if one in wanted:
            buys = "" if is_person is None else "person" if is_person else "organisation"
            words = (kind or "", "subscription" if one in under_contract else buys)
            found[one] = tuple(word for word in words if word)
    return found


def fitting_profile(kinds: Sequence[str], profiles: Sequence[HealthProfile]) -> HealthProfile:
    """Return the profile that names the closest of these kinds, else the one for everybody."""
    named = {kind for profile in profiles for kind in profile.kinds}
    return profile_for(next((kind for kind in kinds if kind in named), EVERYBODY), profiles)


def check_fit(profile: HealthProfile, others: Iterable[HealthProfile]) -> None:
    """Refuse a profile that cannot be used beside the others.

    Raises
    ------
    RegularsError
        ``health-profile-unfit``: levels that do not match what is gathered, a kind that another profile
        names, or nobody left to judge everybody else.
    """
    for part in profile.inputs:
        names = tuple(step.name for step in part.steps if step.name)
        wanted = RELATIONSHIP_LEVELS if part.key == "relationship" else ()
        if names != wanted:
            remedy = f"levels, in this order: {', '.join(wanted)}" if wanted else "knots: it is a number"
            raise _unfit(f"{part.key}.levels", f"{part.key} is not gathered so. Give {remedy}.")
    for other in others:
        both = sorted(set(profile.kinds) & set(other.kinds))
        if both:
            raise _unfit(
                "kinds", f"The profile {other.name} names {both[0]} already. Take it out of one of them."
            )
    if not any(EVERYBODY in one.kinds for one in (profile, *others)):
        raise _unfit("kinds", 'Nobody would judge everybody else. Name "*" in one of the profiles.')


def _unfit(field: str, sentence: str) -> RegularsError:
    return RegularsError(
        "health-profile-unfit",
        f"{sentence} Until then the version before stays in use.",
        fields={field: sentence},
    )


def _unknown(name: str, known: Iterable[str]) -> RegularsError:
    return RegularsError(
        "health-profile-unknown",
        f"There is no health profile {name!r}. There are: {', '.join(known)}. Use one of them.",
        404,
    )
