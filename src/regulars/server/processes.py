"""The processes of a running Regulars: one that serves pages, one that works, and who starts them."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from regulars.insight.errors import RegularsError

WEB_THREADS = 16


def web_command(host: str, port: int) -> list[str]:
    """Return the command of the web process."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(WEB_THREADS), "--no-ws", "--log-level", "error",
        "--no-access-log",
        "regulars.server.wsgi:application",
    ]  # fmt: skip


def worker_command(*, until_idle: bool = False) -> list[str]:
    """Return the command of the worker, or of the child that does one spell of its work."""
    return [sys.executable, "-m", "regulars.server", "work", *(["--until-idle"] if until_idle else [])]


def run_together(commands: Sequence[Sequence[str]]) -> int:
    """Run processes side by side until one ends or we are told to stop; return the exit code.

    Children are asked to end, then waited for: an import in the middle of a batch finishes the batch.
    """
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # A session of their own keeps Ctrl-C from reaching children twice.
    children = [subprocess.Popen(command, start_new_session=True) for command in commands]
    code = 0
    while not stopped.wait(0.3):
        ended = [child for child in children if child.poll() is not None]
        if ended:
            code = ended[0].returncode or 1
            break
    for child in children:
        end(child)
    return code


def become_supervisor(host: str, port: int, *, worker: Sequence[str] = ()) -> NoReturn:
    """Replace this process, and all it has loaded, by one that only watches web process and worker.

    Parameters
    ----------
    worker
        The command that becomes the worker when it has done something first.
    """
    sys.stdout.flush()
    command = [sys.executable, "-m", "regulars.server.processes", host, str(port), *worker]
    os.execv(sys.executable, command)


def become_worker() -> NoReturn:
    """Replace this process, and all it has loaded, by the worker."""
    sys.stdout.flush()
    os.execv(sys.executable, worker_command())


def open_in_browser(address: str) -> None:
    """Open a browser from a process that outlives this one's change into another."""
    subprocess.Popen(
        [sys.executable, "-c", f"import webbrowser; webbrowser.open({address!r})"], start_new_session=True
    )


def end(child: subprocess.Popen[bytes], patience: float = 20.0) -> None:
    """Ask a child to end, and kill it when it does not; what it has started and left behind ends with it."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def refuse_taken(host: str, port: int) -> None:
    """Refuse to serve where something listens already: answers would come from either of the two.

    Raises
    ------
    RegularsError
        ``port-taken``, or ``address-unknown`` when this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise RegularsError(
                    "port-taken", f"Something listens on port {port} already. Choose another with --port."
                ) from None
            raise RegularsError(
                "address-unknown", f"Cannot listen on {host}, port {port}: {error.strerror}."
            ) from None


def is_running(pid: int) -> bool:
    """Return whether a process with this id runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(run_together([web_command(sys.argv[1], int(sys.argv[2])), sys.argv[3:] or worker_command()]))
