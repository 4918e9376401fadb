"""`regulars import` as a person and as a machine use it."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from regulars.cli.imports import import_file, imports_group
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact, ImportRun
from regulars.records.models import FieldDecision

pytestmark = pytest.mark.django_db(transaction=True)

TICKS = ["--map", "customer=customer", "--map", "date=date", "--map", "amount=amount"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path)
    return tmp_path


@pytest.fixture
def log(tmp_path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(
        "customer,date,amount,notes\na,2026-01-05,3.00,x\n,2026-01-05,4.00,y\nb,nonsense,5.00,z\n"
    )
    return path


def run(command, *arguments):
    """Run a command; errors that people can act on come out as they are."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def imported(*arguments):
    return json.loads(run(import_file, *arguments, "--json").stdout)


def test_machines_read_how_many_rows_became_what(log):
    told = imported(log, "--as", "purchases", "--source", "till", *TICKS)
    number = ImportRun.objects.get().pk
    assert told == {
        "import": number, "rows": 3, "recorded": 2, "repeated": 0, "rejected": 1, "anonymous": 1, "customers": 1,
    }  # fmt: skip
    assert imported(log, "--as", "purchases", "--source", "till", *TICKS)["repeated"] == 2


def test_people_read_what_came_in_and_what_to_do_next(log):
    said = run(import_file, log, "--as", "purchases", "--source", "till", *TICKS).stdout
    number = ImportRun.objects.get().pk
    assert "3 rows: 2 recorded, 0 seen before, 1 rejected; 1 without a customer, kept as demand" in said
    assert f"regulars imports rejected {number}" in said
    assert f"regulars imports undo {number}" in said


def test_a_tick_on_the_command_line_keeps_its_purpose(log):
    run(
        import_file, log, "--as", "purchases", "--source", "till", *TICKS, "--purpose", "amount=Rank by stake"
    )
    decided = dict(FieldDecision.objects.filter(place="till").values_list("field", "purpose"))
    assert decided["amount"] == "Rank by stake"
    assert decided["date"]
    assert FieldDecision.objects.get(place="till", field="notes").decision == "leave_out"


def test_nothing_ticked_says_what_it_looks_like_and_takes_nothing(log):
    with pytest.raises(RegularsError) as refused:
        run(import_file, log, "--as", "purchases", "--source", "till")
    assert refused.value.code == "nothing-ticked"
    assert '--map "amount=amount"' in refused.value.message
    assert not ImportRun.objects.exists()


def test_the_second_file_of_a_source_needs_no_ticks(log):
    run(import_file, log, "--as", "purchases", "--source", "till", *TICKS)
    assert imported(log, "--as", "purchases", "--source", "till")["repeated"] == 2


def test_columns_may_be_named_by_number_and_fields_by_their_usual_names(log):
    told = imported(
        log,
        "--as",
        "purchases",
        "--source",
        "till",
        "--map",
        "1=customer_id",
        "--map",
        "2=day",
        "--map",
        "3=total",
    )
    assert told["recorded"] == 2
    assert Fact.objects.exclude(customer=None).get().amount == 300


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("nothing=date", "column-unknown"),
        ("date=flavour", "field-unknown"),
        ("date", "map-unreadable"),
        ("date=", "map-unreadable"),
    ],
)
def test_a_wrong_mapping_says_what_there_is(log, mapping, code):
    with pytest.raises(RegularsError) as refused:
        run(import_file, log, "--as", "purchases", "--map", mapping)
    assert refused.value.code == code


def test_a_dry_run_says_what_would_happen_and_writes_nothing(log):
    said = run(import_file, log, "--as", "purchases", *TICKS, "--dry-run").stdout
    assert "2 would be recorded" in said
    assert "row 4, date" in said
    assert imported(log, "--as", "purchases", *TICKS, "--dry-run")["dry_run"] is True
    assert (ImportRun.objects.count(), Fact.objects.count()) == (0, 0)


def test_rejected_rows_are_fetched_and_an_import_is_undone(log, tmp_path):
    number = imported(log, "--as", "purchases", "--source", "till", *TICKS)["import"]
    out = tmp_path / "rejected.csv"
    run(imports_group, "rejected", number, "--csv", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][:4] == ["b", "nonsense", "5.00", "4"]
    assert f"{number:>5}" in run(imports_group).stdout
    assert json.loads(run(imports_group, "--json").stdout)[0]["recorded"] == 2
    assert json.loads(run(imports_group, "undo", number, "--json").stdout) == {
        "facts": 2,
        "customers": 1,
        "people": 0,
        "again": [],
    }
    assert Fact.objects.count() == 0


def test_a_preset_ticks_its_columns_and_never_the_card(tmp_path):
    path = tmp_path / "payments.csv"
    path.write_text(
        "id,Description,Created (UTC),Amount,Amount Refunded,Currency,Status,Card Last4,Customer ID,Customer Email\n"
        "ch_1,Tea,2026-01-05 23:30,12.00,2.00,eur,Paid,4242,cus_1,ida@example.org\n"
        "ch_2,Tea,2026-01-06 10:00,9.00,0.00,eur,Failed,4242,cus_1,ida@example.org\n"
    )
    told = imported(path, "--as", "purchases", "--preset", "stripe")
    assert (told["recorded"], told["rejected"]) == (1, 1)
    assert sorted(Fact.objects.values_list("kind", "amount", "currency")) == [
        ("purchase", 1200, "EUR"),
        ("refund", 200, "EUR"),
    ]
    assert FieldDecision.objects.get(field="Card Last4").decision == "never"


def test_a_file_in_another_encoding_than_was_said_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("customer,date,amount\nCafé,2026-01-05,3.00\n".encode("latin-1"))
    with pytest.raises(RegularsError, match="is not written in utf-16") as refused:
        run(import_file, path, "--as", "purchases", "--encoding", "utf-16", *TICKS)
    assert refused.value.code == "encoding-unfit"


def test_a_file_parted_by_something_unusual_says_how_to_read_it(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("customer~date~amount\na~2026-01-05~3.00\n")
    with pytest.raises(RegularsError, match="say with --delimiter") as refused:
        run(import_file, path, "--as", "purchases", *TICKS)
    assert refused.value.code == "column-unknown"
    assert imported(path, "--as", "purchases", "--delimiter", "~", *TICKS)["recorded"] == 1
