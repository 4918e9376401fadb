"""One process at a time carries out a run, or undoes it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.insight.errors import RegularsError
from regulars.ledger.files.upload import uploads


@contextmanager
def alone(run_id: int) -> Iterator[None]:
    """Hold a run by a lock that ends with the process, however that ends.

    The file stays: removed, whoever had opened it could lock it beside somebody with a new one.
    """
    folder = uploads()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = folder / f"run-{run_id}.lock"
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RegularsError(
                "import-under-way", f"Import {run_id} is running in another process.", 409
            ) from error
        yield
