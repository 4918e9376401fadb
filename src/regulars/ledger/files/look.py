"""A first look at a file: its form, its columns, twenty rows, and what only a person can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.amounts import decimal_sign
from regulars.ledger.dialects.dates import date_order
from regulars.ledger.dialects.fields import DATES, IGNORE, KINDS, MONEY, field_of, fields_of, usual_not_before
from regulars.ledger.dialects.guesses import guessed_fields, guessed_kind, refused_column
from regulars.ledger.dialects.presets import PRESETS, preset_for
from regulars.ledger.files.form import Form, Opener, form_of
from regulars.ledger.files.rows import Batch, batches
from regulars.ledger.files.upload import uploads
from regulars.ledger.files.vault import unsealed
from regulars.ledger.models import ImportRun

PREVIEW = 20
LOOKED_AT = 1_000
# How many rows are read to find out in which order day and month stand.
ASKED = 200_000
SIGNED = (*MONEY, "quantity")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as a person decides about it."""

    number: int
    name: str
    field: str
    refused: str
    purpose: str
    not_before: str
    sample: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can know."""

    code: str
    column: str
    text: str
    choices: tuple[tuple[str, str], ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like before anything of it is taken."""

    kind: str
    kinds: tuple[tuple[str, str], ...]
    preset: str
    form: Form
    columns: tuple[Column, ...]
    rows: list[list[str]]
    questions: tuple[Question, ...]
    notices: tuple[str, ...]
    size: int


def opener_of(run: ImportRun, path: Path | None = None) -> Opener:
    """Return how to open the bytes of a run's file: a sealed upload, or a file in its own place.

    Raises
    ------
    RegularsError
        ``upload-gone`` when the upload was shredded.
    """
    if path is not None:
        return lambda: path.open("rb")
    sealed = uploads() / Path(run.stored_as).name
    if not run.stored_as or not sealed.is_file():
        raise RegularsError("upload-gone", f"{run.file_name} is not kept any more. Upload it again.", 410)
    return lambda: unsealed(sealed)


def look(
    run: ImportRun,
    *,
    encoding: str = "",
    delimiter: str = "",
    header: bool | None = None,
    kind: str = "",
    preset: str = "",
    path: Path | None = None,
) -> Look:
    """Return a first look at a run's file; nothing is stored.

    Raises
    ------
    RegularsError
        ``file-empty``, ``file-unreadable``, ``file-too-packed``, ``upload-gone``, ``preset-unknown`` or
        ``kind-unknown``.
    """
    opener = opener_of(run, path)
    form = form_of(opener, run.file_name, encoding=encoding, delimiter=delimiter, header=header)
    if preset and preset not in PRESETS:
        raise RegularsError("preset-unknown", f"There is no preset {preset!r}. Known: {', '.join(PRESETS)}.")
    known = PRESETS[preset] if preset else preset_for(form.names)
    kind = kind or run.content_kind or (known.kind if known else guessed_kind(form.names))
    fields_of(kind)
    sample = sample_of(opener, form, run.file_name)
    fields = guessed_fields(form.names, sample.columns, kind, known, header=form.header)
    columns = tuple(
        _column(place, form, fields, sample.columns[place], kind) for place in range(len(form.names))
    )
    return Look(
        kind=kind,
        kinds=tuple(KINDS.items()),
        preset=known.name if known and known.kind == kind else "",
        form=form,
        columns=columns,
        rows=_preview(sample, columns),
        questions=questions_about(
            opener,
            form,
            run.file_name,
            {column.number: column.field for column in columns if column.field != IGNORE},
        ),
        notices=form.notices,
        size=run.bytes_total,
    )


def sample_of(opener: Opener, form: Form, name: str, rows: int = LOOKED_AT) -> Batch:
    """Return the first rows of a file, all columns.

    Raises
    ------
    RegularsError
        ``file-empty`` when there is a header and nothing below it.
    """
    for batch in batches(opener, form, range(len(form.names)), name, size=rows):
        return batch
    raise RegularsError(
        "file-empty", f"{name} has a header and no rows below it. Export it again, with its rows."
    )


