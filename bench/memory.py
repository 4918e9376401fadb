"""The peak memory of this process."""

from __future__ import annotations

from pathlib import Path


def peak_mb() -> float:
    """Return the most memory this process held so far, in MB.

    Not ``getrusage``: what it tells of a child includes the parent that it was started from.
    """
    status = Path("/proc/self/status").read_text()
    [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes) / 1024
