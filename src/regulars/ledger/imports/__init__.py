"""Imports: from an uploaded file to recorded facts, and back again."""

from regulars.ledger.files.look import look
from regulars.ledger.imports.carrying_out import Progress, run_import
from regulars.ledger.imports.intake import (
    begin_run,
    drop_upload,
    open_path,
    open_upload,
    plan_import,
    shred_upload,
    start_import,
)
from regulars.ledger.imports.rejected_rows import rejected_csv
from regulars.ledger.imports.undoing import Undone, undo_import
from regulars.ledger.runs import DryRun, RejectedRow, dry_run

__all__ = [
    "DryRun",
    "Progress",
    "RejectedRow",
    "Undone",
    "begin_run",
    "drop_upload",
    "dry_run",
    "look",
    "open_path",
    "open_upload",
    "plan_import",
    "rejected_csv",
    "run_import",
    "shred_upload",
    "start_import",
    "undo_import",
]
