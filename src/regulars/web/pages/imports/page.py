"""What the pages of one import show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.attention.models import StoredResult
from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.fields import IGNORE, KINDS, NOT_BEFORE, PROPERTY, Field, fields_of
from regulars.ledger.dialects.presets import PRESETS
from regulars.ledger.files.look import Look
from regulars.ledger.imports import DryRun
from regulars.ledger.models import ImportRun, Rejection
from regulars.ledger.plans import run_sentence
from regulars.records.models import Source
from regulars.records.opaque import number
from regulars.records.read.company import company
from regulars.web.pages.imports.preview import Preview
from regulars.web.pages.imports.ticks import ALSO, NEEDED, ColumnLine

REJECTED_SHOWN = 100


def labels_of(kind: str) -> dict[str, str]:
    """Return field name to the words people know it by."""
    return {known.name: known.label for known in fields_of(kind)}


def access_run(ref: str) -> ImportRun:
    """Return the import an address means."""
    found = ImportRun.objects.select_related("source", "started_by").filter(pk=number(ref)).first()
    if found is None:
        raise RegularsError("not-found", "There is no such import.", 404)
    return found


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """A file looked into: its columns, the questions it raises, and a preview of what would come in."""

    run: ImportRun
    look: Look
    lines: list[ColumnLine]
    source: str
    answers: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    trial: DryRun | None = None
    preview: Preview | None = None
    message: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What a file may be about."""
        return list(KINDS.items())

    @property
    def fields(self) -> tuple[Field, ...]:
        """What a column may be."""
        return fields_of(self.look.kind)

    @property
    def leave_out(self) -> str:
        """The value that means: not this column."""
        return IGNORE

    @property
    def own_name(self) -> str:
        """The value that means: keep under its own name."""
        return PROPERTY

    @property
    def not_before(self) -> list[tuple[str, str]]:
        """From when on a column may be kept."""
        return list(NOT_BEFORE.items())

    @property
    def needed_words(self) -> str:
        """What the one button ticks for."""
        return NEEDED[self.look.kind][0]

    @property
    def also_words(self) -> str:
        """What the second button ticks for, if there is one."""
        return ALSO[self.look.kind][0] if self.look.kind in ALSO else ""

    @property
    def seen_before(self) -> bool:
        """Whether a file with these columns came in before."""
        return bool(last_ticks(self.look))

    @property
    def ticked(self) -> list[ColumnLine]:
        """The columns that would come in."""
        return [line for line in self.lines if line.ticked]

    @property
    def preset_title(self) -> str:
        """The program whose export this is, as far as its columns tell."""
        return PRESETS[self.look.preset].title if self.look.preset else ""

    @property
    def sources(self) -> list[str]:
        """Names of sources that are already known."""
        return list(Source.objects.order_by("name").values_list("name", flat=True))

    @property
    def company_currency(self) -> str:
        """The currency that counts where a file names none."""
        return company().currency


def source_seen(look: Look) -> Source | None:
    """Return the source of which an earlier file had the columns that were ticked, if all are here again."""
    names = {column.name for column in look.columns}
    for source in Source.objects.exclude(mapping={}).order_by("-last_received_at", "-id"):
        ticked = {tick["name"] for tick in _ticks_of(source, look.kind)}
        if ticked and ticked <= names:
            return source
    return None


def _ticks_of(source: Source | None, kind: str) -> list[dict[str, Any]]:
    plans = source.mapping.get("plans", {}) if source is not None else {}
    found: list[dict[str, Any]] = plans.get(kind, {}).get("ticks", [])
    return found


def last_ticks(look: Look) -> list[dict[str, Any]]:
    """Return what was ticked in the last file that looked like this one."""
    return _ticks_of(source_seen(look), look.kind)


def offered_source(run: ImportRun, look: Look) -> str:
    """Return the source this file most likely comes from.

    Files of one source must come in under one name, or overlapping exports could not be told apart.
    """
    known = source_seen(look)
    if known is not None:
        return known.name
    if look.preset:
        return PRESETS[look.preset].title
    stem = run.file_name.rsplit(".", 1)[0]
    words = "".join(sign if sign.isalpha() else " " for sign in stem).split()
    return " ".join(words).capitalize() or "Till"


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import: how far it is, what came of it, what was rejected."""

    run: ImportRun
    sentence: str
    waiting: bool
    rejections: list[Rejection]
    more_rejections: int
    base: Mapping[str, Any]

    @property
    def share(self) -> int:
        """How far it is, in hundredths of the file."""
        if not self.run.bytes_total:
            return 0
        return min(100, 100 * self.run.bytes_read // self.run.bytes_total)


def import_page_of(run: ImportRun) -> ImportPage:
    """Return what the page of one import shows."""
    rejected = list(Rejection.objects.filter(import_run=run).order_by("row_number")[:REJECTED_SHOWN])
    base = _base_after(run) if run.state == ImportRun.State.DONE else {}
    moving = run.state in {ImportRun.State.QUEUED, ImportRun.State.RUNNING}
    return ImportPage(
        run=run,
        sentence=run_sentence(run),
        waiting=moving or (run.state == ImportRun.State.DONE and not base and run.recorded > 0),
        rejections=rejected,
        more_rejections=max(0, run.rejected - len(rejected)),
        base=base,
    )


def _base_after(run: ImportRun) -> Mapping[str, Any]:
    """Return what is known of the whole base, if it was worked out after this import ended."""
    row = StoredResult.objects.filter(key="summary").first()
    if row is None or run.finished_at is None or row.computed_at < run.finished_at:
        return {}
    found: Mapping[str, Any] = row.result
    return found
