"""Knowledge: what we know of a customer, said by them or assumed by us, and how old it is."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import customer_of, person_of, ref_of, today, today_on, told_as
from regulars.attention.read.knowing import ShownCard, shown_cards
from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Knowledge, KnowledgeKind
from regulars.records.opaque import opaque
from regulars.records.read.success import plan_row
from regulars.records.write import knowledge as write

router = Router()


class CardOut(Listed):
    """One card: ``said_by_them``, or assumed by us; ``aged`` when it should be asked again."""

    customer: str
    kind: str
    text: str
    said_by_them: bool
    said_by: str | None
    noted_on: date
    still_true_on: date | None
    noted_by: str
    age_days: int
    aged: bool


class NewCard(Strict):
    """What they said, or what we assume; ``said_by`` is the id of one of theirs."""

    kind: KnowledgeKind
    text: Words
    said_by_them: bool
    said_by: str | None = None


def _out(shown: ShownCard) -> CardOut:
    row = shown.row
    return CardOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        kind=row.kind,
        text=row.text,
        said_by_them=row.said_by_them,
        said_by=ref_of(row.said_by_id),
        noted_on=row.noted_on,
        still_true_on=row.still_true_on,
        noted_by=row.by.name if row.by else "",
        age_days=shown.freshness.age,
        aged=shown.freshness.aged,
    )


def _shown(customer: int, entry: AuditEntry) -> CardOut:
    """Return the card an audit entry is about."""
    for one in shown_cards(customer, today()):
        if one.row.pk == entry.detail["card"]:
            return _out(one)
    raise RegularsError("not-found", "This card is gone.", 404)


@router.get("/customers/{ref}/knowledge", response={200: Page[CardOut], **ERRORS}, operation_id="knowledge")
def knowledge(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[CardOut]:
    """What we know of a customer, by kind, the freshest of a kind first."""
    reader(request)
    return page_of([_out(one) for one in shown_cards(customer_of(ref).pk, today())], limit, after)


@router.post("/customers/{ref}/knowledge", response={201: CardOut, **ERRORS}, operation_id="note_knowledge")
def note_knowledge(request: HttpRequest, ref: str, body: NewCard) -> Status[CardOut]:
    """Note what they said, or what we assume."""
    actor, customer = writer(request), customer_of(ref).pk
    person = person_of(customer, body.said_by, "said_by")
    with told_as(learnt="text"):
        entry = write.note_knowledge(
            actor, customer, body.kind.value, body.text, said_by_them=body.said_by_them, noted_on=today_on(),
            said_by=person.pk if person else None,
        )  # fmt: skip
    return Status(201, _shown(customer, entry))


@router.post("/knowledge/{ref}/still-true", response={200: CardOut, **ERRORS}, operation_id="renew_knowledge")
def renew_knowledge(request: HttpRequest, ref: str) -> CardOut:
    """Say that a card is still true, so that it ages from today on."""
    actor, card = writer(request), plan_row(Knowledge, ref)
    return _shown(card.customer_id, write.renew_knowledge(actor, card, today_on()))
