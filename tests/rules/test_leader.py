"""One process leads; the lead is free again when that process is gone, and a lost lead is noticed."""

from __future__ import annotations

import os
import signal
import time

import pytest
from sqlalchemy import text

from rules import heartbeat
from rules.leader import FileLock, ServerLock
from tests.rules.processes import fork
from tests.rules.world import World


def lock_of(world: World):
    if world.engine.dialect.name == "sqlite":
        from pathlib import Path

        return FileLock(Path(world.address) / "overlay.runner")
    return ServerLock(world.engine, f"test.{world.catalogue.schema}")


def hold(address: str, ready) -> None:
    held = lock_of(World.open(address))
    assert held.holds()
    ready.set()
    time.sleep(60)


def test_one_leads_until_it_resigns(world):
    first, second = lock_of(world), lock_of(world)
    assert first.holds()
    assert first.holds()
    assert not second.holds()
    first.resign()
    assert second.holds()
    assert not first.holds()
    second.resign()


def test_a_killed_leader_leaves_the_lead(world):
    ready = fork.Event()
    process = fork.Process(target=hold, args=(world.address, ready), daemon=True)
    process.start()
    assert ready.wait(10)
    mine = lock_of(world)
    assert not mine.holds()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    deadline = time.monotonic() + 5
    while not mine.holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert mine.holds()
    mine.resign()


def test_a_leader_whose_connection_was_killed_knows_it(world):
    if world.engine.dialect.name == "sqlite":
        pytest.skip("a file's lock has no connection")
    mine, other = lock_of(world), lock_of(world)
    assert mine.holds()
    with world.engine.connect() as connection:
        holder = connection.execute(text("SELECT IS_USED_LOCK(:name)"), {"name": mine._name}).scalar()
        connection.execute(text(f"KILL {holder}"))
    deadline = time.monotonic() + 5
    while not other.holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert other.holds()
    assert not mine.holds()
    other.resign()


def test_the_heartbeat_tells_when_the_runner_stands_still(world):
    from datetime import timedelta

    with world.engine.begin() as connection:
        assert heartbeat.last_beat(connection) is None
        heartbeat.beat(connection, "one", timedelta(seconds=0.1))
        began = heartbeat.last_beat(connection).started_at
        heartbeat.beat(connection, "one", timedelta(seconds=0.1))
        assert heartbeat.last_beat(connection).started_at == began
        assert not heartbeat.last_beat(connection).is_late
    time.sleep(0.4)
    with world.engine.begin() as connection:
        assert heartbeat.last_beat(connection).is_late
        heartbeat.beat(connection, "two", timedelta(seconds=5))
        beat = heartbeat.last_beat(connection)
        assert (beat.runner, beat.is_late) == ("two", False)
        assert beat.started_at > began
