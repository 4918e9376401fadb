"""What a fact must be before it may enter; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from babel.core import get_global

from regulars.ledger.dialects.incoming import KINDS, IncomingFact

TOMORROW = timedelta(days=2)
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
LARGEST = 10**14
LENGTHS = {"who": 200, "item": 200, "serial": 80, "order_number": 80, "text": 2000}

_FRACTIONS = get_global("currency_fractions")
_CURRENCIES: frozenset[str] = frozenset(get_global("all_currencies"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something cannot be recorded: where, what, and what to do."""

    code: str
    message: str
    column: str = ""


def minor_digits(currency: str) -> int | None:
    """Return how many decimals a currency has (EUR 2, JPY 0, KWD 3), or None when there is no such currency.

    Source
    ------
    CLDR's table of ISO 4217, as Babel ships it.
    """
    if currency not in _CURRENCIES:
        return None
    return int((_FRACTIONS.get(currency) or _FRACTIONS["DEFAULT"])[0])


def checked(fact: IncomingFact, now: datetime) -> Fault | None:
    """Return what is wrong with a fact, or None."""
    return _wrong_shape(fact) or _wrong_time(fact, now) or _wrong_amount(fact)


def _wrong_shape(fact: IncomingFact) -> Fault | None:
    if not 0 < len(fact.message_id) <= 100:
        return Fault("message-id-length", "A message id needs 1 to 100 characters.", "message_id")
    if fact.kind not in KINDS:
        return Fault("kind-unknown", f"There is no kind of fact {fact.kind!r}. Use a declared kind.", "kind")
    for name, longest in LENGTHS.items():
        if len(getattr(fact, name)) > longest:
            return Fault("too-long", f"{name} is longer than {longest} characters. Shorten it.", name)
        if "\x00" in getattr(fact, name):
            return Fault("zero-byte", f"{name} holds a zero byte. Remove it.", name)
    return None


def _wrong_time(fact: IncomingFact, now: datetime) -> Fault | None:
    if fact.occurred_at.tzinfo is None:
        return Fault(
            "time-without-zone", "The time has no time zone. Send one, such as Z for UTC.", "occurred_at"
        )
    if fact.occurred_at >= now + TOMORROW:
        return Fault(
            "in-the-future",
            f"{fact.occurred_at:%Y-%m-%d} is in the future. Correct it, or send it when it has happened.",
            "occurred_at",
        )
    if fact.occurred_at < OLDEST:
        return Fault("too-old", "The date is before 1900. Correct it.", "occurred_at")
    return None


def _wrong_amount(fact: IncomingFact) -> Fault | None:
    if fact.amount is None:
        return None
    if minor_digits(fact.currency) is None:
        return Fault(
            "currency-unknown",
            f"{fact.currency!r} is not a currency. Use its three ISO letters, such as EUR.",
            "currency",
        )
    if abs(fact.amount) > LARGEST:
        return Fault(
            "amount-too-large", "The amount is larger than any currency needs. Correct it.", "amount"
        )
    return None
