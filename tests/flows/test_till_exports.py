"""The generated till files look like what a real till writes."""

import csv

from tests.flows.till_exports import HEADER, SENSITIVE, till_exports


def read(path):
    with path.open(encoding="cp1252", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_two_exports_overlap_by_twelve_weeks_and_cover_everything(tmp_path):
    exports = till_exports(tmp_path)
    first, second = read(exports.first), read(exports.second)
    assert first[0] == second[0] == HEADER
    assert (len(first) - 1, len(second) - 1) == (exports.rows_first, exports.rows_second)
    keys = [(row[2], row[3]) for row in first[1:]], [(row[2], row[3]) for row in second[1:]]
    assert len(set(keys[0])) == exports.rows_first
    assert len(set(keys[0]) & set(keys[1])) > 0.8 * exports.rows_first
    assert len({*keys[0], *keys[1]}) == len(exports.rows)


def test_they_hold_refunds_decimal_commas_and_mostly_rows_without_a_customer(tmp_path):
    exports = till_exports(tmp_path)
    rows = read(exports.first)[1:]
    assert 0.55 <= exports.unnamed / len(exports.rows) <= 0.65
    assert exports.refunds > 20
    assert all("," in row[7] for row in rows)
    assert all(row[7].startswith("-") == (row[10] == "Refund") for row in rows)
    assert sum(row.total for row in exports.rows) > 0


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = till_exports(tmp_path / "one"), till_exports(tmp_path / "two")
    assert one.first.read_bytes() == two.first.read_bytes()
    assert till_exports(tmp_path, seed=8).first.read_bytes() != one.first.read_bytes()


def test_it_can_leave_out_line_numbers_and_add_what_must_never_be_kept(tmp_path):
    header = read(till_exports(tmp_path, lines=False, sensitive=True).first)[0]
    assert "Line" not in header
    assert header[-3:] == SENSITIVE
