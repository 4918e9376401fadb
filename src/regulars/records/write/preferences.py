"""What a colleague chooses for themselves."""

from __future__ import annotations

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague
from regulars.records.write.audit import record_entry, require

THEMES = ("system", "light", "dark")


def choose_theme(actor: Colleague, theme: str) -> None:
    """Keep which theme a colleague wants to see.

    Raises
    ------
    RegularsError
        ``theme-unknown`` when there is no such theme.
    """
    require(actor, "read")
    if theme not in THEMES:
        raise RegularsError("theme-unknown", "There are three looks: system, light and dark.")
    with transaction.atomic():
        Colleague.objects.filter(pk=actor.pk).update(theme=theme)
        record_entry(actor, "choose_theme", f"colleague {actor.pk}", {"theme": theme})


def switch_keys(actor: Colleague, *, on: bool) -> None:
    """Switch a colleague's single-key shortcuts on or off."""
    require(actor, "read")
    with transaction.atomic():
        Colleague.objects.filter(pk=actor.pk).update(keys_on=on)
        record_entry(actor, "switch_keys", f"colleague {actor.pk}", {"on": on})
