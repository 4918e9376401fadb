"""The forms about contracts: what they ask, how what is typed is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from regulars.attention.models import Contract
from regulars.attention.write import contracts as write
from regulars.insight.errors import RegularsError
from regulars.insight.stage_words import day_words
from regulars.insight.typed import whole_number
from regulars.ledger.checks import LARGEST, minor_digits
from regulars.ledger.dialects.amounts import amount_in
from regulars.records.models import AuditEntry, Colleague
from regulars.records.money import money_words
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.read.knowing import not_yets
from regulars.web.clock import typed_day

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form; ``kind`` is that of its input, "yes-no", or "no-yes" where nothing was before."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    value: str = ""
    required: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its title, its fields, what its button says, and what it does with what is typed.

    ``warnings`` are to be read before it is sent; they refuse nothing.
    """

    title: str
    button: str
    entries: tuple[Entry, ...]
    send: Callable[[Colleague, Typed, int], AuditEntry]
    message: str = ""
    warnings: tuple[str, ...] = ()

    def answered(self, typed: Typed, error: RegularsError) -> Form:
        """Return the form with what was typed and what is wrong with it."""
        entries = tuple(
            replace(one, value=typed.get(one.name, ""), error=error.fields.get(one.name, ""))
            for one in self.entries
        )
        beside = any(one.error for one in entries)
        return replace(self, entries=entries, message="" if beside else error.message)


def money(typed: Typed, name: str, currency: str) -> int | None:
    """Return an amount in minor units, None where nothing is typed.

    Raises
    ------
    RegularsError
        ``amount-unreadable`` for what can be read in two ways or in none, is in another currency, or is
        finer than the currency; ``currency-unknown``.
    """
    text = typed.get(name, "").strip()
    if not text:
        return None
    digits = minor_digits(currency)
    if digits is None:
        sentence = f"{currency!r} is not a currency. Use its three ISO letters, such as EUR."
        raise RegularsError("currency-unknown", sentence, fields={"currency": sentence})
    found = amount_in(text, currency, digits)
    if found is None or abs(found) > LARGEST:
        usual = "1234" + (f".{'0' * digits}" if digits else "")
        sentence = (
            f"{text[:40]!r} can be read in two ways, or in none, as an amount in {currency}. "
            f"Write it without letters, as {usual}."
        )
        raise RegularsError("amount-unreadable", sentence, fields={name: sentence})
    return found


def whole(typed: Typed, name: str) -> int | None:
    """Return a whole number, None where nothing is typed.

    Raises
    ------
    RegularsError
        ``length-unreadable``.
    """
    text = typed.get(name, "").strip()
    if not text:
        return None
    found = whole_number(text, 999_999)
    if found is None:
        sentence = f"{text[:20]!r} is not a whole number."
        raise RegularsError("length-unreadable", sentence, fields={name: sentence})
    return found


def day(typed: Typed, name: str) -> int:
    """Return a day that must be there.

    Raises
    ------
    RegularsError
        ``date-missing`` or ``date-unreadable``.
    """
    found = typed_day(typed.get(name, ""), name)
    if found is None:
        raise RegularsError("date-missing", "Say the day.", fields={name: "Say the day."})
    return found


def _last_day(typed: Typed) -> int | None:
    try:
        return typed_day(typed.get("ends", ""), "ends")
    except RegularsError as error:
        error.message += " Leave it empty where it runs until cancelled."
        raise error.beside("ends") from None


def _term(typed: Typed, number: str, currency: str) -> write.TermTold:
    renews = typed.get("auto_renews", "")
    return write.TermTold(
        number=number,
        start=day(typed, "start"),
        amount=money(typed, "amount", currency),
        currency=currency,
        months=whole(typed, "months"),
        last_day=_last_day(typed),
        item=typed.get("item", ""),
        auto_renews={"yes": True, "no": False}.get(renews),
        notice_days=whole(typed, "notice"),
        reason=typed.get("reason", ""),
    )


def new_contract(customer: int, currency: str, today: int) -> Form:
    """Return the form of a new contract."""

    def send(actor: Colleague, typed: Typed, now: int) -> AuditEntry:
        coin = typed.get("currency", "").strip().upper() or currency
        return write.note_contract(actor, customer, _term(typed, typed.get("number", "").strip(), coin), now)

    entries = (
        Entry("number", "Contract number", hint="As it stands on the paper.", required=True),
        Entry("item", "For what"),
        Entry("start", "First day", "date", value=_iso(today), required=True),
        *_LENGTH,
        _amount("Worth over the whole term, or in a month where it has no end.", required=True),
        Entry("currency", "Currency", value=currency),
        replace(_GOING_ON[0], kind="no-yes"),
        _GOING_ON[1],
    )
    return Form("Note a contract", "Keep", entries, send)


