"""Wishes: how customers want to work with us, met, unmet or unknown, and why."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import customer_of, person_of, ref_of, today, today_on, told_as
from regulars.attention.read.success import WishShown, success_plan
from regulars.insight.errors import RegularsError
from regulars.insight.wish import wish_test
from regulars.records.models import Wish, WishKind
from regulars.records.opaque import opaque
from regulars.records.read.success import plan_row
from regulars.records.write import wishes as write

router = Router()


class WishOut(Listed):
    """A wish: ``state`` is ``met``, ``unmet`` or ``unknown``, ``why`` what that rests on.

    ``kept`` of the ``counted`` last touchpoints were as they asked; ``by_hand`` where somebody judged.
    """

    customer: str
    kind: str
    text: str
    said_by: str | None
    noted_on: date
    state: str
    why: str
    kept: int
    counted: int
    by_hand: bool


class NewWish(Strict):
    """A wish; ``test`` is what recorded touchpoints can answer, such as phone, 2 days, de or no selling."""

    kind: WishKind
    text: Words
    test: Words = ""
    said_by: str | None = None


class Judged(Strict):
    """A judgement by hand, with what it rests on."""

    state: Wish.Judged
    evidence: Words = ""


def _out(shown: WishShown) -> WishOut:
    row, standing = shown.row, shown.standing
    return WishOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        kind=row.kind,
        text=row.text,
        said_by=ref_of(row.said_by_id),
        noted_on=row.noted_on,
        state=standing.state.word,
        why=standing.words,
        kept=standing.kept,
        counted=standing.counted,
        by_hand=standing.by_hand,
    )


def _shown(wish: Wish) -> WishOut:
    for one in success_plan(wish.customer_id, today()).wishes:
        if one.row.pk == wish.pk:
            return _out(one)
    raise RegularsError("not-found", "This wish no longer holds.", 404)


@router.get("/customers/{ref}/wishes", response={200: Page[WishOut], **ERRORS}, operation_id="wishes")
def wishes(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[WishOut]:
    """How a customer wants to work with us, the unmet ones first."""
    reader(request)
    plan = success_plan(customer_of(ref).pk, today())
    return page_of([_out(one) for one in plan.wishes], limit, after)


@router.post("/customers/{ref}/wishes", response={201: WishOut, **ERRORS}, operation_id="add_wish")
def add_wish(request: HttpRequest, ref: str, body: NewWish) -> Status[WishOut]:
    """Note how a customer wants to work with us."""
    actor, customer = writer(request), customer_of(ref).pk
    with told_as(wish="text"):
        made = write.add_wish(
            actor, customer, body.kind.value, body.text, noted_on=today_on(),
            test=wish_test(body.kind.value, body.test), said_by=person_of(customer, body.said_by, "said_by"),
        )  # fmt: skip
    return Status(201, _shown(made))


@router.post("/wishes/{ref}/judge", response={200: WishOut, **ERRORS}, operation_id="judge_wish")
def judge_wish(request: HttpRequest, ref: str, body: Judged) -> WishOut:
    """Judge a wish by hand; recorded touchpoints count before it, where they tell."""
    actor, wish = writer(request), plan_row(Wish, ref)
    with told_as(judged="state"):
        write.judge_wish(actor, wish, body.state.value, body.evidence, today_on())
    return _shown(wish)
