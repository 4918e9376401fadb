"""The rejected rows of a run as a file to mend and import again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from regulars.ledger.models import ImportRun
from regulars.ledger.plans import settled_from
from regulars.records.spreadsheet import plain_cell


def rejected_csv(run: ImportRun) -> Iterator[str]:
    """Return the rejected rows as lines of CSV, each with its reason, to mend and import again.

    Raises
    ------
    RegularsError
        ``not-planned``, at once and not while lines are read, when nothing was ticked yet.
    """
    return _rejected_lines(run, list(settled_from(run.mapping).fields))


def _rejected_lines(run: ImportRun, names: Sequence[str]) -> Iterator[str]:
    yield "\ufeff" + _csv_line([*names, "Row", "Column", "Reason"])
    for rejection in run.rejections.order_by("row_number").iterator(2_000):
        cells = [plain_cell(rejection.row.get(name, "")) for name in names]
        yield _csv_line([*cells, str(rejection.row_number), plain_cell(rejection.column), rejection.message])


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
