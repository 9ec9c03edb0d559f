"""`run.py runner` in processes of their own on a real server: one leads, and a killed leader is followed by the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from config import SETTINGS
from rules import heartbeat, tables
from tests.harness import applications
from tests.harness.mariadb import die_with_parent

ROOT = Path(__file__).resolve().parents[2]


def start(settings: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    names = {setting.name for setting in SETTINGS}
    environment = {name: value for name, value in os.environ.items() if name not in names} | settings
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "run.py", "runner"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - as for the database
        )


def leader(engine, known: set[str], seconds: float = 40) -> str:
    """The name of a runner that gives signs of life and is not among `known`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            beat = heartbeat.last_beat(connection)
        if beat is not None and beat.runner not in known and not beat.is_late:
            return beat.runner
        time.sleep(0.2)
    raise AssertionError("nobody leads")


def is_told(engine, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.execute(select(tables.notifications.c.id).limit(1)).first():
                return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
@pytest.mark.mariadb
def test_a_killed_leader_is_followed_by_the_other(mariadb_url, tmp_path):
    with applications.on_server(mariadb_url) as app:
        services = app.extensions["veneer"]
        settings = {
            "DATABASE_URL": services.config.database_url,
            "OVERLAY_SCHEMA": services.config.overlay_schema,
            "SECRET_KEY": applications.KEY,
            "RUNNER_POLL_SECONDS": "1",
            "DEMO": "yes",
        }
        logs = [tmp_path / "one.log", tmp_path / "two.log"]
        runners = [start(settings, log) for log in logs]
        try:
            first = leader(services.engine, set())
            by_name = {f":{runner.pid}": runner for runner in runners}
            dead = next(runner for ending, runner in by_name.items() if first.endswith(ending))
            os.kill(dead.pid, signal.SIGKILL)
            second = leader(services.engine, {first})
            assert second != first
            assert is_told(services.engine), "the demo's late tickets are told by whoever leads"
            alive = next(runner for runner in runners if runner is not dead)
            alive.terminate()
            assert alive.wait(20) == 0, "\n".join(log.read_text() for log in logs)
        finally:
            for runner in runners:
                runner.kill()
                runner.wait()
