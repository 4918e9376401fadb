"""How a file is built: what holds the rows, in which encoding, parted by what, under which names."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.amounts import looks_like_a_number
from regulars.ledger.dialects.dates import looks_like_a_date

Opener = Callable[[], BinaryIO]
"""Opens the plain bytes of a file, as often as wanted."""

SAMPLE = 1 << 18
SAMPLE_ROWS = 400
DELIMITERS = (",", ";", "\t", "|", "^")
UNPACKED = 256 << 20
ENTRIES = 5_000
COLUMNS = 1_000
# Legacy encodings worth telling apart; the first that fits as well as any other wins.
ENCODINGS = [
    "cp1252", "iso8859_15", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "shift_jis", "euc_jp",
    "gb18030", "big5", "euc_kr", "koi8_r", "mac_roman", "cp437", "cp850",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """How to read a file.

    ``container`` is csv, spaces (columns parted by blanks), sheet (XLSX, XLS, ODS) or parquet. ``skip`` rows
    come before the header; ``names`` are unique, and are numbers where there is no header.
    """

    container: str
    names: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header: bool = True
    skip: int = 0
    notices: tuple[str, ...] = ()

    @property
    def first_row(self) -> int:
        """Return the number of the first row below the header; the file's first row is 1."""
        return self.skip + (2 if self.header else 1)


def form_of(
    opener: Opener, name: str, *, encoding: str = "", delimiter: str = "", header: bool | None = None
) -> Form:
    """Return how a file is built, found out from its beginning.

    Raises
    ------
    RegularsError
        ``file-empty``, ``file-unreadable``, ``file-too-packed`` or ``encoding-unknown``.
    """
    with opener() as file:
        head = file.read(SAMPLE)
    if not head.strip():
        raise RegularsError("file-empty", f"{name} is empty. Export it again, with its rows.")
    if head.startswith(b"PAR1"):
        return _named(Form("parquet"), _parquet_names(opener, name), [])
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        check_packing(opener, name, zipped=head.startswith(b"PK"))
        return _from_rows(Form("sheet"), sheet_rows(opener, name, SAMPLE_ROWS), name, header=header)
    chosen, notice = _encoding(head, name, encoding)
    text = _decoded(head, chosen, whole=len(head) < SAMPLE)
    form = Form("csv", encoding=chosen, notices=(notice,) if notice else ())
    return _from_rows(*_parted(form, text, delimiter), name, header=header)


def sheet_rows(opener: Opener, name: str, at_most: int | None = None) -> list[list[str]] | Any:
    """Return the rows of the first sheet that has any, as text; an iterator when there is no limit."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with opener() as file:
            book = CalamineWorkbook.from_filelike(file)
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            if sheet.height:
                rows = ([cell_text(cell) for cell in row] for row in sheet.iter_rows())
                return [row for row, _ in zip(rows, range(at_most), strict=False)] if at_most else rows
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(name, "It looks like a spreadsheet but cannot be opened") from error
    raise RegularsError("file-empty", f"{name} has no sheet with rows. Export it again, with its rows.")


def cell_text(cell: Any) -> str:
    """Return a spreadsheet's cell as the text that a CSV file would hold."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    return str(cell)


def check_packing(opener: Opener, name: str, *, zipped: bool) -> None:
    """Refuse a spreadsheet that unpacks into more than this machine should hold."""
    if not zipped:
        return
    try:
        with opener() as file, zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _unreadable(name, "It is packed but damaged") from error
    if not any(entry.filename in ("[Content_Types].xml", "content.xml") for entry in entries):
        raise _unreadable(name, "It is a packed archive, not a table. Unpack it and take the file inside")
    size = sum(entry.file_size for entry in entries)
    if size > UNPACKED or len(entries) > ENTRIES:
        raise RegularsError(
            "file-too-packed",
            f"{name} unpacks to {size >> 20} MB, more than a spreadsheet may ({UNPACKED >> 20} MB). "
            "Save it as CSV: a CSV file may be of any size.",
        )


def _parquet_names(opener: Opener, name: str) -> list[str]:
    import pyarrow
    import pyarrow.parquet as parquet

    try:
        with opener() as file:
            return [str(column) for column in parquet.ParquetFile(file).schema_arrow.names]
    except (pyarrow.ArrowException, OSError) as error:
        raise _unreadable(name, "It begins like Parquet but cannot be opened") from error


def _encoding(head: bytes, name: str, chosen: str) -> tuple[str, str]:
    if chosen:
        try:
            "".encode(chosen)
        except LookupError as error:
            raise RegularsError(
                "encoding-unknown", f"There is no encoding {chosen!r}. Try utf-8 or cp1252."
            ) from error
        try:
            _decoded(head, chosen, whole=True)
        except UnicodeError as error:
            raise RegularsError(
                "encoding-unfit", f"{name} is not written in {chosen}. Try utf-8 or cp1252, or say none."
            ) from error
        return chosen, ""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return encoding, ""
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) > len(head) // 4 and min(odd, even) < len(head) // 50:
        return ("utf-16-le" if odd > even else "utf-16-be"), ""
    if odd + even or sum(sign < 9 or 13 < sign < 27 for sign in head[:4096]) > 8:
        raise _unreadable(name, "It is not a table of text, nor XLSX or Parquet")
    return _text_encoding(head)


