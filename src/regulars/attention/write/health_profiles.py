"""Health profiles as they are kept: versions are added, never changed, and one of each name is in use."""

from __future__ import annotations

import re

from django.db import transaction

from regulars.attention.health_profiles import (
    check_fit,
    current_profiles,
    numbered,
    shipped_texts,
    version_row,
)
from regulars.attention.models import HealthHistory, HealthProfileVersion, HealthStanding
from regulars.insight.errors import RegularsError
from regulars.insight.health_profile import HealthProfile, diff
from regulars.insight.health_profile_text import parse_profile
from regulars.records.models import Colleague
from regulars.records.write.audit import record_entry, require


def install_shipped() -> None:
    """Keep what ships as version 1 of each name that has no version yet."""
    there = set(HealthProfileVersion.objects.values_list("name", flat=True))
    HealthProfileVersion.objects.bulk_create(
        [
            HealthProfileVersion(name=name, version=1, text=text, why="Shipped", current=True)
            for name, text in shipped_texts().items()
            if name not in there
        ],
        ignore_conflicts=True,
    )


def keep_profile(actor: Colleague | None, text: str, why: str) -> HealthProfileVersion:
    """Keep a text as the next version of the profile it names, and put it into use.

    The number in its line ``version`` becomes the next one, whatever it was.

    Raises
    ------
    RegularsError
        ``forbidden``, ``health-profile-invalid``, ``health-profile-unfit``, ``health-profile-same`` or
        ``why-missing``.
    """
    require(actor, "lead")
    profile = parse_profile(text)
    reason = _reason(why)
    with transaction.atomic():
        install_shipped()
        others = _in_use()
        before = others.pop(profile.name, None)
        check_fit(profile, others.values())
        kept_text = numbered(profile.name, text)
        new = parse_profile(kept_text)
        if before is not None and _same(before, new):
            raise RegularsError(
                "health-profile-same",
                f"This says what version {before.version} of {before.name} says, which is in use. "
                "Change something, or leave it.",
                409,
            )
        HealthProfileVersion.objects.filter(name=profile.name, current=True).update(current=False)
        kept = HealthProfileVersion.objects.create(
            name=new.name, version=new.version, text=kept_text, why=reason, current=True, changed_by=actor
        )
        _note(actor, "keep_health_profile", kept, before, reason)
    return kept


def put_back_profile(actor: Colleague | None, name: str, version: int, why: str) -> HealthProfileVersion:
    """Put an earlier version of a profile into use again.

    Raises
    ------
    RegularsError
        ``forbidden``, ``health-profile-unknown``, ``health-profile-unfit`` or ``why-missing``.
    """
    require(actor, "lead")
    reason = _reason(why)
    with transaction.atomic():
        install_shipped()
        row = version_row(name, version)
        others = _in_use()
        before = others.pop(name, None)
        check_fit(parse_profile(row.text, file=name), others.values())
        HealthProfileVersion.objects.filter(name=name, current=True).update(current=False)
        HealthProfileVersion.objects.filter(pk=row.pk).update(current=True)
        _note(actor, "put_back_health_profile", row, before, reason)
    row.current = True
    return row


def _in_use() -> dict[str, HealthProfile]:
    return {name: one.profile for name, one in current_profiles().items()}


def _same(before: HealthProfile, after: HealthProfile) -> bool:
    """Return whether nothing but the number of the version differs."""
    changes = [line for line in diff(before, after).splitlines()[2:] if line[:1] in "+-"]
    return all(re.fullmatch(r"[+-]version = \d+", line) for line in changes)


def _reason(why: str) -> str:
    reason = why.strip()
    longest = HealthProfileVersion._meta.get_field("why").max_length or 0
    if not reason or len(reason) > longest:
        raise RegularsError(
            "why-missing",
            f"Say why, in up to {longest} letters: whoever asks about a score next year will want to know.",
            fields={"why": "Say why in a few words."},
        )
    return reason


def _note(
    actor: Colleague | None, action: str, kept: HealthProfileVersion, before: HealthProfile | None, why: str
) -> None:
    detail = {"version": kept.version, "instead_of": before.version if before else None, "why": why}
    record_entry(actor, action, f"health profile {kept.name}", detail)


def forget_shipped_profiles() -> None:
    """Take away what was only shipped and rests under nobody's score: it is installed again when needed."""
    touched = HealthProfileVersion.objects.filter(version__gt=1).values("name")
    shipped = HealthProfileVersion.objects.filter(version=1, changed_by=None).exclude(name__in=touched)
    used = [
        *HealthStanding.objects.values_list("profile", flat=True).distinct(),
        *HealthHistory.objects.values_list("profile", flat=True).distinct(),
    ]
    shipped.exclude(pk__in=used).delete()
