"""Whose turn it is to assess: one process everybody, or any number some customers each.

Both write standings from facts read some time before. Side by side, what rests on the older reading could
come to lie over what rests on the newer.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

_KEY = 7_311_806
"""Any number: PostgreSQL tells its advisory locks apart by it."""


@contextmanager
def everybodys_turn() -> Iterator[None]:
    """Wait until nobody else assesses, and let nobody begin until we are done."""
    with _lock_file().open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with _held_by_database("pg_advisory_lock", "pg_advisory_unlock"):
            yield


@contextmanager
def some_turn() -> Iterator[bool]:
    """Assess some customers beside others who do; give False at once while everybody is assessed."""
    with _lock_file().open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        with _held_by_database("pg_try_advisory_lock_shared", "pg_advisory_unlock_shared") as held:
            yield held


def _lock_file() -> Path:
    """Return the file that processes of one machine lock; a lock ends with its process, however that ends."""
    home = Path(settings.REGULARS_HOME)
    home.mkdir(parents=True, exist_ok=True)
    return home / "assessing.lock"


@contextmanager
def _held_by_database(lock: str, unlock: str) -> Iterator[bool]:
    """Hold the lock for the processes of other machines too, which only PostgreSQL may have."""
    if connection.vendor == "sqlite":
        yield True
        return
    held = _asked(lock) is not False  # the one that waits returns nothing
    try:
        yield held
    finally:
        if held:
            _asked(unlock)


def _asked(function: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_KEY])
        row = cursor.fetchone()
    return None if row is None else row[0]
