"""The worker: a light watcher that starts a child when there is work, so that idle costs little memory."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import threading
import time
from types import FrameType

from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from regulars.attention.write.tasks import requeue_lost
from regulars.ledger.due import unclaimed
from regulars.records.models import Customer, SearchDue
from regulars.records.read.company import company
from regulars.server.processes import end, is_running, worker_command

log = logging.getLogger("regulars.worker")

POLL_SECONDS = 0.5
IDLE_SECONDS = 20.0


def worker_id() -> str:
    """Return who this process is in the list of claimed tasks."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}"


def lost_workers(known: set[str]) -> set[str]:
    """Return those of the known workers that ran on this machine and do not run any more."""
    host = socket.gethostname()[:30]
    return {
        name
        for name in known
        if name.rpartition(":")[0] == host and not is_running(int(name.rpartition(":")[2] or 0))
    }


def _asked_to_stop() -> threading.Event:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return stopped


def waits() -> bool:
    """Return whether anything is to be done: a task, a customer with news, a name to be found, a new day."""
    from regulars.attention.read.freshness import last_whole_day

    if DBTaskResult.objects.ready().exists() or unclaimed().exists() or SearchDue.objects.exists():
        return True
    # A day ahead, of another time zone or an earlier slip, must not keep us from today.
    last = last_whole_day()
    return last != company().day_of(timezone.now()) and Customer.objects.exists()


def watch() -> None:
    """Start a working child whenever something waits, until told to stop."""
    stopped = _asked_to_stop()
    child: subprocess.Popen[bytes] | None = None
    requeue_lost(lost_workers)
    while not stopped.wait(POLL_SECONDS):
        close_old_connections()
        if child is not None and child.poll() is not None:
            if child.returncode:
                log.error(
                    "The working child ended with code %s; its tasks are taken up again.", child.returncode
                )
                requeue_lost(lost_workers)
                stopped.wait(5.0)
            child = None
        if child is None and waits():
            child = subprocess.Popen(worker_command(until_idle=True), start_new_session=True)
    if child is not None:
        end(child)


def work_until_idle() -> None:
    """Work off tasks, customers with news and the turn of the day, and end after a while without any."""
    stopped = _asked_to_stop()
    last_work = time.monotonic()
    while not stopped.is_set() and time.monotonic() - last_work < IDLE_SECONDS:
        close_old_connections()
        if work_once():
            last_work = time.monotonic()
        else:
            stopped.wait(POLL_SECONDS)


def work_once() -> bool:
    """Do what waits now; return whether there was anything."""
    from regulars.server.upkeep import keep_up

    return _run_tasks() | keep_up()


def _run_tasks() -> bool:
    from django_tasks_db.management.commands.db_worker import Worker

    if not DBTaskResult.objects.ready().exists():
        return False
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id(),
        excluded_queue_names=[],
    ).run()
    return True
