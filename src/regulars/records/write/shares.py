"""Links by which customers read and confirm what they want to reach. Nothing is shared until one is made."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, Role, ShareAnswer, ShareLink
from regulars.records.read.shares import LANGUAGES, token_hash
from regulars.records.write.audit import record_entry, require

LONGEST_DAYS = 365
"""No link opens for longer without somebody renewing it."""


def share_plan(
    actor: Colleague | None,
    customer: int,
    *,
    person: int | None = None,
    language: str = "",
    days: int = 90,
) -> tuple[ShareLink, str]:
    """Make a link to a customer's plan, and return it with its token, which is kept nowhere.

    Parameters
    ----------
    person
        For whom it is made: somebody at that customer.
    language
        One of `LANGUAGES`; empty leaves it to the reader's browser.

    Raises
    ------
    RegularsError
        ``forbidden``, ``share-days-unfit``, ``language-unknown``, or ``not-found`` for a person who is not
        at this customer.
    """
    require(actor, "write")
    _check_days(days)
    if language and language not in LANGUAGES:
        sentence = f"Shared pages do not speak {language!r}. Choose one of {', '.join(LANGUAGES)}, or none."
        raise RegularsError("language-unknown", sentence, fields={"language": sentence})
    if person is not None and not _is_there(customer, person):
        sentence = "This person is not noted at this customer. Note them first."
        raise RegularsError("not-found", sentence, 404, fields={"person": sentence})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        share = ShareLink.objects.create(
            customer_id=customer,
            person_id=person,
            token_hash=token_hash(token),
            language=language,
            expires_at=timezone.now() + timedelta(days=days),
            created_by=actor,
        )
        record_entry(actor, "share_plan", f"customer {customer}", {"share": share.pk, "days": days})
    return share, token


def renew_share(actor: Colleague | None, share: ShareLink, *, days: int = 90) -> None:
    """Let a link open for so many days from now; one that was revoked stays revoked.

    Raises
    ------
    RegularsError
        ``forbidden``, ``share-days-unfit`` or ``share-revoked``.
    """
    require(actor, "write")
    _check_days(days)
    with transaction.atomic():
        until = timezone.now() + timedelta(days=days)
        if not ShareLink.objects.filter(pk=share.pk, revoked_at=None).update(expires_at=until):
            raise RegularsError("share-revoked", "This link was revoked. Make a new one.", 409)
        record_entry(actor, "renew_share", f"customer {share.customer_id}", {"share": share.pk, "days": days})


def revoke_share(actor: Colleague | None, share: ShareLink) -> None:
    """End a link at once, also for whoever has it open."""
    require(actor, "write")
    with transaction.atomic():
        ShareLink.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now())
        record_entry(actor, "revoke_share", f"customer {share.customer_id}", {"share": share.pk})


def revoke_shares_of_gone(actor: Colleague | None, customer: int, person: int) -> list[int]:
    """End the links of somebody who has no part at a customer any more, and return which those were.

    `restore_shares` opens them again.
    """
    require(actor, "write")
    with transaction.atomic():
        if _is_there(customer, person):
            return []
        open_ones = ShareLink.objects.select_for_update().filter(
            customer_id=customer, person_id=person, revoked_at=None
        )
        ended = [share.pk for share in open_ones.order_by("pk")]
        ShareLink.objects.filter(pk__in=ended).update(revoked_at=timezone.now())
        for share in ended:
            record_entry(actor, "revoke_share", f"customer {customer}", {"share": share})
    return ended


def restore_shares(actor: Colleague | None, customer: int, shares: Sequence[int]) -> None:
    """Open links again that ended because somebody was said to have left."""
    require(actor, "write")
    with transaction.atomic():
        ShareLink.objects.filter(pk__in=shares).update(revoked_at=None)
        for share in shares:
            record_entry(actor, "restore_share", f"customer {customer}", {"share": share})


def answered_once(share: ShareLink, form: str, on: date, act: Callable[[], str]) -> str:
    """Do what a form of a shared page asks for, once, and return what became of it.

    Whoever posts the same form again gets the same answer, and nothing more happens. The day of the first
    and the last answer is noted with it: following the link alone notes nothing.

    Parameters
    ----------
    form
        What tells this form from every other, such as all that was posted.
    act
        Does it, in the same transaction, and says in a word what became of it.
    """
    with transaction.atomic():
        answer, first = ShareAnswer.objects.get_or_create(
            share=share, form_hash=token_hash(form), defaults={"day": on}
        )
        if first:
            answer.became = act()
            answer.save(update_fields=["became"])
            ShareLink.objects.filter(pk=share.pk, first_seen_on=None).update(first_seen_on=on)
            ShareLink.objects.filter(pk=share.pk).update(last_seen_on=on)
            record_entry(None, "answer_share", f"customer {share.customer_id}", {"share": share.pk})
        return answer.became


def _check_days(days: int) -> None:
    if not 1 <= days <= LONGEST_DAYS:
        sentence = f"A link opens for 1 to {LONGEST_DAYS} days, not for {days}."
        raise RegularsError("share-days-unfit", sentence, fields={"days": sentence})


def _is_there(customer: int, person: int) -> bool:
    return Role.objects.filter(customer_id=customer, person_id=person, until=None).exists()