def _column(place: int, form: Form, fields: Sequence[str], cells: Sequence[str], kind: str) -> Column:
    name, field = form.names[place], fields[place]
    refused = refused_column(name, cells, field, datetime.now(UTC).year)
    field = IGNORE if refused else field
    known = field_of(kind, field) if field != IGNORE else None
    filled = tuple(dict.fromkeys(cell.strip()[:60] for cell in cells if cell.strip()))[:3]
    return Column(
        place + 1,
        name,
        field,
        refused,
        known.purpose if known else "",
        usual_not_before(kind, field, fields) if known else "prospect",
        () if refused else filled,
    )


def _preview(sample: Batch, columns: Sequence[Column]) -> list[list[str]]:
    shown = [
        [""] * PREVIEW if column.refused else [cell[:200] for cell in cells[:PREVIEW]]
        for column, cells in zip(columns, sample.columns, strict=True)
    ]
    return [list(row) for row in zip(*shown, strict=False)][: len(sample.numbers)]


def questions_about(opener: Opener, form: Form, name: str, fields: dict[int, str]) -> tuple[Question, ...]:
    """Return what must be asked about the columns that are to come in (column number to field)."""
    found: list[Question] = []
    dates = [number for number, field in fields.items() if field in DATES]
    signed = [number for number, field in fields.items() if field in SIGNED]
    if dates:
        order, number, cell = told_order(opener, form, name, dates)
        if order == "?":
            found.append(_order_question(form.names[number - 1], cell))
    if signed:
        sign, number = told_sign(opener, form, name, signed)
        if sign == "?":
            found.append(_sign_question(form.names[number - 1]))
    return tuple(found)


def told_order(opener: Opener, form: Form, name: str, numbers: Sequence[int]) -> tuple[str, int, str]:
    """Return the order of day, month and year that columns tell, and the column and cell that leave it so."""
    order, open_one, cell = "", numbers[0], ""
    for number in numbers:
        told, one = _order_of(opener, form, name, number)
        if told not in ("", "?"):
            return told, number, ""
        if told == "?" and not order:
            order, open_one, cell = told, number, one
    return order, open_one, cell


def _order_of(opener: Opener, form: Form, name: str, number: int) -> tuple[str, str]:
    order, cell, seen = "", "", 0
    for batch in batches(opener, form, [number - 1], name):
        cells = list(dict.fromkeys(batch.columns[0]))
        told = date_order(cells)
        if told not in ("", "?"):
            return told, ""
        if told == "?":
            order, cell = "?", next((one for one in cells if date_order([one]) == "?"), "")
        seen += batch.rows
        if seen >= ASKED or told == "":
            break
    return order, cell


def told_sign(opener: Opener, form: Form, name: str, numbers: Sequence[int]) -> tuple[str, int]:
    """Return the decimal sign that the amounts tell by themselves, and the column that leaves it open."""
    open_one = 0
    seen = 0
    for batch in batches(opener, form, [number - 1 for number in numbers], name):
        for number, cells in zip(numbers, batch.columns, strict=True):
            told = decimal_sign(set(cells))
            if told in (".", ","):
                return told, number
            open_one = open_one or (number if told == "?" else 0)
        seen += batch.rows
        if seen >= ASKED or not open_one:
            break
    return ("?", open_one) if open_one else ("", numbers[0])


def _order_question(column: str, cell: str) -> Question:
    return Question(
        "date-order-ambiguous",
        column,
        f"Is {cell or 'the date'} in {column} written day first or month first? No date of the file tells.",
        (("dmy", "Day first"), ("mdy", "Month first"), ("ymd", "Year first")),
    )


def _sign_question(column: str) -> Question:
    return Question(
        "decimal-sign-ambiguous",
        column,
        f"Does the sign in {column} part thousands, or begin the decimals? No amount of the file tells.",
        ((".", "A point begins the decimals"), (",", "A comma begins the decimals")),
    )
