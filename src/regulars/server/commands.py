"""Commands that start processes: demo, serve, work."""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys

import click
from django.core.management import call_command
from django.utils import timezone

from regulars.cli.root import regulars
from regulars.server.processes import become_supervisor


def prepare_database() -> None:
    """Bring the tables up to date."""
    call_command("migrate", verbosity=0, interactive=False)


def _address(host: str, port: int) -> str:
    try:
        shown = "localhost" if ipaddress.ip_address(host).is_loopback else host
    except ValueError:
        shown = host
    return f"http://{shown}:{port}"


@regulars.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=int, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the pages and work in the background."""
    from regulars.records.write.team import new_setup_token

    prepare_database()
    os.environ.setdefault("REGULARS_URL", _address(host, port))
    click.echo(f"Regulars is at {os.environ['REGULARS_URL']} — stop with Ctrl-C.")
    token = new_setup_token()
    if token is not None:
        click.echo(f"Nobody is on the team yet. Set it up here: {os.environ['REGULARS_URL']}/setup/{token}")
    become_supervisor(host, port)


def _open_when_up(address: str) -> None:
    """Open a browser in a moment, from a process that outlives this one's change into the supervisor."""
    wait_and_open = f"import time, webbrowser; time.sleep(2.5); webbrowser.open({address!r})"
    subprocess.Popen([sys.executable, "-c", wait_and_open], start_new_session=True)


@regulars.command()
@click.option("--until-idle", is_flag=True, help="Work off what waits, then end.")
def work(*, until_idle: bool) -> None:
    """Work in the background without serving pages."""
    from regulars.server import worker

    if until_idle:
        worker.work_until_idle()
    else:
        prepare_database()
        worker.watch()


@regulars.command()
@click.option("--company", default="coffee", show_default=True, type=click.Choice(["coffee", "saas"]))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=int, help="Port to listen on.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def demo(company: str, host: str, port: int, *, no_browser: bool) -> None:
    """Fill Regulars with a company that can be tried, and serve it."""
    from regulars.privacy.demo import demo_there
    from regulars.server.demo.load import DEMO_ZONE, seed
    from regulars.server.upkeep import reassess_first

    prepare_database()
    if not demo_there():
        click.echo("Filling the demo company …")
        seed(company=company, today=timezone.localdate(timezone=DEMO_ZONE))
        reassess_first()
    address = _address(host, port)
    os.environ.update(REGULARS_DEMO="yes", REGULARS_URL=address)
    click.echo(f"Regulars is at {address} — you are signed in as the demo's admin. Stop with Ctrl-C.")
    if not no_browser:
        _open_when_up(address)
    become_supervisor(host, port)
