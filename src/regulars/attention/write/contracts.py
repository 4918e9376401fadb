"""What colleagues write down of contracts by hand: terms, cancellations, forecasts, expansions.

Each returns the audit entry that takes it back for a while (`attention.write.undo`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from regulars.attention.models import Contract
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.errors import RegularsError
from regulars.insight.months import add_months
from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.checks import LENGTHS, minor_digits
from regulars.ledger.told import told_facts
from regulars.records.models import AuditEntry, Colleague
from regulars.records.read.company import calendar_date
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said_or_blank

MOST_MONTHS, MOST_NOTICE = 1_200, 3_660
MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class TermTold:
    """A term as it is written down: of a new contract, of a renewal, or as it runs after a change.

    Units
    -----
    ``start`` is the epoch day of its first day, or of the change; ``last_day`` is covered still. ``amount``
    in minor units of ``currency``, of the whole term, or of one month without months and last day.
    """

    number: str
    start: int
    amount: int | None
    currency: str
    months: int | None = None
    last_day: int | None = None
    item: str = ""
    auto_renews: bool | None = None
    notice_days: int | None = None
    reason: str = ""


def note_contract(actor: Colleague | None, customer: int, term: TermTold, today: int) -> AuditEntry:
    """Write down a new contract.

    Raises
    ------
    RegularsError
        ``forbidden``, ``contract-known``, or what is wrong with the term, by field.
    """
    require(actor, "write")
    known = Contract.objects.filter(customer=customer, number=term.number).exclude(state="ended")
    if known.exists():
        sentence = f"There is a contract {term.number} already. Renew or change it, or use another number."
        raise RegularsError("contract-known", sentence, fields={"number": sentence})
    if term.amount is None:
        raise _missing_amount()
    return _recorded(actor, "note_contract", [_term(customer, "contract_started", term, today)], today)


def note_renewal(actor: Colleague | None, contract: Contract, term: TermTold, today: int) -> AuditEntry:
    """Write down that a contract goes on for another term.

    Raises
    ------
    RegularsError
        ``forbidden``, ``terms-overlap``, ``currency-changed``, or what is wrong with the term, by field.
    """
    require(actor, "write")
    if term.start <= contract.start_day:
        sentence = f"The term before began on {calendar_date(contract.start_day):%Y-%m-%d}. Start after it."
        raise RegularsError("terms-overlap", sentence, fields={"start": sentence})
    _same_currency(contract, term)
    told = _term(contract.customer_id, "contract_renewed", term, today)
    return _recorded(actor, "note_renewal", [told], today)


def note_change(actor: Colleague | None, contract: Contract, term: TermTold, today: int) -> AuditEntry:
    """Write down that a contract changes within its term; what is left empty stays as it is.

    Raises
    ------
    RegularsError
        ``forbidden``, ``currency-changed``, ``change-outside-term``, or what is wrong, by field.
    """
    require(actor, "write")
    _same_currency(contract, term)
    ended = contract.end_day is not None and term.start >= contract.end_day
    if ended or term.start < contract.first_day:
        sentence = "The contract does not run on that day. Write down a renewal instead, or correct the day."
        raise RegularsError("change-outside-term", sentence, fields={"start": sentence})
    told = _term(contract.customer_id, "contract_changed", term, today)
    return _recorded(actor, "note_change", [told], today)


def note_cancellation(
    actor: Colleague | None, contract: Contract, day: int, reason: str, today: int
) -> AuditEntry:
    """Write down that a contract no longer runs from a day on, which may be ahead, and why.

    Raises
    ------
    RegularsError
        ``forbidden``, ``reason-missing``, ``text-too-long`` or ``ends-before-start``.
    """
    require(actor, "write")
    if day < contract.first_day:
        sentence = "The contract had not begun by then. Correct the day."
        raise RegularsError("ends-before-start", sentence, fields={"day": sentence})
    properties: dict[str, Any] = {"reason": _why(reason)}
    if day > today:
        properties["ends_on"] = calendar_date(day - 1).isoformat()
    told = Told(
        contract.customer_id,
        "contract_cancelled",
        min(day, today),
        subject=contract.number,
        properties=properties,
    )
    return _recorded(actor, "note_cancellation", [told], today)


def note_forecast(
    actor: Colleague | None, contract: Contract, amount: int, reason: str, today: int
) -> AuditEntry:
    """Write down what a colleague expects of the next renewal, 0 when it will be lost, and why.

    Raises
    ------
    RegularsError
        ``forbidden``, ``reason-missing``, ``text-too-long``, ``amount-negative`` or ``no-renewal``.
    """
    require(actor, "write")
    if amount < 0:
        raise RegularsError(
            "amount-negative", "A forecast is 0 or more.", fields={"amount": "Write 0 when it will be lost."}
        )
    if contract.end_day is None or contract.state == Contract.State.ENDED:
        raise RegularsError(
            "no-renewal", f"Contract {contract.number} has no renewal ahead: it has ended, or has no end."
        )
    told = Told(
        contract.customer_id, "renewal_forecast", today, _why(reason), amount=amount,
        currency=contract.currency, subject=contract.number, properties=_by(actor),
    )  # fmt: skip
    return _recorded(actor, "note_forecast", [told], today)


@dataclass(frozen=True, slots=True)
class ExpansionTold:
    """Something more that they may buy, or what became of it.

    Units
    -----
    ``yearly`` in minor units of ``currency``.
    """

    number: str
    item: str
    yearly: int
    currency: str
    reason: str = ""


def open_expansion(
    actor: Colleague | None, customer: int, expansion: ExpansionTold, today: int
) -> AuditEntry:
    """Write down that a customer may take more, and on whose desk that lies: the colleague's who writes.

    Raises
    ------
    RegularsError
        ``forbidden``, ``number-missing``, ``expansion-known``, ``amount-negative``, ``text-too-long`` or
        ``currency-unknown``.
    """
    require(actor, "write")
    told = _expansion(customer, "expansion_opened", expansion, today, actor)
    opened = told_facts(["expansion_opened"], customers=[customer], until_day=today)
    if any(fact.subject == told.subject for fact in opened):
        raise RegularsError(
            "expansion-known", f"There is {told.subject} already. Say what became of it, or use another name."
        ).beside("number")
    return _recorded(actor, "open_expansion", [told], today)


def close_expansion(
    actor: Colleague | None, customer: int, expansion: ExpansionTold, today: int
) -> AuditEntry:
    """Write down what became of an expansion: its yearly amount, 0 when nothing, and why.

    Raises
    ------
    RegularsError
        ``forbidden``, ``number-missing``, ``reason-missing``, ``amount-negative``, ``text-too-long`` or
        ``currency-unknown``.
    """
    require(actor, "write")
    _why(expansion.reason)
    told = _expansion(customer, "expansion_closed", expansion, today, actor)
    return _recorded(actor, "close_expansion", [told], today)


def _expansion(
    customer: int, kind: str, expansion: ExpansionTold, today: int, actor: Colleague | None
) -> Told:
    _check_number(expansion.number)
    _check_currency(expansion.currency)
    _refuse_negative(expansion.yearly, "An expansion is worth 0 or more.")
    reason = _words(expansion.reason)
    return Told(
        customer, kind, today, item=_item(expansion.item), amount=expansion.yearly,
        currency=expansion.currency, subject=expansion.number,
        properties={**({"reason": reason} if reason else {}), **_by(actor)},
    )  # fmt: skip


def _term(customer: int, kind: str, term: TermTold, today: int) -> Told:
    _check_number(term.number)
    _check_term(term)
    told: Mapping[str, Any] = {
        "months": term.months,
        "ends_on": None if term.last_day is None else calendar_date(term.last_day).isoformat(),
        "starts_on": calendar_date(term.start).isoformat() if term.start > today else None,
        "auto_renews": term.auto_renews,
        "notice_days": term.notice_days,
        "reason": _words(term.reason) or None,
    }
    return Told(
        customer,
        kind,
        min(term.start, today),
        item=_item(term.item),
        amount=term.amount,
        currency=term.currency if term.amount is not None else "",
        subject=term.number,
        properties={name: value for name, value in told.items() if value is not None},
    )


def _check_number(number: str) -> None:
    if not 0 < len(number) <= LENGTHS["serial"]:
        sentence = f"Give it a number of 1 to {LENGTHS['serial']} letters, such as the one on the paper."
        raise RegularsError("number-missing", sentence, fields={"number": sentence})


def _check_currency(currency: str) -> None:
    if minor_digits(currency) is None:
        sentence = f"{currency!r} is not a currency. Use its three ISO letters, such as EUR."
        raise RegularsError("currency-unknown", sentence, fields={"currency": sentence})


def _check_term(term: TermTold) -> None:
    if term.amount is not None:
        _check_currency(term.currency)
        _refuse_negative(term.amount, "A contract is worth 0 or more.")
    if term.last_day is not None and term.last_day < term.start:
        sentence = "It ends before it starts. Correct one of the days."
        raise RegularsError("ends-before-start", sentence, fields={"ends": sentence})
    for name, number, most in (
        ("months", term.months, MOST_MONTHS),
        ("notice", term.notice_days, MOST_NOTICE),
    ):
        if number is not None and not (1 if name == "months" else 0) <= number <= most:
            sentence = f"Write a whole number up to {most:,}."
            raise RegularsError("length-unreadable", sentence, fields={name: sentence})
    if term.months and term.last_day is not None and term.last_day + 1 != add_months(term.start, term.months):
        sentence = f"{term.months} months end on another day. Say one of the two."
        raise RegularsError("length-unreadable", sentence, fields={"months": sentence})


def _same_currency(contract: Contract, term: TermTold) -> None:
    if term.amount is not None and term.currency != contract.currency:
        sentence = (
            f"Contract {contract.number} is in {contract.currency}. "
            f"Write down one in {term.currency} under a number of its own."
        )
        raise RegularsError("currency-changed", sentence, fields={"currency": sentence})


def _missing_amount() -> RegularsError:
    sentence = "Say what it is worth; 0 where it is free."
    return RegularsError("amount-missing", sentence, fields={"amount": sentence})


def _why(reason: str) -> str:
    if not reason.strip():
        sentence = "Say why in a few words: it is what the others read."
        raise RegularsError("reason-missing", sentence, fields={"reason": sentence})
    return _words(reason)


def _words(reason: str) -> str:
    return said_or_blank(reason, at_most=MOST_WORDS, field="reason")


def _item(item: str) -> str:
    return said_or_blank(item, at_most=LENGTHS["item"], field="item")


def _refuse_negative(amount: int, sentence: str) -> None:
    if amount < 0:
        raise RegularsError("amount-negative", sentence, fields={"amount": "Write 0 or more."})


def _by(actor: Colleague | None) -> dict[str, Any]:
    return {"colleague": actor.pk} if actor is not None else {}


def _recorded(actor: Colleague | None, action: str, told: list[Told], today: int) -> AuditEntry:
    """Record what was told with its trail and what follows from it; the returned entry undoes it."""
    # Named here, so that undoing it takes away this entry and no other that was written at the same moment.
    named = [replace(one, message_id=secrets.token_hex(12)) for one in told]
    with transaction.atomic():
        record_told(named)
        refresh_contracts([told[0].customer], today)
        detail = {"about": told[0].subject, "messages": [one.message_id for one in named]}
        return record_entry(actor, action, f"customer {told[0].customer}", detail)