def renewal(contract: Contract, today: int) -> Form:
    """Return the form of a renewal."""

    def send(actor: Colleague, typed: Typed, now: int) -> AuditEntry:
        return write.note_renewal(actor, contract, _term(typed, contract.number, contract.currency), now)

    start = contract.end_day if contract.end_day is not None else today
    entries = (
        Entry("start", "First day of the new term", "date", value=_iso(start), required=True),
        replace(_LENGTH[0], hint="Or say its last day. With neither it runs as long as before."),
        _LENGTH[1],
        _amount(f"In {contract.currency}, over the whole term; {_now(contract)}. Empty: as before."),
        Entry("reason", "Why, if there is something to say"),
        *_GOING_ON,
    )
    return Form(f"Renew {contract.number}", "Keep the renewal", entries, send)


def change(contract: Contract, today: int) -> Form:
    """Return the form of a change within a term."""

    def send(actor: Colleague, typed: Typed, now: int) -> AuditEntry:
        return write.note_change(actor, contract, _term(typed, contract.number, contract.currency), now)

    entries = (
        Entry("start", "From which day on", "date", value=_iso(today), required=True),
        _amount(
            f"In {contract.currency}, what the whole term would be worth from now on; {_now(contract)}. "
            "Empty: as before."
        ),
        Entry("item", "For what", hint="Empty: as before."),
        Entry("reason", "Why"),
        *_GOING_ON,
    )
    return Form(f"Change {contract.number}", "Keep the change", entries, send)


def cancellation(contract: Contract, today: int) -> Form:
    """Return the form of a cancellation."""

    def send(actor: Colleague, typed: Typed, now: int) -> AuditEntry:
        return write.note_cancellation(actor, contract, day(typed, "day"), typed.get("reason", ""), now)

    start = contract.end_day if contract.end_day is not None and contract.end_day > today else today
    entries = (
        Entry("day", "No longer runs from", "date", value=_iso(start), required=True),
        Entry("reason", "Why, in their words if you can", required=True),
    )
    return Form(f"Cancel {contract.number}", "Keep the cancellation", entries, send)


def forecast(contract: Contract, today: int) -> Form:
    """Return the form of a forecast."""

    def send(actor: Colleague, typed: Typed, now: int) -> AuditEntry:
        amount = money(typed, "amount", contract.currency)
        if amount is None:
            raise RegularsError(
                "amount-missing", "Say what you expect.", fields={"amount": "Say what you expect."}
            )
        return write.note_forecast(actor, contract, amount, typed.get("reason", ""), now)

    entries = (
        _amount(
            f"In {contract.currency}, over the next term; {_now(contract)}. 0 when it will be lost.",
            required=True,
        ),
        Entry("reason", "Why you think so", required=True),
    )
    return Form(f"What {contract.number} will renew at", "Keep the forecast", entries, send)


VERBS: Mapping[str, Callable[[Contract, int], Form]] = {
    "renew": renewal,
    "change": change,
    "cancel": cancellation,
    "forecast": forecast,
}


def expansion(customer: int, currency: str, number: str, *, closing: bool) -> Form:
    """Return the form that opens an expansion, or says what became of one.

    Whoever opens one where somebody said "not yet" is told so, in their words: what they may take can be
    noted, and selling it has to wait.
    """

    def send(actor: Colleague, typed: Typed, now: int) -> AuditEntry:
        told = write.ExpansionTold(
            number or typed.get("number", "").strip(),
            typed.get("item", ""),
            money(typed, "amount", currency) or 0,
            currency,
            typed.get("reason", ""),
        )
        act = write.close_expansion if closing else write.open_expansion
        return act(actor, customer, told, now)

    if closing:
        entries: tuple[Entry, ...] = (
            _amount(f"In {currency}, in a year. 0 when they took nothing."),
            Entry("reason", "Why", required=True),
        )
        return Form(f"What became of {number}", "Keep", entries, send)
    entries = (
        Entry("number", "Name or number", hint="By which you will know it again.", required=True),
        Entry("item", "What they may take"),
        _amount(f"In {currency}, in a year."),
        Entry("reason", "What makes you think so"),
    )
    return Form("Note what more they may take", "Keep", entries, send, warnings=tuple(_waiting(customer)))


def _waiting(customer: int) -> Iterator[str]:
    for row in not_yets(customer):
        by = f", {row.by.name} said" if row.by else ""
        again = day_words(epoch_day(row.look_again_on))
        yield f"Not yet{by}: do not sell to them until {row.until.rstrip('.')}. Look again on {again}."


def _now(contract: Contract) -> str:
    """Say what a contract is worth now, over its term or, where none is agreed, in a month."""
    over = "a month" if contract.months is None and contract.end_day is None else "for the term"
    return f"now {money_words(contract.amount, contract.currency)} {over}"


def _iso(epoch: int) -> str:
    return calendar_date(epoch).isoformat()


def _amount(hint: str, *, required: bool = False) -> Entry:
    return Entry("amount", "Amount", hint=hint, required=required)


_LENGTH = (
    Entry(
        "months", "Length in months", "number", "Or say its last day. With neither it runs until cancelled."
    ),
    Entry("ends", "Last day", "date"),
)
_GOING_ON = (
    Entry("auto_renews", "Renews itself", "yes-no"),
    Entry("notice", "Notice, in days", "number"),
)
