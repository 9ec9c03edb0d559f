"""Everybody behind the same web server: gunicorn with threads, one process each, on the same database."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.bench.visitor import Visitor
from tests.harness.databases import execute
from tests.harness.mariadb import die_with_parent, free_port
from tests.harness.serving import ROOT, end

RIVALS = {
    "Flask-AppBuilder": ("rival_fab", "/login/"),
    "Flask-Admin": ("rival_admin", ""),
    "Django admin": ("rival_django", "/admin/login/"),
}
"""Module, and where one signs in ("" = it is open to all)."""
THREADS, START_SECONDS = 8, 120


@contextmanager
def floor(database: str, folder: Path, workers: int) -> Iterator[Visitor]:
    """The bare application."""
    with _served("floor", folder, workers, "/list", BENCH_DATABASE_URL=database) as url:
        yield Visitor(url)


@contextmanager
def rivals(database: str, own: str, folder: Path, workers: int) -> Iterator[dict[str, Visitor]]:
    """Those that are installed, each with somebody signed in. `own` begins the names of schemas made for them."""
    with ExitStack() as stack:
        found = {}
        for name, (module, login) in RIVALS.items():
            if importlib.util.find_spec("django") is None and "django" in module:
                continue
            schema = f"{own}_{module}"
            execute(database, f"CREATE DATABASE IF NOT EXISTS `{schema}` CHARACTER SET utf8mb4")
            stack.callback(execute, database, f"DROP DATABASE IF EXISTS `{schema}`")
            settings = {"BENCH_DATABASE_URL": database, "BENCH_OWN_SCHEMA": schema}
            url = stack.enter_context(_served(module, folder, workers, login or "/", **settings))
            visitor = Visitor(url)
            found[name] = visitor.sign_in(login, "bench", "bench") if login else visitor
        yield found


@contextmanager
def _served(module: str, folder: Path, workers: int, probe: str, **settings: str) -> Iterator[str]:
    port, log = free_port(), folder / f"{module}.log"
    options = [
        "-k",
        "gthread",
        "--threads",
        str(THREADS),
        "-w",
        str(workers),
        "--preload",
        "--keep-alive",
        "60",
    ]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        *options,
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, f"tests.bench.{module}:application"], cwd=ROOT, env=os.environ | settings,
            stdout=output, stderr=output, preexec_fn=die_with_parent,  # noqa: PLW1509 - as for the database
        )  # fmt: skip
    try:
        _wait(process, f"http://127.0.0.1:{port}{probe}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=10):
                return
        except HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer:\n{log.read_text(errors='replace')[-3000:]}")
