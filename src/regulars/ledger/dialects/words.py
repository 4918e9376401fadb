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


def says(cell: str, words: frozenset[str]) -> bool:
    """Return whether a cell says one of these words.

    Example
    -------
    >>> says("Partially refunded", REFUNDED), says("Refund", RETURNS), says("PAYMENT", RETURNS)
    (False, True, False)
    """
    plain = words_of(cell)
    return plain in words or (words is RETURNS and any(word in words for word in plain.split()))
