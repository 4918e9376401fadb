"""A real Spark cluster: one master and two workers, separate processes on loopback, once per session."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

WORKERS = 2
PATIENCE = 90.0


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if found is None or not Path(found).exists():
        pytest.skip("Java is missing: Spark needs Java 17 or newer on the path or in JAVA_HOME.")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(arguments: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    with (folder / f"{arguments[0].rsplit('.', 1)[-1].lower()}.log").open("ab") as log:
        return subprocess.Popen(
            [str(program), *arguments],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _workers_alive(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/", timeout=5) as answer:
            return int(json.load(answer)["aliveworkers"])
    except OSError:
        return 0


def _wait_for_workers(port: int, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while _workers_alive(port) < WORKERS:
        if time.monotonic() > end:
            logs = "\n".join(log.read_text(errors="replace")[-2000:] for log in folder.glob("*.log"))
            pytest.fail(f"Spark did not start within {PATIENCE:.0f} seconds:\n{logs}")
        time.sleep(0.2)


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a running Spark master with two workers, such as spark://127.0.0.1:40123."""
    _java()
    pytest.importorskip("pyspark", reason="PySpark is missing: install regulars[spark].")
    folder = tmp_path_factory.mktemp("spark")
    port, pages = _free_port(), _free_port()
    environment = {
        **os.environ,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_MEMORY": "256m",
        # Six short-lived Java processes on few cores: what they save on compiling is most of the time.
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    deploy = "org.apache.spark.deploy"
    address = f"spark://127.0.0.1:{port}"
    with ExitStack() as running, pytest.MonkeyPatch.context() as patch:
        # The driver, in this process, reads the same variables.
        for name in ("SPARK_LOCAL_IP", "SPARK_LOCAL_DIRS", "PYSPARK_PYTHON", "JDK_JAVA_OPTIONS"):
            patch.setenv(name, environment[name])
        master = [
            f"{deploy}.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--webui-port",
            str(pages),
        ]
        running.callback(_stop, _start(master, folder, environment))
        for _ in range(WORKERS):
            worker = [f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0"]
            running.callback(
                _stop, _start([*worker, "--cores", "1", "--memory", "1g", address], folder, environment)
            )
        _wait_for_workers(pages, folder)
        yield address


@pytest.fixture(scope="session")
def spark(spark_master: str) -> Iterator[Any]:
    """Yield an Ibis connection to the cluster: days and times in UTC."""
    import ibis
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(spark_master)
        .appName("regulars-tests")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.executor.memory", "512m")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()
