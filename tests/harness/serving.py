"""A real Veneer server in a process of its own, for tests that need sockets, workers, a browser or a kill -9."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from config import SETTINGS
from demo.write import write_sqlite
from tests.harness.mariadb import die_with_parent, free_port
from tests.harness.served import TOLD, Telling

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
CUSTOMERS = 400


@dataclass(frozen=True)
class Serving:
    """A server that answers: its address, its process and the file that it writes its messages to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def serving(folder: Path, *, niceness: int = 0, **settings: str) -> Iterator[Serving]:
    """`run.py serve` with these settings on a free port, ended afterwards; the small demo where none name a database."""
    own = {"DEMO_DIR": str(folder / "demo"), "SECRET_KEY": "test-key-that-is-long-enough-for-a-test"}
    own |= {"PORT": str(free_port()), "INLINE_RUNNER": "no", "TIME_ZONE": "UTC", **settings}
    if not settings.get("DATABASE_URL"):
        write_sqlite(Path(own["DEMO_DIR"]) / "erp.sqlite", CUSTOMERS)
    started = begin(folder / "server.log", own, niceness)
    try:
        wait_for(started)
        yield started
    finally:
        end(started.process)


@contextmanager
def serving_too(app: Flask, folder: Path, **settings: str) -> Iterator[tuple[Serving, Telling]]:
    """A server over the databases of an application that the tests made, which is told of their commits."""
    config = app.extensions["veneer"].config
    here = {"DEMO_DIR": str(config.demo_dir)}
    there = {"DATABASE_URL": config.database_url, "OVERLAY_SCHEMA": config.overlay_schema, "DEMO": "yes"}
    telling = Telling(folder / "told")
    telling.listen(app.extensions["veneer"].engine)
    own = {**settings, **(here if config.is_embedded else there)}
    own |= {"PORT": str(free_port()), TOLD: str(telling.told)}
    started = begin(folder / "server.log", own, program=("-m", "tests.harness.served"))
    try:
        wait_for(started)
        yield started, telling
    finally:
        end(started.process)


def begin(
    log: Path, settings: dict[str, str], niceness: int = 0, program: tuple[str, ...] = ("run.py", "serve")
) -> Serving:
    """Start the process with nothing but these settings in its environment."""
    command = [*(["nice", "-n", str(niceness)] if niceness else []), sys.executable, *program]
    names = {setting.name for setting in SETTINGS}
    environment = {name: value for name, value in os.environ.items() if name not in names} | settings
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - as for the database
        )
    return Serving(f"http://127.0.0.1:{settings['PORT']}", process, log)


def wait_for(started: Serving) -> None:
    """Return when the login page answers; raises RuntimeError with the end of the log when it never does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and started.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{started.url}/login/", timeout=5):
                return
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer:\n{started.log.read_text(errors='replace')[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, and kill it when it does not."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
