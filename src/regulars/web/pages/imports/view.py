"""Imports: drop a file, tick what may come in, try it, bring it in, take it back."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.insight.errors import RegularsError
from regulars.ledger import imports
from regulars.ledger.files.look import Look, look, opener_of, questions_about
from regulars.ledger.models import ImportRun
from regulars.records.opaque import opaque
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.pages.imports import ticks
from regulars.web.pages.imports.page import (
    ColumnsPage,
    access_run,
    import_page_of,
    labels_of,
    last_ticks,
    offered_source,
)
from regulars.web.pages.imports.preview import preview_of
from regulars.web.undo import back, say

TRIED_AT_ONCE, TRIED_AT_MOST = 2_000, 50_000
_QUESTIONS = ("date-order-ambiguous", "decimal-sign-ambiguous")


def _to(name: str, run: ImportRun) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name, args=[opaque(run.pk)]))
    response.status_code = 303
    return response


@access("write")
def new_import(request: ColleagueRequest) -> HttpResponseBase:
    """Take a file, sealed while it streams in, and go on to its columns."""
    message = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is not None:
            return _to("import_columns", imports.open_upload(request.user, file, file.name or "file"))
        message = "Choose a file first."
    return render(request, "pages/imports/new.html", {"message": message}, status=422 if message else 200)


def _looked_at(run: ImportRun, asked: QueryDict) -> Look:
    header = {"yes": True, "no": False}.get(asked.get("header", ""))
    return look(
        run,
        encoding=asked.get("encoding", "")[:40],
        delimiter=asked.get("delimiter", "").replace("tab", "\t")[:1],
        header=header,
        kind=asked.get("kind", "") or run.content_kind,
    )


@access("write")
def import_columns(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show a file's columns, every one unticked, and take the decisions about them."""
    run = access_run(ref)
    if run.state != ImportRun.State.UPLOADED:
        return _to("import", run)
    if request.method == "POST":
        return _decided(request, run)
    found = _looked_at(run, request.GET)
    page = ColumnsPage(
        run=run,
        look=found,
        lines=ticks.untouched(found),
        source=offered_source(run, found),
        answers={question.code: question.answer for question in found.questions},
    )
    return render(request, "pages/imports/columns.html", {"page": page})


def _asking(run: ImportRun, found: Look, lines: list[ticks.ColumnLine]) -> Look:
    """Return the look with the questions that the ticked columns raise, whatever was guessed before."""
    fields = {line.number: line.field for line in lines if line.ticked}
    questions = questions_about(opener_of(run), found.form, run.file_name, fields)
    return replace(found, questions=questions)


def _decided(request: ColleagueRequest, run: ImportRun) -> HttpResponseBase:
    found = _looked_at(run, request.POST)
    lines = ticks.typed(found, request.POST)
    do = request.POST.get("do", "try")
    if do == "needed":
        lines = ticks.ticked_for(lines, ticks.NEEDED[found.kind][1])
    elif do == "also" and found.kind in ticks.ALSO:
        lines = ticks.ticked_for(lines, ticks.NEEDED[found.kind][1] | ticks.ALSO[found.kind][1])
    elif do == "again":
        lines = ticks.as_before(lines, last_ticks(found))
    trial, preview, message, errors = None, None, "", {}
    try:
        plan = ticks.plan_of(found, lines, request.POST)
        planned = imports.plan_import(request.user, run, plan)
        if do == "go":
            return _to("import", imports.start_import(request.user, planned))
        trial = imports.dry_run(planned, limit=TRIED_AT_MOST if do == "try" else TRIED_AT_ONCE)
        preview = preview_of(planned, found, lines, labels_of(found.kind))
    except RegularsError as error:
        message, errors = error.message, error.fields
        found = _asking(run, found, lines) if error.code in _QUESTIONS else found
    page = ColumnsPage(
        run=run,
        look=found,
        lines=lines,
        source=request.POST.get("source", "").strip()[:120],
        answers={code: request.POST.get(code, "") for code in _QUESTIONS},
        currency=request.POST.get("currency", "").strip()[:3],
        trial=trial,
        preview=preview,
        message=message,
        errors=errors,
    )
    return render(request, "pages/imports/columns.html", {"page": page}, status=422 if message else 200)


@access("write")
@post_only
def restart_import(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Go on with an import that stopped, behind the last rows it recorded."""
    run = access_run(ref)
    return _to("import", imports.start_import(request.user, run))


@access("write")
@post_only
def drop_import(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Walk away from a file that was not brought in: it is shredded."""
    run = access_run(ref)
    imports.drop_upload(request.user, run)
    say(request, f"{run.file_name} was put away. Nothing of it was kept.")
    return back(request, reverse("data"))


@access("read")
def import_page(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Show how far an import is and what came of it."""
    run = access_run(ref)
    if run.state == ImportRun.State.UPLOADED and request.user.may("write"):
        return _to("import_columns", run)
    return render(request, "pages/imports/page.html", {"page": import_page_of(run)})


@access("write")
def rejected_file(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Answer the rejected rows with their reasons as CSV, to be mended and brought in again."""
    run = access_run(ref)
    response = StreamingHttpResponse(imports.rejected_csv(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{opaque(run.pk)}.csv"'
    return response


@access("lead")
@post_only
def undo_import(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Take a whole import back."""
    run = access_run(ref)
    undone = imports.undo_import(request.user, run.pk)
    say(
        request,
        f"Taken back: {undone.facts:,} entries and {undone.customers:,} customers of {run.file_name}. "
        f"{undone.advice}".rstrip(),
    )
    return back(request, reverse("import", args=[ref]))
