"""Files in: complete, nothing doubled, nothing that nobody ticked, and all of it can be taken back."""

import csv
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger import imports, seal
from regulars.ledger.dialects.fields import field_of
from regulars.ledger.files.upload import uploads
from regulars.ledger.imports import carrying_out, undoing
from regulars.ledger.imports.lock import alone
from regulars.ledger.models import DroppedProperty, DueCustomer, Fact, ImportRun, Rejection
from regulars.ledger.plans import Plan, Tick, run_sentence
from regulars.records.models import Customer, FieldDecision, Knowledge, Person, Role, Source
from regulars.records.read.company import company
from regulars.records.write.company import change_company
from tests.flows.till_exports import MAPPING, till_exports

pytestmark = pytest.mark.django_db(transaction=True)

CDNOW = Path(find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path / "home")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def ticks(form_names, mapping, kind, **levels):
    names = list(form_names)
    return tuple(
        Tick(
            names.index(name) + 1,
            name,
            field,
            field_of(kind, field).purpose or "Needed",
            levels.get(field, "prospect"),
        )
        for name, field in mapping.items()
        if name in names
    )


def bring(path, mapping, kind="purchases", source="till", actor=None, levels=None, **options):
    run = imports.open_path(actor, path, kind)
    look = imports.look(run, kind=kind, path=path, header=options.get("header"))
    plan = Plan(kind, source, ticks(look.form.names, mapping, kind, **(levels or {})), **options)
    imports.plan_import(actor, run, plan, path)
    return imports.run_import(imports.begin_run(actor, run, path).pk, path=path)


def upload(actor, path, mapping, kind="purchases", source="till", **options):
    run = imports.open_upload(actor, io.BytesIO(path.read_bytes()), path.name, kind)
    look = imports.look(run)
    imports.plan_import(actor, run, Plan(kind, source, ticks(look.form.names, mapping, kind), **options))
    return imports.run_import(run.pk)


def counts(run):
    return run.recorded, run.repeated, run.rejected


