"""The rows of a file, in batches: no more than a batch is ever held, whatever the size."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from regulars.ledger.checks import Fault
from regulars.ledger.files.form import Form, Opener, cell_text, sheet_rows, text_lines

BATCH = 10_000


@dataclass(slots=True)
class Batch:
    """Some rows of a file, as columns: those that were asked for, in that order.

    ``numbers`` are row numbers as a spreadsheet shows them. ``faults`` are rows that could not be read as
    rows, with whichever asked-for cells they had.
    """

    numbers: Sequence[int]
    columns: list[list[str]]
    faults: list[tuple[int, list[str], Fault]] = field(default_factory=list)
    bytes_read: int = 0

    @property
    def rows(self) -> int:
        """Return how many rows of the file this is."""
        return len(self.numbers) + len(self.faults)


def batches(
    opener: Opener, form: Form, wanted: Sequence[int], name: str, size: int = BATCH
) -> Iterator[Batch]:
    """Yield the file's rows below its header.

    Parameters
    ----------
    wanted
        Positions of the columns to hand out; all others are let go as they are read.
    """
    reading = {"sheet": _sheet, "parquet": _parquet}.get(form.container, _text)
    yield from reading(opener, form, wanted, name, size)


def _text(opener: Opener, form: Form, wanted: Sequence[int], name: str, size: int) -> Iterator[Batch]:
    whole = _whole(opener, form.encoding)
    with opener() as file:
        lines = text_lines(file, form)
        reader: Iterator[list[str]] = (
            (line.split() for line in lines)
            if form.container == "spaces"
            else csv.reader(lines, delimiter=form.delimiter)
        )
        number = form.first_row
        for _ in islice(reader, form.skip + form.header):
            pass
        while True:
            rows, broken = _some(reader, size, number)
            if not rows:
                return
            cut = len(rows) < size and not whole
            batch = _batch(rows, number, len(form.names), wanted, cut=cut)
            batch.faults += broken
            batch.bytes_read = file.tell()
            number += len(rows)
            yield batch


def _whole(opener: Opener, encoding: str) -> bool:
    """Return whether a text file ends with a whole line."""
    with opener() as file:
        file.seek(0, io.SEEK_END)
        file.seek(max(0, file.tell() - 4))
        end = file.read()
    return any(end.endswith(mark.encode(encoding.removesuffix("-sig"))) for mark in ("\n", "\r")) or (
        encoding == "utf-16" and end.strip(b"\x00").endswith((b"\n", b"\r"))
    )


def _some(
    reader: Iterator[list[str]], size: int, number: int
) -> tuple[list[list[str]], list[tuple[int, list[str], Fault]]]:
    """Return up to `size` rows; a row that cannot be parted is left empty and told apart."""
    rows: list[list[str]] = []
    broken: list[tuple[int, list[str], Fault]] = []
    while len(rows) < size:
        try:
            rows.extend(islice(reader, size - len(rows)))
        except csv.Error:
            broken.append((number + len(rows), [], QUOTE))
            rows.append([])
            continue
        break
    return rows, broken


QUOTE = Fault(
    "quote-not-closed",
    "A quotation mark opens here and is not closed. Close it, or double it where it belongs to the text.",
)


def _batch(rows: list[list[str]], number: int, width: int, wanted: Sequence[int], *, cut: bool) -> Batch:
    if set(map(len, rows)) == {width} and all(map(any, rows)):
        by_place = list(zip(*rows, strict=True))
        return _readable(range(number, number + len(rows)), [list(by_place[place]) for place in wanted])
    numbers: list[int] = []
    kept: list[list[str]] = []
    faults: list[tuple[int, list[str], Fault]] = []
    for at, row in enumerate(rows, start=number):
        fault = (
            None
            if len(row) == width
            else _misfit(row, width, wanted, cut=cut and at == number + len(rows) - 1)
        )
        if fault:
            faults.append((at, [row[place] if place < len(row) else "" for place in wanted], fault))
        elif any(row):
            numbers.append(at)
            kept.append([row[place] if place < len(row) else "" for place in wanted])
    columns = [[row[place] for row in kept] for place in range(len(wanted))]
    batch = _readable(numbers, columns)
    batch.faults += faults
    return batch


def _misfit(row: Sequence[str], width: int, wanted: Sequence[int], *, cut: bool) -> Fault | None:
    """Return what is wrong with a row of another width, or None when it can be read all the same."""
    if not any(cell.strip() for cell in row):
        return None
    if len(row) > width:
        if not any(cell.strip() for cell in row[width:]):
            return None
        return Fault(
            "too-many-cells",
            f"The row has {len(row)} cells where {width} are expected. Put quotation marks around the "
            "cell that holds the delimiter.",
        )
    if not cut and all(place < len(row) for place in wanted):
        return None
    return Fault(
        "row-cut-short",
        f"The row has {len(row)} of {width} cells: it was cut off. Complete it, or export the file again.",
    )


def _readable(numbers: Sequence[int], columns: list[list[str]]) -> Batch:
    """Set rows aside whose bytes do not fit the file's encoding."""
    if all(_fits("".join(column)) for column in columns):
        return Batch(numbers, columns)
    fits = [all(_fits(cell) for cell in row) for row in zip(*columns, strict=True)]
    faults = [
        (
            number,
            ["".join(sign for sign in cell if not "\ud800" <= sign <= "\udfff") for cell in row],
            ENCODING,
        )
        for number, row, good in zip(numbers, zip(*columns, strict=True), fits, strict=True)
        if not good
    ]
    return Batch(
        [number for number, good in zip(numbers, fits, strict=True) if good],
        [[cell for cell, good in zip(column, fits, strict=True) if good] for column in columns],
        faults,
    )


ENCODING = Fault(
    "letters-unreadable",
    "Some letters do not fit the file's encoding. Say another encoding, or save the file as UTF-8.",
)


def _fits(text: str) -> bool:
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text and "\ufffd" not in text


def _sheet(opener: Opener, form: Form, wanted: Sequence[int], name: str, size: int) -> Iterator[Batch]:
    rows = sheet_rows(opener, name)
    number = form.first_row
    for _ in islice(rows, form.skip + form.header):
        pass
    while some := list(islice(rows, size)):
        yield _batch(some, number, len(form.names), wanted, cut=False)
        number += len(some)


def _parquet(opener: Opener, form: Form, wanted: Sequence[int], name: str, size: int) -> Iterator[Batch]:
    import pyarrow.parquet as parquet

    with opener() as file:
        number = 2
        table = parquet.ParquetFile(file)
        names = [table.schema_arrow.names[place] for place in wanted]
        for part in table.iter_batches(batch_size=size, columns=names):
            by_name = {name: part.column(name).to_pylist() for name in set(names)}
            columns = [[cell_text(cell) for cell in by_name[name]] for name in names]
            yield _readable(range(number, number + part.num_rows), columns)
            number += part.num_rows
