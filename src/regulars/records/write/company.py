"""Changes to the company's settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, CompanySetting
from regulars.records.read.company import DEFAULTS
from regulars.records.write.audit import record_entry, require


def change_company(actor: Colleague | None, changes: dict[str, Any]) -> None:
    """Store settings of the company.

    Raises
    ------
    RegularsError
        ``setting-unknown``, ``timezone-unknown`` or ``forbidden``.
    """
    require(actor, "administer")
    for key in changes:
        if key not in DEFAULTS:
            raise RegularsError("setting-unknown", f"There is no company setting {key!r}.", 400)
    if "timezone" in changes:
        _check_zone(changes["timezone"])
    with transaction.atomic():
        for key, value in changes.items():
            CompanySetting.objects.update_or_create(key=key, defaults={"value": value})
        record_entry(actor, "change_company", "company", {"keys": sorted(changes)})


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RegularsError(
            "timezone-unknown",
            f"{name!r} is not a time zone. Choose one such as Europe/Berlin.",
            fields={"timezone": "Choose one such as Europe/Berlin."},
        ) from error