def written(tmp_path, text, name="file.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


SIMPLE = {"customer": "customer", "date": "date", "amount": "amount"}


# --- the CDNOW log ---


def test_the_whole_cdnow_log_is_accounted_for_as_text_and_as_csv(tmp_path):
    mapping = {
        "customer_id": "customer",
        "date": "date",
        "number_of_cds": "quantity",
        "dollar_value": "amount",
    }
    first = bring(CDNOW, mapping, source="cdnow")
    assert counts(first) == (69_659, 0, 0)
    assert (first.customers_new, Customer.objects.count()) == (23_570, 23_570)
    assert counts(bring(CDNOW, mapping, source="cdnow")) == (0, 69_659, 0)
    rows = [line.split() for line in CDNOW.read_text().splitlines()]
    again = tmp_path / "cdnow.csv"
    with again.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    assert counts(bring(again, mapping, source="cdnow")) == (0, 69_659, 0)
    assert Fact.objects.count() == 69_659
    total = sum(round(float(row[3]) * 100) for row in rows[1:])
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(amount), MIN(day), COUNT(DISTINCT customer_id) FROM fact")
        assert cursor.fetchone() == (total, (date(1997, 1, 1) - date(1970, 1, 1)).days, 23_570)


def test_columns_parted_by_blanks_without_a_header_are_numbered(tmp_path):
    path = written(
        tmp_path, " 00001 19970101  1   11.77\n 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n"
    )
    run = bring(path, {"1": "customer", "2": "date", "3": "quantity", "4": "amount"})
    assert counts(run) == (3, 0, 0)
    assert Fact.objects.filter(customer__identifiers__value="00001").count() == 2


# --- overlapping till exports ---


@pytest.mark.parametrize("lines", [True, False])
def test_overlapping_till_exports_double_nothing_and_lose_nothing(tmp_path, lines):
    exports = till_exports(tmp_path, lines=lines)
    mapping = {name: field for name, field in MAPPING.items() if lines or name != "Line"}
    first = bring(exports.first, mapping)
    second = bring(exports.second, mapping)
    assert (first.rejected, second.rejected) == (0, 0)
    assert first.recorded == exports.rows_first
    assert first.recorded + second.recorded == len(exports.rows) == Fact.objects.count()
    assert second.recorded + second.repeated == exports.rows_second
    assert Fact.objects.filter(customer=None).count() == exports.unnamed
    assert Fact.objects.filter(kind="refund").count() == exports.refunds
    assert Fact.objects.exclude(customer=None).values("customer").distinct().count() == exports.cards
    sign = {"purchase": 1, "refund": -1}
    total = sum(sign[kind] * amount for kind, amount in Fact.objects.values_list("kind", "amount"))
    assert total == sum(row.total for row in exports.rows)
    assert not Fact.objects.filter(amount__lt=0).exists()


def test_equal_rows_without_order_numbers_are_separate_and_overlap_once(tmp_path):
    one = written(
        tmp_path, "date,item,amount\n2026-01-05,Tea,3\n2026-01-05,Tea,3\n2026-01-06,Tea,3\n", "one.csv"
    )
    two = written(
        tmp_path,
        "date,item,amount\n2026-01-06,Tea,3\n2026-01-06,Tea,3\n2026-01-05,Tea,3\n2026-01-07,Tea,3\n",
        "two.csv",
    )
    mapping = {"date": "date", "item": "item", "amount": "amount"}
    assert counts(bring(one, mapping)) == (3, 0, 0)
    # The sixth was still going on when the first file was written: its second tea is new, the rest is not.
    assert counts(bring(two, mapping)) == (2, 2, 0)
    assert Fact.objects.count() == 5


RECEIPTS = {"date": "date", "who": "customer", "worth": "amount", "what": "item", "receipt": "order_number"}


def receipts(first, last, lines):
    """Return rows of a till whose receipt numbers begin again every morning."""
    days = [date(2026, 1, 1) + timedelta(days=day) for day in range(first, last)]
    rows = [
        f"{day} 09:0{number}:00,C{number},3.50,Tea,{number}{',1' * lines}"
        for day in days
        for number in range(1, 4)
    ]
    return "\n".join([f"date,who,worth,what,receipt{',line' * lines}", *rows]) + "\n"


@pytest.mark.parametrize("lines", [False, True])
def test_receipt_numbers_that_begin_again_every_day_lose_no_sale_and_double_none(tmp_path, lines):
    mapping = {**RECEIPTS, "line": "line"} if lines else RECEIPTS
    assert counts(bring(written(tmp_path, receipts(0, 9, lines), "one.csv"), mapping)) == (27, 0, 0)
    assert counts(bring(written(tmp_path, receipts(5, 12, lines), "two.csv"), mapping)) == (9, 12, 0)


def test_a_receipt_number_of_last_year_is_another_sale_this_year(tmp_path):
    head = "date,who,worth,what,receipt\n"
    bring(written(tmp_path, f"{head}2025-01-05,a,3.50,Tea,17\n"), RECEIPTS)
    assert counts(bring(written(tmp_path, f"{head}2026-01-05,b,3.50,Tea,17\n"), RECEIPTS)) == (1, 0, 0)


def test_rows_of_an_order_without_a_date_of_their_own_are_known_again(tmp_path):
    text = "date,who,worth,what,receipt\n2026-01-05 10:00,a,3.50,Tea,17\n,,2.00,Cup,17\n,,2.00,Cup,17\n"
    assert counts(bring(written(tmp_path, text), RECEIPTS)) == (3, 0, 0)
    more = f"{text}2026-01-06,b,1.00,Cup,18\n"
    assert counts(bring(written(tmp_path, more), RECEIPTS)) == (1, 3, 0)


@pytest.mark.parametrize("mapping", [SIMPLE, {**SIMPLE, "receipt": "order_number"}])
@pytest.mark.parametrize("offset", ["Z", "+02:00", "", " (zone)"])
def test_a_company_that_moves_to_another_zone_doubles_nothing(tmp_path, ana, mapping, offset):
    zone = "America/New_York" if "zone" in offset else ""
    end = "" if zone else offset
    text = "customer,date,amount,receipt\n" + "".join(
        f"a,2026-01-{day:02d}T23:30:00{end},5.00,{day}\n" for day in range(1, 9)
    )
    assert counts(bring(written(tmp_path, text), mapping, zone=zone)) == (8, 0, 0)
    change_company(ana, {"timezone": "Europe/Berlin"})
    more = f"{text}a,2026-01-09T10:30:00{end},5.00,9\n"
    assert counts(bring(written(tmp_path, more), mapping, zone=zone)) == (1, 8, 0)


def test_receipts_of_one_number_and_one_day_of_utc_are_two_where_the_offset_is_written(tmp_path):
    text = (
        "date,who,worth,what,receipt,line\n"
        "2026-01-05T20:00:00-05:00,a,3.50,Tea,7,1\n2026-01-06T18:00:00-05:00,b,3.50,Tea,7,1\n"
    )
    assert counts(bring(written(tmp_path, text), {**RECEIPTS, "line": "line"})) == (2, 0, 0)


def test_a_source_tells_its_rows_apart_the_same_way_in_every_file(tmp_path):
    path = written(tmp_path, "customer,date,amount,item\na,2026-01-05,3,Tea\n")
    everything = {**SIMPLE, "item": "item"}
    bring(path, SIMPLE)
    assert counts(bring(path, everything)) == (0, 1, 0)
    with pytest.raises(RegularsError) as refused:
        bring(path, {"customer": "customer", "date": "date"})
    assert refused.value.code == "identity-field-missing"


def test_orders_of_several_rows_are_filled_down_and_refunds_beside_sales_are_kept(tmp_path):
    path = written(
        tmp_path,
        "Name,Email,Financial Status,Created at,Currency,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount\n"
        "#1001,ida@example.org,paid,2026-01-05 10:00:00 +0100,EUR,2,Tea,3.50,0.00\n"
        "#1001,ida@example.org,,,,1,Cup,12.00,\n"
        "#1002,,partially_refunded,2026-01-06 11:00:00 +0100,EUR,1,Pot,40.00,15.00\n"
        "#1003,max@example.org,voided,2026-01-06 12:00:00 +0100,EUR,1,Pot,40.00,0.00\n",
    )
    run = imports.open_path(None, path, "")
    look = imports.look(run, path=path)
    assert (look.preset, look.kind) == ("shopify", "purchases")
    ticked = tuple(
        Tick(column.number, column.name, column.field, column.purpose)
        for column in look.columns
        if column.field != "ignore"
    )
    imports.plan_import(None, run, Plan("purchases", "shop", ticked), path)
    run = imports.run_import(imports.begin_run(None, run, path).pk, path=path)
    assert counts(run) == (3, 0, 1)
    assert Rejection.objects.get().code == "not-a-sale"
    facts = list(
        Fact.objects.order_by("id").values_list("kind", "order_number", "amount", "item", "customer__name")
    )
    assert facts[0][1:4] == ("#1001", 700, "Tea")
    assert facts[1][1:4] == ("#1001", 1200, "Cup")
    assert facts[0][4] == facts[1][4] == "ida@example.org"
    assert ("refund", "#1002", 1500) in {fact[:3] for fact in facts}
    assert Person.objects.get(email="ida@example.org").roles.count() == 1


# --- what never comes in ---


def bytes_under(folder):
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        database = Path(connection.settings_dict["NAME"])
        files = [database, *database.parent.glob(database.name + "-*")]
    else:
        files = []
    return b"\0".join(file.read_bytes() for file in [*files, *folder.rglob("*")] if file.is_file())


def test_what_is_never_taken_leaves_no_byte_behind(tmp_path, home, ana):
    exports = till_exports(tmp_path, sensitive=True)
    with exports.first.open(encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    secrets = {cell for row in rows[1:] for cell in row[-3:] if cell}
    broken = [[*rows[1][:-3], *rows[1][-3:]], [*rows[2][:-3], *rows[2][-3:]]]
    broken[0][rows[0].index("Date")] = "no date"
    broken[1].insert(3, "one cell too many")
    with exports.first.open("a", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(broken)
    run = upload(ana, exports.first, MAPPING)
    assert (run.recorded, run.rejected) == (exports.rows_first, 2)
    left = bytes_under(home)
    assert len(secrets) > 100
    assert [secret for secret in secrets if len(secret) > 5 and secret.encode() in left] == []
    assert set(FieldDecision.objects.filter(decision="never").values_list("field", flat=True)) == {
        "Birth date", "Card number", "Annual income",
    }  # fmt: skip
    assert set(FieldDecision.objects.filter(decision="leave_out").values_list("field", flat=True)) == {
        "Unit price"
    }


def test_an_upload_is_unreadable_on_disk_from_its_first_byte(tmp_path, home, ana):
    path = written(tmp_path, "customer,date,amount,notes\na,2026-01-05,3,a secret word\n")
    run = imports.open_upload(ana, io.BytesIO(path.read_bytes()), "file.csv")
    assert [row[3] for row in imports.look(run).rows] == ["a secret word"]
    assert b"secret" not in bytes_under(home)
    imports.drop_upload(ana, run)
    assert not list((home / "uploads").glob("*.sealed"))
    assert not ImportRun.objects.exists()


def test_what_is_never_taken_is_dropped_from_ticked_columns_and_counted(tmp_path, home):
    path = written(
        tmp_path,
        "customer,date,amount,note\n"
        "a,2026-01-05,3,paid with 4111 1111 1111 1111\nb,2026-01-05,4,born 12.03.1980\nc,2026-01-05,5,likes tea\n"
        "d,2026-01-05,5,likes tea\ne,2026-01-05,5,likes tea\nf,2026-01-05,5,likes tea\n4111111111111111,2026-01-05,6,\n",
    )
    run = bring(path, {**SIMPLE, "note": "text"})
    assert (counts(run), run.anonymous) == ((7, 0, 0), 1)
    kept = bytes_under(home)
    # Four digits alone stand in a digest now and then.
    assert b"4111 1111" not in kept
    assert b"41111111" not in kept
    assert b"12.03.1980" not in kept
    assert dict(DroppedProperty.objects.values_list("name", "times")) == {
        "note: a card number": 1, "note: a birth date": 1, "customer: a card number": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cells"),
    [("Geburtsdatum", ["x"] * 3), ("Whatever", ["4111111111111111", "5500005555555559", "378282246310005"])],
)
def test_a_column_that_is_never_taken_cannot_be_ticked(tmp_path, column, cells):
    path = written(
        tmp_path, f"customer,date,{column}\n" + "".join(f"a,2026-01-05,{cell}\n" for cell in cells)
    )
    with pytest.raises(RegularsError) as refused:
        bring(path, {"customer": "customer", "date": "date", column: "text"})
    assert refused.value.code == "never-taken"
    assert column in refused.value.fields
    run = imports.open_path(None, path, "purchases")
    look = imports.look(run, path=path)
    assert look.columns[2].refused
    assert [row[2] for row in look.rows] == [""] * 3


def test_every_tick_needs_a_purpose(tmp_path):
    path = written(tmp_path, "customer,date\na,2026-01-05\n")
    run = imports.open_path(None, path, "purchases")
    with pytest.raises(RegularsError) as refused:
        imports.plan_import(None, run, Plan("purchases", "x", (Tick(2, "date", "date", " "),)), path)
    assert (refused.value.code, list(refused.value.fields)) == ("purpose-missing", ["date"])
    with pytest.raises(RegularsError) as refused:
        imports.plan_import(None, run, Plan("purchases", "x", ()), path)
    assert refused.value.code == "nothing-ticked"


def test_contact_details_wait_until_their_moment(tmp_path):
    path = written(
        tmp_path, "customer,date,email\na,2026-01-05,a@x.org\na,2026-01-09,a@x.org\nb,2026-01-09,b@x.org\n"
    )
    mapping = {"customer": "customer", "date": "date", "email": "email"}
    bring(path, mapping, levels={"email": "repeat"})
    assert list(Person.objects.values_list("email", flat=True)) == ["a@x.org"]
    assert dict(DroppedProperty.objects.values_list("name", "times")) == {"email: too soon": 1}


LATER = "not before a contract"


@pytest.mark.parametrize("kind", ["purchases", "usage", "touchpoints"])
def test_whatever_waits_is_held_back_from_facts_and_customers(tmp_path, kind):
    fields = {
        "purchases": ["customer_name", "email", "item", "serial", "order_number", "channel", "text"],
        "usage": ["customer_name", "item", "serial", "text"],
        "touchpoints": ["customer_name", "channel", "language", "text"],
    }[kind]
    head, cells = ",".join(fields), ",".join(f"{LATER} {field}" for field in fields)
    path = written(
        tmp_path,
        f"customer,date,status,amount,{head},hobby,branch\nC1,2026-01-05,refunded,5,{cells},{LATER} hobby,North\n"
        f",2026-01-05,paid,5,{cells},{LATER} hobby,North\n"
        * (1 if kind == "purchases" else 0)
        or f"customer,date,{head},hobby,branch\nC1,2026-01-05,{cells},{LATER} hobby,North\n",
    )
    mapping = {"customer": "customer", "date": "date", "branch": "property", "hobby": "property"}
    mapping |= {"status": "status", "amount": "amount"} if kind == "purchases" else {}
    mapping |= {field: field for field in fields}
    waiting = [name for name in mapping if name in (*fields, "hobby")]
    run = imports.open_path(None, path, kind)
    names = path.read_text().splitlines()[0].split(",")
    planned = tuple(
        Tick(names.index(name) + 1, name, field, "Needed", "contract" if name in waiting else "prospect")
        for name, field in mapping.items()
    )
    imports.plan_import(None, run, Plan(kind, "till", planned), path)
    imports.run_import(imports.begin_run(None, run, path).pk, path=path)
    kept = json.dumps(
        [
            list(Fact.objects.values()),
            list(Customer.objects.values("name", "identifiers__value")),
            list(Person.objects.values()),
        ],
        default=str,
    )
    assert Fact.objects.count() == (3 if kind == "purchases" else 1)
    assert LATER not in kept
    assert all(fact.properties["branch"] == "North" for fact in Fact.objects.all())
    held = set(DroppedProperty.objects.values_list("name", flat=True))
    assert held >= {"customer_name: too soon", "hobby: too soon"}


def test_a_customer_waits_to_be_named_and_known_by_contact(tmp_path):
    path = written(
        tmp_path, "customer,name,first,last,mail\nC1,Berg GmbH,Ida,Berg,ida@example.org\nC2,,Max,Tal,\n"
    )
    mapping = {
        "customer": "customer", "name": "customer_name", "first": "first_name", "last": "last_name", "mail": "email",
    }  # fmt: skip
    late = dict.fromkeys(("customer_name", "first_name", "last_name", "email"), "contract")
    bring(path, mapping, kind="customers", levels=late)
    assert set(Customer.objects.values_list("name", flat=True)) == {"C1", "C2"}
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("field", "mapping"),
    [
        ("email", {"name": "customer_name", "mail": "email"}),
        ("customer_name", {"name": "customer_name"}),
        ("customer", {"name": "customer", "mail": "email"}),
    ],
)
def test_what_tells_the_customer_cannot_wait(tmp_path, field, mapping):
    path = written(tmp_path, "name,mail\nIda Berg,ida@example.org\n")
    with pytest.raises(RegularsError) as refused:
        bring(path, mapping, kind="customers", levels={field: "contract"})
    assert refused.value.code == "cannot-wait"
    assert not Customer.objects.exists()


def test_an_amount_cannot_wait_and_an_address_that_tells_the_customer_usually_does_not(tmp_path):
    path = written(tmp_path, "customer,date,amount\na,2026-01-05,3\n")
    with pytest.raises(RegularsError, match="Column amount is part of every row"):
        bring(path, SIMPLE, levels={"amount": "contract"})
    path = written(tmp_path, "name,mail\nIda Berg,ida@example.org\n")
    for header, usual in (("name,mail", "prospect"), ("customer,mail", "first_purchase")):
        path = written(tmp_path, f"{header}\nIda Berg,ida@example.org\n")
        look = imports.look(imports.open_path(None, path, "customers"), path=path)
        assert [column.not_before for column in look.columns] == ["prospect", usual]


def test_a_rejected_row_keeps_nothing_that_waits(tmp_path):
    path = written(tmp_path, "customer,date,amount,mail,item\nC1,never,5.00,ida@example.org,secret\n")
    mapping = {**SIMPLE, "mail": "email", "item": "item"}
    run = bring(path, mapping, levels={"email": "contract", "item": "repeat"})
    assert Rejection.objects.get().row == {
        "customer": "C1", "date": "never", "amount": "5.00", "mail": "", "item": "",
    }  # fmt: skip
    assert "secret" not in "".join(imports.rejected_csv(run))


def test_columns_kept_under_their_own_name_are_properties_and_others_are_not(tmp_path):
    path = written(tmp_path, "customer,date,branch,colour\na,2026-01-05,North,red\n")
    bring(path, {"customer": "customer", "date": "date", "branch": "property"})
    assert Fact.objects.get().properties == {"branch": "North"}


# --- bad files ---


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "file-empty"),
        ("blank.csv", b"\n\n  \n", "file-empty"),
        ("header.csv", b"customer,date,amount\n", "file-empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00" * 50, "file-unreadable"),
        ("damaged.xlsx", b"PK\x03\x04 this is no workbook", "file-unreadable"),
        ("damaged.parquet", b"PAR1 nothing here", "file-unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RegularsError) as refused:
        imports.look(imports.open_path(None, path, "purchases"), path=path)
    assert refused.value.code == code
    assert name in refused.value.message
    assert "again" in refused.value.message


def test_a_missing_file_is_said_plainly(tmp_path):
    with pytest.raises(RegularsError, match=r"nowhere\.csv cannot be read"):
        imports.open_path(None, tmp_path / "nowhere.csv", "purchases")


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path):
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(bytes(1 << 20))
    with pytest.raises(RegularsError) as refused:
        imports.look(imports.open_path(None, path, "purchases"), path=path)
    assert refused.value.code == "file-too-packed"


BAD_ROWS = (
    "customer,date,amount,currency\n"
    "a,2026-01-05,3.00,EUR\n"
    "b,not a date,3.00,EUR\n"
    "c,2026-01-05,three,EUR\n"
    "d,2026-01-05,3.00,QQQ\n"
    f"e,{date.today() + timedelta(days=40)},3.00,EUR\n"  # noqa: DTZ011
    "f,2026-01-05,3.00,EUR,surplus\n"
    "g,,3.00,EUR\n"
    "h,1850-01-05,3.00,EUR\n"
    "i,2026-01-05,1000,JPY\n"
    "j,2026-01-05"
)
BAD_MAPPING = {**SIMPLE, "currency": "currency"}


def test_bad_rows_are_named_and_good_rows_still_get_in(tmp_path):
    run = bring(written(tmp_path, BAD_ROWS), BAD_MAPPING)
    assert counts(run) == (2, 0, 8)
    found = {
        rejection.row_number: (rejection.code, rejection.column) for rejection in Rejection.objects.all()
    }
    assert found == {
        3: ("date-unreadable", "date"),
        4: ("amount-unreadable", "amount"),
        5: ("currency-unknown", "currency"),
        6: ("in-the-future", "date"),
        7: ("too-many-cells", ""),
        8: ("date-missing", "date"),
        9: ("too-old", "date"),
        11: ("row-cut-short", ""),
    }
    assert dict(Fact.objects.values_list("currency", "amount")) == {"EUR": 300, "JPY": 1000}
    assert Rejection.objects.get(row_number=7).row == {}


def test_a_price_finer_than_the_currency_is_rounded_once_and_after_it_is_multiplied(tmp_path):
    text = "date,customer,price,quantity\n" + "".join(
        f"2026-01-0{day},a,{cells}\n"
        for day, cells in enumerate(("0.0045,10000", "0.333,3", "2.50,", "1.00,-2", ",3"), 1)
    )
    mapping = {name: name for name in ("date", "customer", "price", "quantity")}
    assert counts(bring(written(tmp_path, text), mapping)) == (5, 0, 0)
    amounts = list(Fact.objects.order_by("day").values_list("kind", "amount"))
    assert amounts == [
        ("purchase", 4500), ("purchase", 100), ("purchase", 250), ("refund", 200), ("purchase", None),
    ]  # fmt: skip


def test_a_price_times_a_quantity_beyond_any_amount_rejects_its_row_alone(tmp_path):
    text = "date,customer,price,quantity\n2026-01-01,a,5.00,1\n2026-01-02,a,400000000000,900000000\n"
    mapping = {name: name for name in ("date", "customer", "price", "quantity")}
    assert counts(bring(written(tmp_path, text), mapping)) == (1, 0, 1)
    assert Rejection.objects.get().code == "amount-too-large"


@pytest.mark.parametrize("kind", ["purchases", "usage", "touchpoints"])
def test_days_that_programs_write_for_none_are_refused(tmp_path, kind):
    days = [
        "1899-12-30",
        "1900-01-01",
        "1970-01-01",
        "1970-01-01 00:00:00",
        "1970-01-01T00:00:00Z",
        "1970-01-02",
    ]
    path = written(tmp_path, "customer,date\n" + "".join(f"a,{day}\n" for day in [*days, "1969-12-31"]))
    change_company(None, {"timezone": "America/New_York"})
    run = bring(path, {"customer": "customer", "date": "date"}, kind=kind, date_order="ymd")
    assert counts(run) == (2, 0, 5)
    assert set(Rejection.objects.values_list("code", flat=True)) == {"too-old", "date-unlikely"}
    assert all(one.message.endswith(".") for one in Rejection.objects.all())


def test_strict_takes_nothing_when_a_row_is_bad(tmp_path):
    with pytest.raises(RegularsError) as refused:
        bring(written(tmp_path, BAD_ROWS), BAD_MAPPING, strict=True)
    assert refused.value.code == "strict-rejected"
    assert "row 3" in refused.value.message
    assert (Fact.objects.count(), Rejection.objects.count(), Customer.objects.count()) == (0, 0, 0)


def test_rejected_rows_can_be_mended_and_imported_again(tmp_path):
    text = "customer,date,amount\n=cmd(),2026-01-05,three\nb,2026-99-05,4.00\nc,2026-01-05,5.00\n"
    run = bring(written(tmp_path, text), SIMPLE)
    lines = "".join(imports.rejected_csv(run))
    assert "'=cmd()" in lines
    rows = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert rows[0] == ["customer", "date", "amount", "Row", "Column", "Reason"]
    assert [row[3:5] for row in rows[1:]] == [["2", "amount"], ["3", "date"]]
    mended = lines.replace("three", "3.00").replace("2026-99-05", "2026-01-05")
    assert counts(bring(written(tmp_path, mended, "mended.csv"), SIMPLE)) == (2, 0, 0)
    assert Customer.objects.filter(name="=cmd()").exists()


def test_a_duplicate_header_is_told_apart_by_number(tmp_path):
    path = written(tmp_path, "customer,date,amount,amount\na,2026-01-05,3.00,4.00\n")
    look = imports.look(imports.open_path(None, path, "purchases"), path=path)
    assert [column.name for column in look.columns] == ["customer", "date", "amount", "amount (4)"]
    assert "column 4" in look.notices[0]
    bring(path, {"customer": "customer", "date": "date", "amount (4)": "amount"})
    assert Fact.objects.get().amount == 400


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_common_delimiter_and_encoding_is_read(tmp_path, delimiter, encoding):
    rows = [["Kunde", "Datum", "Betrag", "Bemerkung"]] + [
        [f"Käthe Größe {number}", f"{number % 28 + 1:02}.01.2026", f"{number},50", 'sagt: "schön"\nund geht']
        for number in range(30)
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = written(tmp_path, text.getvalue(), encoding=encoding)
    run = bring(path, {"Kunde": "customer", "Datum": "date", "Betrag": "amount", "Bemerkung": "text"})
    assert counts(run) == (30, 0, 0)
    assert Customer.objects.filter(name="Käthe Größe 7").exists()
    assert Fact.objects.get(customer__name="Käthe Größe 7").amount == 750
    assert "schön" in Fact.objects.first().text


def test_bytes_that_fit_no_letter_reject_their_row_alone(tmp_path):
    path = tmp_path / "file.csv"
    good = "".join(f"k{number},2026-01-05,3.00\n" for number in range(40_000))
    path.write_bytes(b"customer,date,amount\n" + good.encode() + b"Gr\xf6\xdfe,2026-01-05,3.00\n")
    run = bring(path, SIMPLE)
    assert counts(run) == (40_000, 0, 1)
    assert Rejection.objects.get().code == "letters-unreadable"


def test_day_and_month_are_asked_when_no_row_of_the_file_tells(tmp_path):
    path = written(tmp_path, "customer,date,amount\na,03/04/2026,3.00\nb,05/06/2026,4.00\n")
    with pytest.raises(RegularsError) as asked:
        bring(path, SIMPLE)
    assert asked.value.code == "date-order-ambiguous"
    assert "--date-order" in asked.value.message
    bring(path, SIMPLE, date_order="mdy")
    assert Fact.objects.order_by("day").first().day == (date(2026, 3, 4) - date(1970, 1, 1)).days
    far = "".join(f"a,{number % 12 + 1:02}/{number % 11 + 1:02}/2025,3.00\n" for number in range(15_000))
    late = written(tmp_path, "customer,date,amount\n" + far + "b,31/12/2025,4.00\n", "late.csv")
    look = imports.look(imports.open_path(None, late, "purchases"), path=late)
    assert look.questions == ()


def test_days_are_the_companys_own(tmp_path):
    change_company(None, {"timezone": "Pacific/Auckland"})
    path = written(tmp_path, "customer,date,amount\na,2026-01-05T23:30:00Z,3.00\nb,2026-01-05 23:30,3.00\n")
    bring(path, SIMPLE)
    days = [
        (date(1970, 1, 1) + timedelta(days=day), minute)
        for day, minute in Fact.objects.order_by("-day").values_list("day", "minute")
    ]
    assert days == [(date(2026, 1, 6), 12 * 60 + 30), (date(2026, 1, 5), 23 * 60 + 30)]


def test_spreadsheets_and_parquet_are_read_like_csv(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as parquet

    path = tmp_path / "file.parquet"
    moments = [datetime(2026, 1, 5, 10, tzinfo=UTC), datetime(2026, 1, 6, 10, tzinfo=UTC)]
    parquet.write_table(pa.table({"customer": ["a", None], "date": moments, "amount": [3.5, 4.0]}), path)
    run = bring(path, SIMPLE)
    assert (counts(run), run.anonymous) == ((2, 0, 0), 1)
    assert list(Fact.objects.order_by("day").values_list("amount", flat=True)) == [350, 400]
    sheet = tmp_path / "file.xlsx"
    sheet.write_bytes(
        workbook(
            [
                ["customer", "date", "amount"],
                ["a", "2026-01-05T10:00:00Z", 3.5],
                ["", "2026-01-06T10:00:00Z", 4],
            ]
        )
    )
    assert counts(bring(sheet, SIMPLE)) == (0, 2, 0)


def workbook(rows):
    """The smallest XLSX file that holds these rows."""
    import zipfile
    from xml.sax.saxutils import escape

    def cell(value):
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return packed.getvalue()


# --- other kinds of file ---


def test_customers_and_people_come_in_with_kind_parent_and_contact(tmp_path, ana):
    path = written(
        tmp_path,
        "Customer ID,Company,Industry,Parent account,Account owner,Contact name,Email,Phone\n"
        "c1,Ida's Café,Cafés,c9,ana@example.org,Ida,ida@x.org,+49 30 1234\nc2,Zwei GmbH,Offices,,,,,\n",
    )
    mapping = {
        "Customer ID": "customer", "Company": "customer_name", "Industry": "kind_of_customer",
        "Parent account": "parent", "Account owner": "owner", "Contact name": "person_name", "Email": "email",
        "Phone": "phone",
    }  # fmt: skip
    run = bring(path, mapping, "customers", "crm")
    assert counts(run) == (2, 0, 0)
    ida = Customer.objects.get(name="Ida's Café")
    assert (ida.kind.name, ida.owner, ida.parent.identifiers.get().value) == ("Cafés", ana, "c9")
    assert Person.objects.get().phone_reversed == "43210394"
    assert counts(bring(path, mapping, "customers", "crm")) == (0, 2, 0)
    undone = imports.undo_import(None, run.pk)
    assert (undone.customers, undone.people) == (3, 1)
    assert not Customer.objects.exists()


def test_usage_and_touchpoints_come_in_as_facts(tmp_path):
    path = written(tmp_path, "customer,date,feature\na,2026-01-05,export\n")
    bring(path, {"customer": "customer", "date": "date", "feature": "item"}, "usage", "app")
    path = written(tmp_path, "customer,date,channel,note\na,2026-01-05,phone,asked about cups\n", "calls.csv")
    bring(
        path,
        {"customer": "customer", "date": "date", "channel": "channel", "note": "text"},
        "touchpoints",
        "app",
    )
    assert sorted(Fact.objects.values_list("kind", "item", "text")) == [
        ("touchpoint", "", "asked about cups"),
        ("usage", "export", ""),
    ]
    assert Fact.objects.get(kind="touchpoint").properties == {"channel": "phone"}


# --- dry run, undo, permissions ---


def test_a_dry_run_counts_what_the_import_then_does_and_writes_nothing(tmp_path):
    path = written(tmp_path, BAD_ROWS)
    run = imports.open_path(None, path, "purchases")
    look = imports.look(run, path=path)
    imports.plan_import(
        None, run, Plan("purchases", "till", ticks(look.form.names, BAD_MAPPING, "purchases")), path
    )
    told = imports.dry_run(run, None, path)
    assert (Fact.objects.count(), Customer.objects.count(), Source.objects.count()) == (0, 0, 0)
    run = imports.run_import(imports.begin_run(None, run, path).pk, path=path)
    assert (told.recorded, told.repeated, told.rejected) == counts(run)
    assert told.customers_new == run.customers_new
    assert (told.faults[0].row_number, told.complete) == (3, True)


@pytest.mark.parametrize(
    ("cells", "alike"),
    [(["Café Süd", "Max Tal"], 1), (["Café Süd", "C17"], 0), (["café süd"], 0), (["Max Tal"], 0)],
)
def test_a_dry_run_says_which_new_customers_are_named_like_one_that_is_here(tmp_path, cells, alike):
    people = written(tmp_path, "customer,name\nK1,Café Süd\nK2,Ida Berg\n", "crm.csv")
    bring(people, {"customer": "customer", "name": "customer_name"}, kind="customers", source="crm")
    path = written(tmp_path, "customer,date,amount\n" + "".join(f"{cell},2026-01-05,3\n" for cell in cells))
    run = imports.open_path(None, path, "purchases")
    look = imports.look(run, path=path)
    plan = Plan("purchases", "till", ticks(look.form.names, SIMPLE, "purchases"))
    imports.plan_import(None, run, plan, path)
    told = imports.dry_run(run, None, path)
    assert (told.customers_new, told.named_alike) == (len(cells), alike)
    assert ("named exactly like" in told.advice) == bool(alike)
    bring(path, SIMPLE)
    again = imports.dry_run(run, None, path)
    assert (again.customers_new, again.named_alike, again.advice) == (0, 0, "")


def test_undo_takes_back_everything_the_run_brought_and_nothing_else(tmp_path, ana):
    first = bring(written(tmp_path, "customer,date,amount\na,2026-01-05,3.00\n", "1.csv"), SIMPLE)
    second = bring(
        written(
            tmp_path, "customer,date,amount\na,2026-01-06,3.00\nb,2026-01-06,x\nc,2026-01-06,1\n", "2.csv"
        ),
        SIMPLE,
    )
    undone = imports.undo_import(ana, second.pk)
    assert (undone.facts, undone.customers) == (2, 1)
    assert list(Customer.objects.values_list("name", flat=True)) == ["a"]
    assert list(Fact.objects.values_list("import_run", flat=True)) == [first.pk]
    assert not Rejection.objects.exists()
    assert DueCustomer.objects.count() == 1
    with pytest.raises(RegularsError) as refused:
        imports.undo_import(ana, second.pk)
    assert refused.value.code == "import-undone"
    assert counts(bring(tmp_path / "2.csv", SIMPLE)) == (2, 0, 1)


def test_an_undo_that_is_broken_off_leaves_due_whose_facts_are_gone(tmp_path, ana, monkeypatch):
    rows = [f"c{number},2026-01-0{day},3.00\n" for number in range(5) for day in range(1, 5)]
    head = "customer,date,amount\n"
    bring(written(tmp_path, head + "".join(rows[::2]), "1.csv"), SIMPLE)
    run = bring(written(tmp_path, head + "".join(rows[1::2]), "2.csv"), SIMPLE)
    DueCustomer.objects.all().delete()
    monkeypatch.setattr(undoing, "UNDO_BATCH", 4)
    real, pieces = seal.unseal_facts, []

    def killed_at_the_second(span):
        pieces.append(span)
        if len(pieces) == 2:
            raise KeyboardInterrupt
        return real(span)

    with monkeypatch.context() as patch:
        patch.setattr(seal, "unseal_facts", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            imports.undo_import(ana, run.pk)
    assert (Fact.objects.count(), DueCustomer.objects.count()) == (16, 2)
    assert imports.undo_import(ana, run.pk).facts == 6
    assert DueCustomer.objects.count() == 5


def test_undo_says_which_later_file_to_bring_in_again(tmp_path, ana):
    rows = [f"a,2026-01-0{day},3.00\n" for day in range(1, 7)]
    head = "customer,date,amount\n"
    first = bring(written(tmp_path, head + "".join(rows[:4]), "1.csv"), SIMPLE)
    second = bring(written(tmp_path, head + "".join(rows[2:]), "2.csv"), SIMPLE)
    assert counts(second) == (2, 2, 0)
    assert imports.undo_import(ana, second.pk).advice == "", "the earlier file still holds its rows"
    bring(tmp_path / "2.csv", SIMPLE)
    assert "2.csv" in imports.undo_import(ana, first.pk).advice
    assert Fact.objects.count() == 2
    assert counts(bring(tmp_path / "2.csv", SIMPLE)) == (2, 2, 0)
    assert Fact.objects.count() == 4


def test_undo_keeps_a_customer_of_whom_somebody_wrote_down_what_they_know(tmp_path, ana):
    run = bring(written(tmp_path, "customer,date,amount\na,2026-01-05,3.00\nb,2026-01-05,4.00\n"), SIMPLE)
    known = Customer.objects.get(name="a")
    Knowledge.objects.create(
        customer=known, kind="need", text="Oats", said_by_them=True, noted_on=date(2026, 1, 6)
    )
    imports.undo_import(ana, run.pk)
    assert list(Customer.objects.values_list("name", flat=True)) == ["a"]
    assert Knowledge.objects.get().customer == known


CARD = {"customer": "customer", "kind": "kind_of_customer", "owner": "owner"}


def test_undo_keeps_customers_of_whom_another_file_or_a_colleague_said_something(tmp_path, ana):
    day = "2026-01-05,3.00\n"
    rows = "".join(f"{who},{day}" for who in ("filed", "owned", "waits", "known", "nobody"))
    run = bring(written(tmp_path, f"customer,date,amount\n{rows}", "1.csv"), SIMPLE)
    named = {"customer": "customer", "name": "customer_name"}
    bring(written(tmp_path, "customer,name\nfiled,Filed GmbH\n", "2.csv"), named, "customers")
    Customer.objects.filter(name="owned").update(owner=ana)
    Customer.objects.filter(name="waits").update(not_before=date(2030, 1, 1))
    known = Customer.objects.get(name="known")
    known.identifiers.create(source=Source.objects.create(slug="crm", name="CRM"), value="K-9")
    assert imports.undo_import(ana, run.pk).customers == 1
    assert set(Customer.objects.values_list("name", flat=True)) == {"Filed GmbH", "owned", "waits", "known"}


def test_undo_takes_back_the_kind_and_owner_that_the_file_itself_brought(tmp_path, ana):
    path = written(tmp_path, f"customer,kind,owner\na,shop,{ana.email}\nb,cafe,\nc,cafe,\n")
    run = bring(path, CARD, "customers")
    Customer.objects.filter(name="c").update(owner=ana)
    assert imports.undo_import(ana, run.pk).customers == 2
    assert Customer.objects.get().name == "c"


def test_undo_keeps_people_whom_anything_refers_to_and_roles_set_by_hand(tmp_path, ana):
    rows = "".join(f"a,{name},buyer\n" for name in ("Ida", "Jon", "Kim")) + "b,Lou,champion\n"
    mapping = {"customer": "customer", "person": "person_name", "role": "role"}
    run = bring(written(tmp_path, "customer,person,role\n" + rows), mapping, "people")
    a = Customer.objects.get(name="a")
    Knowledge.objects.create(
        customer=a,
        kind="need",
        text="Oats",
        said_by_them=True,
        noted_on=date(2026, 1, 6),
        said_by=Person.objects.get(name="Ida"),
    )
    Role.objects.filter(person__name="Jon").update(since=date(2026, 1, 1))
    assert imports.undo_import(ana, run.pk).people == 2
    assert set(Role.objects.values_list("person__name", "customer__name")) == {("Ida", "a"), ("Jon", "a")}
    assert Knowledge.objects.get().said_by.name == "Ida"
    assert list(Customer.objects.values_list("name", flat=True)) == ["a"]


def test_only_one_process_holds_a_run_even_if_another_had_opened_its_lock_before():
    with alone(7):
        waiting = (uploads() / "run-7.lock").open("w")
    with waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(RegularsError) as refused, alone(7):
            pass
    assert refused.value.code == "import-under-way"


def test_only_those_who_may_import_and_undo(tmp_path, ana, max, vic):
    path = written(tmp_path, "customer,date,amount\na,2026-01-05,3.00\n")
    with pytest.raises(RegularsError):
        imports.open_upload(vic, io.BytesIO(b"x"), "file.csv")
    run = upload(max, path, SIMPLE)
    with pytest.raises(RegularsError) as refused:
        imports.undo_import(max, run.pk)
    assert refused.value.code == "forbidden"
    assert imports.undo_import(ana, run.pk).facts == 1


def test_the_worker_carries_out_what_was_started(tmp_path, ana):
    from regulars.ledger.tasks import import_task

    path = written(tmp_path, "customer,date,amount\na,2026-01-05,3.00\n")
    run = imports.open_upload(ana, io.BytesIO(path.read_bytes()), "file.csv")
    imports.plan_import(
        ana, run, Plan("purchases", "till", ticks(["customer", "date", "amount"], SIMPLE, "purchases"))
    )
    assert imports.start_import(ana, run).state == "queued"
    with pytest.raises(RegularsError):
        imports.start_import(ana, run)
    assert import_task.func(run.pk) == "done"
    run.refresh_from_db()
    assert (run.recorded, run.stored_as) == (1, "")


# --- killed in the middle ---

KILLED = """
import os, sys, django
django.setup()
import regulars.cli.imports
from regulars.server.main import main
main()
"""


def _regulars(home, *arguments):
    environment = {
        **os.environ,
        "REGULARS_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "regulars.server.settings",
    }
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_killed_in_the_middle_and_run_again_it_is_complete_and_nothing_doubled(tmp_path):
    import sqlite3

    home = tmp_path / "killed"
    environment = {
        **os.environ,
        "REGULARS_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "regulars.server.settings",
    }
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True
    )
    path = tmp_path / "log.csv"
    rows = [
        f"C{number % 3000},{date(2024, 1, 1) + timedelta(days=number // 200)},{number % 7}.50"
        for number in range(60_000)
    ]
    path.write_text("customer,date,amount\n" + "\n".join(rows) + "\n")
    arguments = ["import", path, "--as", "purchases", "--source", "log"]
    arguments += [part for name, field in SIMPLE.items() for part in ("--map", f"{name}={field}")]

    def recorded():
        with sqlite3.connect(home / "regulars.sqlite3", timeout=30) as database:
            return database.execute("SELECT COUNT(*) FROM fact").fetchone()[0]

    kills = 0
    for goal in (1, 25_000):
        running = _regulars(home, *arguments, "--json")
        while running.poll() is None and recorded() < goal:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        kills += running.returncode == -signal.SIGKILL
    assert kills
    assert 0 < recorded() <= 60_000
    ended = _regulars(home, *arguments, "--json")
    out, err = ended.communicate()
    assert ended.returncode == 0, err
    told = json.loads(out)
    assert (told["rows"], recorded()) == (60_000, 60_000)
    assert told["recorded"] + told["repeated"] == 60_000
    with sqlite3.connect(home / "regulars.sqlite3") as database:
        assert database.execute("SELECT COUNT(*), COUNT(DISTINCT customer_id) FROM fact").fetchone() == (
            60_000,
            3_000,
        )
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT COUNT(*) FROM import_run").fetchone() == (1,)


def test_what_a_continued_run_brings_was_learnt_when_it_was_continued(tmp_path, monkeypatch):
    rows = [
        f"C{number % 50},{date(2024, 1, 1) + timedelta(days=number // 200)},1.50" for number in range(12_000)
    ]
    path = written(tmp_path, "customer,date,amount\n" + "\n".join(rows) + "\n")
    real = carrying_out._write

    def killed_in_the_second_batch(run, *given):
        if run.rows_read:
            raise KeyboardInterrupt
        real(run, *given)

    with monkeypatch.context() as patch:
        patch.setattr(carrying_out, "_write", killed_in_the_second_batch)
        with pytest.raises(KeyboardInterrupt):
            bring(path, SIMPLE)
    run = ImportRun.objects.get()
    assert run.rows_read == Fact.objects.count() == 10_000
    long_ago = datetime(2024, 6, 1, tzinfo=UTC)
    Fact.objects.update(received_at=long_ago, received_day=company().day_of(long_ago))
    ImportRun.objects.update(started_at=long_ago)
    before = timezone.now()
    imports.run_import(run.pk, path=path)
    assert Fact.objects.filter(received_at__gte=before).count() == 2_000
    assert Fact.objects.filter(received_day__gte=company().day_of(before)).count() == 2_000


def test_one_row_is_one_row():
    run = ImportRun(recorded=1, customers_new=1)
    assert run_sentence(run) == "1 row: 1 recorded, 0 seen before, 0 rejected; 1 customer is new."
