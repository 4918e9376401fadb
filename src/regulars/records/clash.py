"""Two who write the same at the same moment: the database refuses one of them, who may send it again."""

from __future__ import annotations

from django.db import OperationalError

from regulars.insight.errors import RegularsError

_WAITED_FOR_EACH_OTHER = {"40001", "40P01", "55P03"}
"""What PostgreSQL says of it: serialization failure, deadlock, lock not available."""


def clash(error: BaseException) -> RegularsError | None:
    """Return what to say of a write that was refused for the sake of another one, None for anything else."""
    if not isinstance(error, OperationalError):
        return None
    state = getattr(error.__cause__, "sqlstate", None)
    if state not in _WAITED_FOR_EACH_OTHER and "database is locked" not in str(error):
        return None
    return RegularsError(
        "written-at-once",
        "Somebody else was saving at this very moment, and nothing of yours was kept. Send it once more.",
        503,
    )
