"""Views of the customer list that colleagues keep by their address."""

from __future__ import annotations

from django.db import transaction

from regulars.records.models import Colleague, SavedView
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said


def keep_view(actor: Colleague, name: str, query: str, *, shared: bool) -> SavedView:
    """Keep the current address of the customer list under a name.

    Raises
    ------
    RegularsError
        ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write" if shared else "read")
    with transaction.atomic():
        view = SavedView.objects.create(
            name=said(name, at_most=80, field="view_name"), query=query[:500], owner=actor, shared=shared
        )
        record_entry(actor, "keep_view", f"view {view.pk}", {"name": view.name, "shared": shared})
    return view


def drop_view(actor: Colleague, view: SavedView) -> None:
    """Forget a view of one's own."""
    require(actor, "read")
    with transaction.atomic():
        record_entry(actor, "drop_view", f"view {view.pk}", {"name": view.name, "query": view.query})
        SavedView.objects.filter(pk=view.pk, owner=actor).delete()
