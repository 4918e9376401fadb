"""Something real behind every address: a customer, a step, an import, so that a refusal is a refusal."""

from __future__ import annotations

import re
from typing import Any

ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z_0-9]+)>")


def made_subjects() -> dict[str, str]:
    """Make one of each thing that addresses name, and return the words that stand for them.

    No two have the same number, so that an address cannot find one thing by the word of another.
    """
    from django.utils import timezone

    from regulars.attention.models import Contract, NextStep, Rewind
    from regulars.ledger.models import ImportRun, Rejection
    from regulars.records.models import (
        Colleague,
        Customer,
        FieldDecision,
        MergeProposal,
        Note,
        Person,
        Role,
        SavedView,
        Source,
        Tag,
        ToDo,
    )
    from regulars.records.opaque import opaque

    customer = Customer.objects.create(pk=1_000_101, name="Ida's Café", name_folded="ida's cafe")
    twin = Customer.objects.create(pk=1_000_102, name="Idas Cafe", name_folded="idas cafe")
    source = Source.objects.create(pk=1_000_103, slug="till", name="Till")
    run = ImportRun.objects.create(
        pk=1_000_104,
        source=source,
        file_name="sales.csv",
        content_kind="purchases",
        mapping=_mapping(),
        state="done",
    )
    Rejection.objects.create(
        pk=1_000_105, source=source, import_run=run, row_number=1, code="too-long", message="Too long."
    )
    ida = Person.objects.create(pk=1_000_114, name="Ida", name_folded="ida")
    tag = Tag.objects.create(pk=1_000_115, name="harbour")
    tag.customers.add(customer)
    made: dict[str, Any] = {
        "contract": Contract.objects.create(
            pk=1_000_117,
            customer=customer,
            number="C-1",
            state="active",
            currency="EUR",
            amount=1200,
            monthly=100,
            months=12,
            first_day=20000,
            start_day=20000,
            end_day=40000,
        ),
        "role": Role.objects.create(pk=1_000_116, person=ida, customer=customer, title="Owner"),
        "tag": tag,
        "person": ida,
        "customer": customer,
        "source": source,
        "import": run,
        "colleague": Colleague.objects.create(
            pk=1_000_106, email="olga@example.org", name="Olga", role="member"
        ),
        "step": NextStep.objects.create(
            pk=1_000_107,
            customer=customer,
            kind="gone_quiet",
            key="k",
            sentence="is silent.",
            opened_day=20000,
        ),
        "view": SavedView.objects.create(pk=1_000_108, name="Mine", query="stage=3"),
        "todo": ToDo.objects.create(pk=1_000_109, customer=customer, text="Call"),
        "note": Note.objects.create(
            pk=1_000_110, customer=customer, text="Tea", noted_on=timezone.now().date()
        ),
        "rewind": Rewind.objects.create(pk=1_000_111, as_of=20000, mode="happened"),
        "field": FieldDecision.objects.create(
            pk=1_000_112, place="till", field="item", decision="keep", purpose="usual order"
        ),
        "proposal": MergeProposal.objects.create(
            pk=1_000_113, first=customer, second=twin, reason="Same name"
        ),
    }
    return {name: opaque(row.pk) for name, row in made.items()}


def _mapping() -> dict[str, Any]:
    from regulars.ledger.files.form import Form
    from regulars.ledger.plans import Plan, Settled, Tick

    columns = ("customer", "occurred_at", "amount")
    ticks = tuple(Tick(number, name, name, "rhythm") for number, name in enumerate(columns, 1))
    return Settled(Plan("purchases", "till", ticks), Form("csv", columns, "utf-8", ",")).to_json()


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
