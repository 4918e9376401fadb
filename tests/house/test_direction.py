"""Each layer imports only from those below it."""

from __future__ import annotations

from tests.house.direction import broken_contracts
from tests.house.sources import SOURCE


def test_every_contract_is_kept() -> None:
    said = broken_contracts(SOURCE.parent)
    assert said == "", said
