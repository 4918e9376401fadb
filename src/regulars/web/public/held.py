"""What we hold about whoever reads a public page, by kind: that it is held and why, never its words."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.ledger.models import Fact
from regulars.records.models import Knowledge, Note, Outcome, Role, ShareLink

BOUGHT = ("purchase", "refund", "usage")


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is held; the words of a language say what it is and why."""

    key: str


def held_about(share: ShareLink) -> tuple[Holding, ...]:
    """Return what is held of the customer of a link and of the person it was made for.

    Every kind is looked up, so that the page never says that we hold what we do not.
    """
    customer, person = share.customer_id, share.person
    facts = Fact.objects.filter(customer_id=customer)
    outcomes = Outcome.objects.filter(customer_id=customer)
    holds = {
        "customer": bool(share.customer.name),
        "name": person is not None and bool(person.name),
        "title": person is not None and _title(customer, person.pk),
        "email": person is not None and bool(person.email),
        "phone": person is not None and bool(person.phone),
        "outcomes": outcomes.exists(),
        "answers": outcomes.filter(confirmations__isnull=False).exists() or share.last_seen_on is not None,
        "purchases": facts.filter(kind__in=BOUGHT).exists(),
        "entries": facts.exclude(kind__in=BOUGHT).exists(),
        "notes": _notes(customer),
        "link": True,
    }
    return tuple(Holding(key) for key, held in holds.items() if held)


def _title(customer: int, person: int) -> bool:
    return Role.objects.filter(customer_id=customer, person_id=person).exclude(title="").exists()


def _notes(customer: int) -> bool:
    noted = Note.objects.filter(customer_id=customer, removed_at=None).exists()
    return noted or Knowledge.objects.filter(customer_id=customer, ended_on=None).exists()
