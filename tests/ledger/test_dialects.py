"""Cells as people and tills write them: dates, amounts, names, and what tells rows apart."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.ledger.checks import minor_digits
from regulars.ledger.dialects.amounts import (
    currency_hint,
    decimal_of,
    decimal_sign,
    looks_like_a_number,
    minor_units,
)
from regulars.ledger.dialects.dates import DateReader, date_order, looks_like_a_date, split_moment
from regulars.ledger.dialects.guesses import guessed_fields, guessed_kind, refused_column
from regulars.ledger.dialects.names import field_named
from regulars.ledger.dialects.occurrences import Occurrences
from regulars.ledger.dialects.presets import PRESETS, preset_fields, preset_for
from regulars.ledger.dialects.words import NO_SALE, RETURNS, says

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-03-05", "ymd", date(2024, 3, 5)),
        ("20240305", "ymd", date(2024, 3, 5)),
        ("05.03.2024", "dmy", date(2024, 3, 5)),
        ("05/03/2024", "dmy", date(2024, 3, 5)),
        ("05/03/2024", "mdy", date(2024, 5, 3)),
        ("5/3/24", "mdy", date(2024, 5, 3)),
        ("24-03-05", "ymd", date(2024, 3, 5)),
        ("2024/03/05", "dmy", date(2024, 3, 5)),
        ("5 Mar 2024", "dmy", date(2024, 3, 5)),
        ("Mar 5, 2024", "dmy", date(2024, 3, 5)),
        ("March 5 2024", "dmy", date(2024, 3, 5)),
        ("5. März 2024", "dmy", date(2024, 3, 5)),
        ("5 mars 2024", "dmy", date(2024, 3, 5)),
        ("05-Mar-2024", "dmy", date(2024, 3, 5)),
        ("Tue, 5 Mar 2024", "dmy", date(2024, 3, 5)),
    ],
)
def test_dates_in_the_usual_writings(text, order, expected):
    parts = split_moment(text, order)
    assert parts is not None
    assert parts[0] == expected
    assert looks_like_a_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-13-05",
        "2024-02-30",
        "12",
        "12.50",
        "C-0042",
        "hello",
        "2024-03-05 25:00",
        "4111111111111111",
    ],
)
def test_what_is_no_date_is_none(text):
    assert DateReader("ymd", UTC).read(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-07-01 10:30", datetime(2024, 7, 1, 8, 30, tzinfo=UTC)),
        ("2024-07-01T10:30:15", datetime(2024, 7, 1, 8, 30, 15, tzinfo=UTC)),
        ("2024-07-01T10:30:00Z", datetime(2024, 7, 1, 10, 30, tzinfo=UTC)),
        ("2024-07-01 10:30:00 +0500", datetime(2024, 7, 1, 5, 30, tzinfo=UTC)),
        ("2024-07-01 10:30:00.123 UTC", datetime(2024, 7, 1, 10, 30, tzinfo=UTC)),
        ("2024-07-01 3:04 PM", datetime(2024, 7, 1, 13, 4, tzinfo=UTC)),
        ("2024-07-01 12:04 am", datetime(2024, 6, 30, 22, 4, tzinfo=UTC)),
        ("2024-03-31 02:30", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
        ("1719829800", datetime(2024, 7, 1, 10, 30, tzinfo=UTC)),
    ],
)
def test_times_are_the_companys_unless_an_offset_is_written(text, expected):
    moment = DateReader("ymd", BERLIN).read(text)
    assert moment is not None
    assert datetime.fromtimestamp(moment[0], UTC) == expected


def test_a_date_alone_is_a_day_where_the_company_is_and_has_no_minute():
    for zone in ("Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin"):
        moment = DateReader("ymd", ZoneInfo(zone)).read("2024-07-01")
        assert moment is not None
        assert moment[1:3] == ((date(2024, 7, 1) - date(1970, 1, 1)).days, None)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "UTC"]),
)
def test_the_quick_way_reads_what_the_careful_way_reads(moment, name):
    zone = ZoneInfo(name)
    # What is written without an offset means the first of an hour that comes twice.
    moment = moment.replace(microsecond=0, fold=0)
    text = f"{moment:%Y-%m-%d %H:%M:%S}"
    quick = DateReader("ymd", zone).read(text)
    assert DateReader("ymd", zone).column([text, text]) in ([quick, quick], None)
    aware = moment.replace(tzinfo=zone)
    assert quick is not None
    assert quick[0] == int(aware.timestamp())
    local = aware.astimezone(UTC).astimezone(zone)
    if (local.hour, local.minute) == (moment.hour, moment.minute):
        assert quick[1:3] == ((moment.date() - date(1970, 1, 1)).days, moment.hour * 60 + moment.minute)


@given(st.text(max_size=40))
def test_no_cell_breaks_the_readers(text):
    DateReader("dmy", BERLIN).read(text)
    decimal_of(text, ".")
    decimal_of(text, ",")
    decimal_sign([text])
    date_order([text])
    looks_like_a_number(text)
    looks_like_a_date(text)
    currency_hint(text)
    field_named(text)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["03/04/2024", "04/05/2024"], "?"),
        (["03/04/2024", "31/05/2024"], "dmy"),
        (["03/04/2024", "05/31/2024"], "mdy"),
        (["03.04.2024"], "dmy"),
        (["2024-04-03"], "ymd"),
        (["3 Apr 2024"], ""),
        ([], ""),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_whole_column_or_asked(values, expected):
    assert date_order(values) == expected


@pytest.mark.parametrize(
    ("text", "sign", "expected"),
    [
        ("12.50", ".", "12.50"),
        ("12,50", ",", "12.50"),
        ("1.234,50", ",", "1234.50"),
        ("1,234.50", ".", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("1 234,50 €", ",", "1234.50"),
        ("$1,234.50", ".", "1234.50"),
        ("(12.50)", ".", "-12.50"),
        ("12.50-", ".", "-12.50"),
        ("−12,50", ",", "-12.50"),
        ("EUR 12", ".", "12"),
        ("12,34,567.89", ".", "1234567.89"),
        ("'-5.00", ".", "-5.00"),
    ],
)
def test_amounts_in_the_usual_writings(text, sign, expected):
    assert decimal_of(text, sign) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("12,50", "."),
        ("12.50", ","),
        ("1.234,50", "."),
        ("1,234.50", ","),
        ("1,234.567,89", "."),
        ("", "."),
        ("abc", "."),
        ("1.2.3", "."),
        ("NaN", "."),
    ],
)
def test_an_amount_under_the_wrong_sign_is_refused_not_misread(text, sign):
    assert decimal_of(text, sign) is None


@pytest.mark.parametrize(
    "text",
    [
        "siehe S. 3",
        "12 EUR net",
        "12k",
        "12 K",
        "EUR 12k",
        "12k EUR",
        "3 Mio.",
        "3 Mio. €",
        "1.5M",
        "2m",
        "4 Tsd",
        "1e5",
        "1.2E3",
        "5 lakh",
    ],
)
def test_thousands_in_letters_are_refused_not_cut_off(text):
    assert decimal_of(text, ".") is None


@pytest.mark.parametrize(
    "text",
    [
        "1O.50",
        "5 EUR 50",
        "5€50",
        "2 x 5.00",
        "5.00 x2",
        "1 of 3",
        "12 $ 5",
        "1. O 5",
        "5 m2",
        "1 zł 5",
        "EUR 5 (USD 6)",
    ],
)
def test_letters_between_digits_make_no_number_of_both(text):
    assert decimal_of(text, ".") is None
    assert decimal_of(text.replace(".", ","), ",") is None


@pytest.mark.parametrize("text", ["5 m", "5 kg", "5 pcs", "5 Kč", "5 Stk.", "MXN 5", "5 MXN", "KM 5", "BRL5"])
def test_units_and_currencies_beside_a_number_are_no_thousands(text):
    assert decimal_of(text, ".") == 5


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1.234"], "?"),
        (["1.234", "0.5"], "."),
        (["1.234.567"], ","),
        (["3,5"], ","),
        (["1,234.00"], "."),
        (["12"], ""),
        (["0.125"], "."),
    ],
)
def test_the_decimal_sign_is_told_or_asked(values, expected):
    assert decimal_sign(values) == expected


@given(st.integers(-(10**11), 10**11), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_every_amount_survives_being_written_and_read(minor, currency):
    digits = minor_digits(currency)
    assert digits is not None
    text = f"{Decimal(minor).scaleb(-digits):,f}"
    number = decimal_of(text, ".")
    assert number is not None
    assert minor_units(number, digits) == minor
    german = text.replace(",", "_").replace(".", ",").replace("_", ".")
    assert decimal_of(german, ",") == number


def test_currencies_have_their_own_decimals():
    assert [minor_digits(name) for name in ("EUR", "JPY", "KWD", "XXQ", "")] == [2, 0, 3, None, None]


@given(st.lists(st.lists(st.integers(0, 12), max_size=30), max_size=12), st.integers(1, 4))
def test_occurrences_count_like_a_dictionary_whatever_the_batches(tmp_path_factory, batches, in_memory):
    counter = Occurrences(tmp_path_factory.getbasetemp(), in_memory=in_memory)
    seen: dict[int, int] = {}
    for batch in batches:
        expected = []
        for key in batch:
            seen[key] = seen.get(key, 0) + 1
            expected.append(seen[key])
        assert counter.number(np.array(batch, dtype=np.uint64)).tolist() == expected


def test_occurrences_leave_no_file_behind(tmp_path):
    counter = Occurrences(tmp_path, in_memory=4)
    for start in range(0, 400, 20):
        counter.number(np.arange(start, start + 20, dtype=np.uint64))
    assert list(tmp_path.iterdir()) == []
    assert counter.number(np.array([5, 399], dtype=np.uint64)).tolist() == [2, 2]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Kundennummer", "customer"),
        ("customer_id", "customer"),
        ("Datum", "date"),
        ("Betrag", "amount"),
        ("Montant TTC", "amount"),
        ("Fecha de venta", "date"),
        ("Bonnummer", "order_number"),
        ("Quantité", "quantity"),
        ("E-Mail", "email"),
        ("Xyz", ""),
    ],
)
def test_columns_are_known_by_their_names_in_several_languages(name, field):
    assert field_named(name) == field


def test_a_file_without_header_is_guessed_by_its_values():
    columns = [["00001", "00002"], ["19970101", "19970112"], ["1", "2"], ["11.77", "12.00"]]
    fields = guessed_fields(["1", "2", "3", "4"], columns, "purchases", None, header=False)
    assert fields == ["customer", "date", "quantity", "amount"]


def test_each_preset_knows_its_own_columns_and_takes_nothing_that_is_never_taken():
    for preset in PRESETS.values():
        names = list(preset.known_by) + [name for name in preset.fields if name not in preset.known_by]
        assert preset_for(names) is not None
        found = preset_fields(preset, names)
        assert len(set(found.values())) == len(found)
        assert not any(refused_column(names[place], [], field, 2026) for place, field in found.items())


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["Date", "Customer", "Amount"], "purchases"),
        (["Customer ID", "Company name", "Industry"], "customers"),
        (["First Name", "Last Name", "Email", "Job Title"], "people"),
        (["Date", "User ID", "Feature"], "usage"),
        (["Date", "Customer", "Channel", "Note"], "touchpoints"),
    ],
)
def test_what_a_file_is_about_is_guessed_from_its_columns(names, kind):
    assert guessed_kind(names) == kind


def test_words_in_cells_tell_returns_and_failures():
    assert says("Refund", RETURNS)
    assert says("Rückgabe Ware", RETURNS)
    assert says("Failed", NO_SALE)
    assert not says("Paid", NO_SALE)
    assert not says("Sale", RETURNS)


def test_birth_dates_are_known_by_their_spread_and_order_dates_are_not():
    today = date(2026, 1, 1)
    births = [str(today - timedelta(days=365 * years + 40)) for years in range(18, 80)]
    orders = [str(today - timedelta(days=days)) for days in range(0, 700, 7)]
    assert refused_column("Column 7", births, "text", 2026) == "a birth date"
    assert refused_column("Column 7", orders, "text", 2026) == ""
