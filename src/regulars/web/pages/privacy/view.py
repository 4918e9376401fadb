"""Privacy: what is held and why, and changing the reasons."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.insight.errors import RegularsError
from regulars.records.models import FieldDecision
from regulars.records.read.privacy import field_decision
from regulars.records.write.registry import Decided, decide_field
from regulars.web.access import ColleagueRequest, access
from regulars.web.pages.privacy.page import FieldPage, privacy_registry, retention_of, values_of
from regulars.web.undo import back, say


@access("read")
def privacy_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show the registry."""
    return render(request, "pages/privacy/page.html", {"page": privacy_registry()})


@access("administer")
def field_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show one kept field and take a change of its reasons."""
    row = field_decision(ref)
    if request.method != "POST":
        page = FieldPage(row.pk, row.field, values_of(row))
        return render(request, "pages/privacy/field.html", {"page": page})
    typed = {name: request.POST.get(name, "").strip()[:200] for name in values_of(row)}
    try:
        _keep(request, row, typed)
    except RegularsError as error:
        message = "" if error.fields else error.message
        page = FieldPage(row.pk, row.field, typed, error.fields, message)
        return render(request, "pages/privacy/field.html", {"page": page}, status=error.status)
    say(request, f"The reasons for {row.field} are saved.")
    return back(request, reverse("privacy"))


def _keep(request: ColleagueRequest, row: FieldDecision, typed: dict[str, str]) -> None:
    if not typed["purpose"]:
        raise RegularsError(
            "purpose-missing",
            "Say which decision needs this field, or stop collecting it.",
            422,
            {"purpose": "Which decision needs it?"},
        )
    decided = Decided(
        row.field,
        FieldDecision.Decision.KEEP,
        purpose=typed["purpose"],
        not_before=typed["not_before"],
        retention_days=retention_of(typed["retention"]),
        category=typed["category"],
        lawful_basis=typed["lawful_basis"],
        readers=typed["readers"],
    )
    decide_field(request.user, row.place, decided)
