"""The process beside the demo's pages: it fills the company, opens a browser, and becomes the worker."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILLING = "demo.filling"
"""The file in the home folder that is there while pages would show half a company."""


def fill_command(company: str, *, browser: bool) -> list[str]:
    """Return the command that fills a company and then works."""
    return [sys.executable, "-m", "regulars.server.demo.fill", company, *(["--browser"] if browser else [])]


@contextmanager
def being_filled(home: Path) -> Iterator[None]:
    """Say to the web process, for as long as it lasts, that the company is on its way."""
    mark = home / FILLING
    mark.touch()
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def fill(company: str) -> None:
    """Bring the tables up to date; write the company and where its customers stand, unless it is there."""
    from django.core.management import call_command
    from django.utils import timezone

    from regulars.privacy.demo import demo_there
    from regulars.server.demo.load import DEMO_ZONE, seed, there
    from regulars.server.upkeep import reassess_first

    call_command("migrate", verbosity=0, interactive=False)
    if not demo_there():
        seed(company=company, today=timezone.localdate(timezone=DEMO_ZONE))
        reassess_first()
    elif not there(company):
        sys.stdout.write(
            f"Another demo company is loaded here, so that you see that one. For {company}, remove it on "
            "Today first, or set REGULARS_HOME to an empty folder.\n"
        )


def main(company: str, *, browser: bool) -> None:
    """Fill the company, say where it is, and become the worker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.server.settings")
    import django

    django.setup()
    from django.conf import settings

    from regulars.server.processes import become_worker, open_in_browser

    with being_filled(settings.REGULARS_HOME):
        fill(company)
    address = os.environ["REGULARS_URL"]
    sys.stdout.write(f"Regulars is at {address} — you are signed in as the demo's admin. Stop with Ctrl-C.\n")
    sys.stdout.flush()
    if browser:
        open_in_browser(address)
    become_worker()


if __name__ == "__main__":
    main(sys.argv[1], browser="--browser" in sys.argv[2:])
