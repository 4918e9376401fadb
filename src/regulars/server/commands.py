"""Commands that start processes: demo, serve, work."""

from __future__ import annotations

import ipaddress
import os

import click
from django.core.management import call_command

from regulars.cli.root import regulars
from regulars.server.config import home
from regulars.server.processes import become_supervisor, refuse_taken


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

    refuse_taken(host, port)
    prepare_database()
    os.environ.setdefault("REGULARS_URL", _address(host, port))
    click.echo(f"Regulars is at {os.environ['REGULARS_URL']} — stop with Ctrl-C.")
    token = new_setup_token()
    if token is not None:
        click.echo(f"Nobody is on the team yet. Set it up here: {os.environ['REGULARS_URL']}/setup/{token}")
    become_supervisor(host, port)


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
    from regulars.server.demo.fill import FILLING, fill_command

    refuse_taken(host, port)
    address = _address(host, port)
    os.environ.update(REGULARS_DEMO="yes", REGULARS_URL=address)
    click.echo(f"Filling the demo company; {address} shows it in a moment …")
    # The web process loads meanwhile, and says what is going on until the company is there.
    (home() / FILLING).touch()
    become_supervisor(host, port, worker=fill_command(company, browser=not no_browser))
