"""Something real behind every address: a customer, a step, an import, so that a refusal is a refusal."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

TOKEN = "a-link-that-opens-the-plan-of-the-customer"
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
        ShareLink,
        Source,
        Tag,
        ToDo,
    )
    from regulars.records.opaque import opaque
    from regulars.records.read.shares import token_hash

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
    made["share"] = ShareLink.objects.create(
        pk=1_000_117,
        customer=customer,
        token_hash=token_hash(TOKEN),
        expires_at=timezone.now() + timedelta(days=90),
    )
    made |= _known(customer)
    made |= _plan_of(customer)
    return {name: opaque(row.pk) for name, row in made.items()} | {"token": TOKEN}


def _known(customer: Any) -> dict[str, Any]:
    """Make what we know of a customer, and an undo of it."""
    from datetime import date

    from django.utils import timezone

    from regulars.records.models import AuditEntry, Blocker, Knowledge, NotYet

    day = date(2026, 1, 5)
    card = Knowledge.objects.create(
        pk=1_000_121, customer=customer, kind="need", text="Oats", said_by_them=True, noted_on=day
    )
    return {
        "blocker": Blocker.objects.create(
            pk=1_000_120, customer=customer, text="The lease", side="theirs", opened_on=day
        ),
        "card": card,
        "not_yet": NotYet.objects.create(
            pk=1_000_118, customer=customer, until="it works", look_again_on=day
        ),
        "written": AuditEntry.objects.create(
            pk=1_000_119, at=timezone.now(), action="note_knowledge", subject=f"customer {customer.pk}",
            detail={"card": card.pk}, digest="",
        ),
    }  # fmt: skip


def _plan_of(customer: Any) -> dict[str, Any]:
    """Make one of each thing of a success plan."""
    from django.utils import timezone

    from regulars.records.models import (
        Commitment,
        Confirmation,
        Milestone,
        Outcome,
        OutcomeEdit,
        OutcomeTemplate,
        Reading,
        Wish,
    )

    today = timezone.now().date()
    outcome = Outcome.objects.create(pk=1_000_201, customer=customer, sentence="Never out", noted_on=today)
    return {
        "outcome": outcome,
        "edit": OutcomeEdit.objects.create(
            pk=1_000_202, outcome=outcome, version=1, changes={"why": ["", "Guests leave"]}, aside=True
        ),
        "reading": Reading.objects.create(pk=1_000_203, outcome=outcome, day=today, value=3),
        "confirmation": Confirmation.objects.create(
            pk=1_000_204, outcome=outcome, verdict="not_yet", said_on=today
        ),
        "milestone": Milestone.objects.create(pk=1_000_205, customer=customer, text="Fridge there"),
        "promise": Commitment.objects.create(pk=1_000_206, customer=customer, side="ours", text="Call"),
        "wish": Wish.objects.create(
            pk=1_000_207, customer=customer, kind="channel", text="By phone", noted_on=today
        ),
        "template": OutcomeTemplate.objects.create(pk=1_000_208, name="Milk", sentence="Never out of milk"),
    }


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
