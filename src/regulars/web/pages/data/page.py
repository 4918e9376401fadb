"""What the data page shows: where things come from, what came in, and which records may be one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from regulars.attention.read.base import nobody_buys
from regulars.ledger.models import Fact, ImportRun
from regulars.records.models import MergeProposal, Source
from regulars.web.frame import address_of

SHOWN = 25


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source with what can be said about its last sign of life."""

    name: str
    demo: bool
    last_received_at: datetime | None
    expected_every_days: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class DataPage:
    """Sources, imports and open merge proposals; with nothing there, the ways to begin."""

    sources: list[SourceLine]
    imports: list[ImportRun]
    more_imports: bool
    merges: int
    running: bool
    nothing_there: bool
    load_demo_address: str
    import_address: str


def import_runs() -> QuerySet[ImportRun]:
    """Return imports, newest first, with their source and who started them."""
    return ImportRun.objects.select_related("source", "started_by").order_by("-id")


def _line(source: Source, now: datetime) -> SourceLine:
    late = False
    if source.expected_every_days and source.last_received_at:
        late = now - source.last_received_at > timedelta(days=2 * source.expected_every_days)
    return SourceLine(source.name, source.demo, source.last_received_at, source.expected_every_days, late)


def data_of(now: datetime) -> DataPage:
    """Return what the data page shows at this moment."""
    runs = list(import_runs()[: SHOWN + 1])
    return DataPage(
        sources=[_line(source, now) for source in Source.objects.order_by("name")],
        imports=runs[:SHOWN],
        more_imports=len(runs) > SHOWN,
        merges=MergeProposal.objects.filter(state=MergeProposal.State.OPEN).count(),
        running=any(run.state in {"queued", "running"} for run in runs),
        nothing_there=nobody_buys() and not Fact.objects.exists(),
        load_demo_address=address_of("demo_load"),
        import_address=address_of("import_new"),
    )
