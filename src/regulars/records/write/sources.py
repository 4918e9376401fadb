"""Sources: where facts come from."""

from __future__ import annotations

from regulars.records.models import Source


def ensure_source(slug: str, name: str, *, preset: str = "") -> Source:
    """Return the source of this slug, made if there is none yet."""
    source, _ = Source.objects.get_or_create(slug=slug, defaults={"name": name, "preset": preset})
    return source
