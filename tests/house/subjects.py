"""Something real behind every address: a customer, a step, an import, so that a refusal is a refusal."""

from __future__ import annotations

import re
from typing import Any

ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z_0-9]+)>")


def made_subjects() -> dict[str, str]:
    """Make one of each thing that addresses name, and return the words that stand for them."""
    from django.utils import timezone

    from regulars.attention.models import NextStep, Rewind
    from regulars.ledger.models import ImportRun, Rejection
    from regulars.records.models import Colleague, Customer, Note, SavedView, Source, ToDo
    from regulars.records.opaque import opaque

    customer = Customer.objects.create(name="Ida's Café", name_folded="ida's cafe")
    source = Source.objects.create(slug="till", name="Till")
    run = ImportRun.objects.create(source=source, file_name="sales.csv", content_kind="purchases")
    Rejection.objects.create(
        source=source, import_run=run, row_number=1, code="too-long", message="Too long."
    )
    made: dict[str, Any] = {
        "customer": customer,
        "colleague": Colleague.objects.create(email="olga@example.org", name="Olga", role="member"),
        "step": NextStep.objects.create(
            customer=customer, kind="gone_quiet", key="k", sentence="is silent.", opened_day=20000
        ),
        "import": run,
        "view": SavedView.objects.create(name="Mine", query="stage=3"),
        "todo": ToDo.objects.create(customer=customer, text="Call"),
        "note": Note.objects.create(customer=customer, text="Tea", noted_on=timezone.now().date()),
        "rewind": Rewind.objects.create(as_of=20000, mode="happened"),
    }
    return {name: opaque(row.pk) for name, row in made.items()}


def filled(address: str, words: dict[str, str], meant: str) -> str:
    """Return an address with its arguments filled in; ``meant`` says for each what it names."""
    chosen = dict(part.split("=", 1) for part in meant.split()) if meant else {}

    def word(found: re.Match[str]) -> str:
        argument = chosen.get(found.group(1), "")
        return words.get(argument, argument or "none")

    if address.startswith("^") or "(?P<" in address:
        address = re.sub(r"\(\?P<(\w+)>(?:\[[^\]]*\]|[^()])*\)", r"<\1>", address).strip("^$")
        address = address.replace("^", "")
    return "/" + ARGUMENT.sub(word, address)
