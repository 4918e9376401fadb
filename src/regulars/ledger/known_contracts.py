"""What a source has told of contracts so far, so that its next file records only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from regulars.ledger.contract_entries import CONTRACT_KINDS, contract_entry
from regulars.ledger.dialects.contract_rows import Known, KnownEntry
from regulars.records.many import among
from regulars.records.models import Source

_COLUMNS = "message_id, kind, day, amount, currency, item, text, properties"


@dataclass(frozen=True, slots=True)
class _Stored:
    """One fact about a contract as it is stored."""

    message_id: str
    kind: str
    day: int
    amount: int | None
    currency: str
    item: str
    text: str
    properties: str


def known_contracts(source: Source | None) -> Known:
    """Return what looks up the entries of contracts by their numbers, in the order of recording."""
    if source is None:
        return lambda numbers: []
    place = source.pk

    def known(numbers: Sequence[str]) -> list[KnownEntry]:
        condition, wanted = among(sorted(set(numbers)))
        kinds = ", ".join(f"'{kind}'" for kind in CONTRACT_KINDS)
        with connection.cursor() as cursor:
            # The index of serial numbers holds only those that are not empty.
            cursor.execute(
                f"SELECT {_COLUMNS} FROM fact WHERE serial <> '' AND serial {condition} AND source_id = %s "
                f"AND kind IN ({kinds}) ORDER BY id",
                [wanted, place],
            )
            rows = [_Stored(*row) for row in cursor.fetchall()]
        return [KnownEntry(row.message_id, contract_entry(row)) for row in rows]

    return known
