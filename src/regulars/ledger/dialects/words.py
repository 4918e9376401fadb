"""Words in cells that change what a row means, in several languages. Pure."""

from __future__ import annotations

from regulars.ledger.dialects.names import words_of

ANONYMOUS = frozenset(
    {
        "", "-", "--", "n/a", "na", "none", "null", "nan", "guest", "walk-in", "walk in", "walkin", "anonymous",
        "unknown", "cash customer", "gast", "laufkunde", "laufkundschaft", "barverkauf", "anonym", "unbekannt",
        "client de passage", "anonyme", "invité", "anónimo", "cliente generico", "anonimo", "anoniem", "passant",
    }
)  # fmt: skip
RETURNS = frozenset(
    {
        "refund", "refunded", "return", "returned", "chargeback", "credit note", "retoure", "ruckgabe",
        "ruckerstattung", "erstattung", "gutschrift", "storno", "remboursement", "retour", "avoir", "reembolso",
        "devolucion", "rimborso", "reso", "devolucao", "terugbetaling", "retur", "refusjon", "zwrot",
    }
)  # fmt: skip
NO_SALE = frozenset(
    {
        "failed", "declined", "voided", "void", "canceled", "cancelled", "blocked", "expired", "incomplete",
        "requires payment method", "payout", "fehlgeschlagen", "abgebrochen", "abgelehnt", "storniert",
        "auszahlung", "echec", "echoue", "annule", "refuse", "fallido", "anulado", "rechazado", "fallito",
        "annullato", "mislukt", "geannuleerd",
    }
)  # fmt: skip
REFUNDED = frozenset({"refunded", "erstattet", "rembourse", "reembolsado", "rimborsato", "terugbetaald"})

ENDED = frozenset(
    {
        "cancelled", "canceled", "cancelled by customer", "ended", "terminated", "churned", "expired", "inactive", "lost",
        "closed", "gekundigt", "beendet", "abgelaufen", "inaktiv", "resilie", "termine", "expire", "cancelado",
        "terminado", "vencido", "disdetto", "scaduto", "opgezegd", "beeindigd", "verlopen",
    }
)  # fmt: skip
INBOUND = frozenset(
    {"in", "inbound", "incoming", "received", "from customer", "eingehend", "entrant", "entrante", "inkomend"}
)
OUTBOUND = frozenset(
    {"out", "outbound", "outgoing", "sent", "to customer", "ausgehend", "sortant", "saliente", "uitgaand"}
)
YES = frozenset(
    {"yes", "y", "true", "1", "x", "on", "ja", "j", "oui", "o", "si", "s", "sim", "tak", "auto", "automatic"}
)
NO = frozenset(
    {"no", "n", "false", "0", "off", "nein", "non", "nao", "nee", "nie", "nej", "nei", "manual", "none"}
)


def yes_no(cell: str) -> bool | None:
    """Return what a cell says to a question of yes or no, None when it says neither.

    Example
    -------
    >>> yes_no("Ja"), yes_no("FALSE"), yes_no("perhaps") is None
    (True, False, True)
    """
    if says(cell, YES):
        return True
    return False if says(cell, NO) else None


def says(cell: str, words: frozenset[str]) -> bool:
    """Return whether a cell says one of these words.

    Example
    -------
    >>> says("Partially refunded", REFUNDED), says("Refund", RETURNS), says("PAYMENT", RETURNS)
    (False, True, False)
    """
    plain = words_of(cell)
    return plain in words or (words is RETURNS and any(word in words for word in plain.split()))