def _text_encoding(head: bytes) -> tuple[str, str]:
    try:
        _decoded(head, "utf-8", whole=False)
    except UnicodeDecodeError:
        found = from_bytes(head[: 1 << 16], cp_isolation=ENCODINGS, preemptive_behaviour=False)
        best = found.best()
        fits = [match.encoding for match in found if best and match.chaos <= best.chaos + 0.02]
        encoding = next((known for known in ENCODINGS if known in fits), best.encoding if best else "cp1252")
        return encoding, f"Read as {encoding}: it is not UTF-8. If letters look wrong, say another encoding."
    return "utf-8", ""


def _decoded(head: bytes, encoding: str, *, whole: bool) -> str:
    import codecs

    errors = "strict" if encoding.startswith("utf-8") and not whole else "replace"
    return codecs.getincrementaldecoder(encoding)(errors).decode(head, final=False)


def _parted(form: Form, text: str, delimiter: str) -> tuple[Form, list[list[str]]]:
    """Find the delimiter under which most rows have the same number of cells, and more than one."""
    lines = text.splitlines(keepends=True)
    said = lines[0].strip().lower() if lines else ""
    if said.startswith("sep=") and len(said) == 5:
        rows = _csv_rows(lines[1:], said[4])
        return replace(form, delimiter=said[4], skip=1), [[], *rows]
    if delimiter:
        return replace(form, delimiter=delimiter), _csv_rows(lines, delimiter)
    tried = {sign: _csv_rows(lines, sign) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: _evenness(tried[sign]))
    if _evenness(tried[best]) == (False, 0.0, 0):
        blanks = [line.split() for line in lines[:SAMPLE_ROWS] if line.strip()]
        if _blank_parted(blanks):
            return replace(form, container="spaces", delimiter=" "), blanks
    return replace(form, delimiter=best), tried[best]


def _csv_rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(lines, delimiter=delimiter)
    while len(rows) < SAMPLE_ROWS:
        try:
            rows.append(next(reader))
        except StopIteration:
            break
        except csv.Error:
            continue
    # The sample may end inside a row.
    return rows[:-1] if len(rows) > 2 and len(rows) < SAMPLE_ROWS and not lines[-1].endswith("\n") else rows


def _evenness(rows: Sequence[Sequence[str]]) -> tuple[bool, float, int]:
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return False, 0.0, 0
    width, times = max(widths.items(), key=lambda pair: (pair[1] if pair[0] > 1 else 0, pair[0]))
    if width < 2:
        return False, 0.0, 0
    share = times / widths.total()
    return share >= 0.9, (1.0 if share >= 0.9 else share), width


def _blank_parted(rows: Sequence[Sequence[str]]) -> bool:
    widths = Counter(map(len, rows))
    width, times = widths.most_common(1)[0]
    below = [row for row in rows[1:] if len(row) == width] or rows[:1]
    numbers = sum(looks_like_a_number(row[-1]) for row in below)
    return width >= 2 and times >= 0.98 * len(rows) and numbers >= 0.9 * len(below)


def _from_rows(form: Form, rows: list[list[str]], name: str, *, header: bool | None) -> Form:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        raise RegularsError("file-empty", f"{name} has no rows. Export it again, with its rows.")
    width = Counter(len(row) for row in filled).most_common(1)[0][0]
    skip = next(
        (
            number
            for number, row in enumerate(rows)
            if sum(map(bool, row)) >= max(1, min(width, 2)) and len(row) == width
        ),
        0,
    )
    if width > COLUMNS:
        raise _unreadable(name, f"It has {width} columns")
    top, below = rows[skip], rows[skip + 1 :]
    named = _is_header(top, below) if header is None else header
    names = [cell.strip() for cell in top] if named else [str(number + 1) for number in range(width)]
    form = replace(form, skip=max(skip, form.skip), header=named)
    return _named(form, names, below)


def _is_header(top: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    from regulars.ledger.dialects.names import known_name

    if not any(cell.strip() for cell in top):
        return False
    if any(looks_like_a_number(cell) or looks_like_a_date(cell) for cell in top):
        return False
    if sum(known_name(cell) for cell in top) * 2 >= len(top):
        return True
    shapes = [
        sum(looks_like_a_number(cell) or looks_like_a_date(cell) for cell in column) > len(column) / 2
        for column in zip(*(row for row in below if len(row) == len(top)), strict=False)
    ]
    return any(shapes) or any(map(known_name, top))


def _named(form: Form, names: Sequence[str], below: Sequence[Sequence[str]]) -> Form:
    """Give every column a name of its own."""
    unique: list[str] = []
    notices = list(form.notices)
    for number, name in enumerate(names, start=1):
        plain = " ".join(name.split())[:100] or f"Column {number}"
        if plain in unique:
            notices.append(
                f"Two columns are called {plain}: column {number} is shown as “{plain} ({number})”."
            )
            plain = f"{plain} ({number})"
        unique.append(plain)
    return replace(form, names=tuple(unique), notices=tuple(notices))


def _unreadable(name: str, why: str) -> RegularsError:
    return RegularsError(
        "file-unreadable", f"{name} cannot be read. {why}. Export it again as CSV, XLSX or Parquet."
    )


def text_lines(file: BinaryIO, form: Form) -> io.TextIOWrapper:
    """Return the lines of a text file; bytes that do not fit the encoding stay visible as surrogates."""
    errors = "replace" if form.encoding.startswith("utf-16") else "surrogateescape"
    return io.TextIOWrapper(file, encoding=form.encoding, errors=errors, newline="")
