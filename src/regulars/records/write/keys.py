"""Keys that belong to the company's data and travel with its backups."""

from __future__ import annotations

import secrets

from regulars.records.models import CompanySetting


def link_key() -> str:
    """Return the key of opaque ids in hexadecimal, made on first use."""
    row, _ = CompanySetting.objects.get_or_create(key="opaque_key", defaults={"value": secrets.token_hex(16)})
    return str(row.value)
