"""Another list of contracts beside ours: nothing is written, both values are told."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from regulars.attention.contract_comparison import Comparison, compare_contracts
from regulars.attention.models import Contract
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.cli.contracts import contracts as contracts_command
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact, ImportRun
from regulars.records.read.company import calendar_date
from tests.attention.contracts import contract
from tests.web.factories import customer, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> dict[str, str]:
    """Four contracts of ours, and the last day of each."""
    one, now = customer("Café Nord"), today()
    for number, start in (("C-1", now - 100), ("C-2", now - 90), ("C-3", now - 80), ("C-9", now - 900)):
        contract(one, start, number=number)
    refresh_contracts(None, now)
    return {
        row.number: calendar_date((row.end_day or 0) - 1).isoformat()
        for row in Contract.objects.order_by("number")
    }


def compared(text: str, **how: str) -> Comparison:
    return compare_contracts(lambda: io.BytesIO(text.encode()), "finance.csv", **how)


def listing(ours: dict[str, str]) -> str:
    return (
        "Contract number,Amount,End date\n"
        f'C-1,"1,200.00",{ours["C-1"]}\n'
        f"C-2,1300.00,{ours['C-1']}\n"
        f"C-7,500.00,2030-01-01\nC-9,1200.00,{ours['C-9']}\nC-8,,\n"
    )


def test_an_end_in_the_far_future_is_no_end(ours: dict[str, str]) -> None:
    found = compared("Contract number,Amount,Start date,End date\nC-1,1200.00,2024-01-01,9999-12-31\n")
    [one] = found.differs
    assert one.ends is not None and one.ends[0] is None
    compared("Contract number,Amount,Start date,End date\nC-1,1200.00,9999-12-31,9998-12-31\n")


def test_each_contract_is_the_same_missing_or_different_with_both_values(ours: dict[str, str]) -> None:
    before = Fact.objects.count()
    found = compared(listing(ours))
    assert found.same == 1
    [one] = found.differs
    assert (one.number, one.amounts, one.name) == ("C-2", (130_000, 120_000), "Café Nord")
    assert one.ends is not None
    assert one.ends[1] == one.ends[0] + 10  # type: ignore[operator]
    assert [row.number for row in found.only_there] == ["C-7"]
    assert [row.number for row in found.ended_here] == ["C-9"]
    assert [row.number for row in found.only_here] == ["C-3"]
    assert found.unreadable == (6,)
    assert "1 the same, 1 differ, 1 are missing here" in found.sentence
    assert (Fact.objects.count(), ImportRun.objects.count()) == (before, 0)


def test_amounts_of_a_year_or_a_month_are_compared_as_such(ours: dict[str, str]) -> None:
    assert compared("Contract,ARR\nC-1,1200\n").same == 1
    assert compared("Contract,MRR\nC-1,100.01\n").same == 1, "rounding by the month is no difference"
    [one] = compared("Contract,MRR\nC-1,99\n").differs
    assert one.amounts == (9_900, 10_000)
    assert one.ends is None


def test_an_amount_has_the_decimals_of_its_contract(ours: dict[str, str]) -> None:
    contract(customer("Kissa"), today() - 100, 120_000, number="J-1", currency="JPY")
    refresh_contracts(None, today())
    end = calendar_date((Contract.objects.get(number="J-1").end_day or 0) - 1).isoformat()
    found = compared(f"Contract number,Amount,End date\nJ-1,120000.00,{end}\n")
    assert (found.same, found.differs) == (1, ())


def test_of_a_list_with_a_row_for_each_term_the_last_counts(ours: dict[str, str]) -> None:
    found = compared(f"Contract,Amount,End\nC-1,900,2020-12-31\nC-1,1200,{ours['C-1']}\n")
    assert (found.rows, found.same) == (1, 1)


def test_what_the_list_leaves_open_is_asked_for(ours: dict[str, str]) -> None:
    with pytest.raises(RegularsError, match="needs a column for the contract number"):
        compared("Colour,Size\nred,12\n")
    with pytest.raises(RegularsError) as raised:
        compared("Contract,Amount,End\nC-1,1200.00,01/02/2027\n")
    assert raised.value.code == "date-order-ambiguous"
    with pytest.raises(RegularsError) as raised:
        compared("Contract,Amount\nC-1,1.200\n")
    assert raised.value.code == "decimal-sign-ambiguous"
    assert compared("Contract,Amount\nC-1,1.200\n", decimal=",").same == 1


def test_the_command_prints_words_or_json(ours: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "finance.csv"
    path.write_text(listing(ours), encoding="utf-8")
    said = CliRunner().invoke(contracts_command, ["compare", str(path)]).stdout
    assert "C-2 (Café Nord): 1,300.00 EUR there, 1,200.00 EUR here; until" in said
    assert "C-7: missing here (row 4)" in said
    told = json.loads(CliRunner().invoke(contracts_command, ["compare", str(path), "--json"]).stdout)
    assert (told["same"], told["only_here"][0]["number"]) == (1, "C-3")


def test_the_page_shows_the_difference_and_shreds_the_file(
    ours: dict[str, str], as_max: Any, as_vic: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path)
    file = SimpleUploadedFile("finance.csv", listing(ours).encode())
    answer = as_max.post("/renewals/compare", {"file": file})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "€1,300" in text
    assert "missing here" in text
    assert not list((tmp_path / "uploads").glob("*.sealed"))
    assert as_max.post("/renewals/compare", {}).status_code == 422
    bad = SimpleUploadedFile("colours.csv", b"Colour,Size\nred,12\n")
    assert as_max.post("/renewals/compare", {"file": bad}).status_code == 422
    assert as_vic.get("/renewals/compare").status_code == 403
