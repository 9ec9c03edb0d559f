"""Two runners, killed again and again: every breach is told once, none is missed and none is told twice."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from rules import tables
from tests.rules.processes import Pair
from tests.rules.world import World

BREACHES, KILLS = 60, 12
SPREAD_SECONDS = 12.0


def add_breaches(world: World) -> None:
    """Tickets that fall due one after the other in the next seconds."""
    for number in range(1, BREACHES + 1):
        world.add(number, age=3600 - SPREAD_SECONDS * number / BREACHES)


def wait_until_told(world: World, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and world.count(tables.clocks, state="breached-open") < BREACHES:
        time.sleep(0.2)


def check(world: World) -> None:
    breaches = Counter(row["clock_id"] for row in world.rows(tables.clock_events, type="breached"))
    told = Counter(entry for entry in world.told() if entry[1] == "sla.breach")
    letters = [row for row in world.rows(tables.outbox) if "sla.breach" in row["payload"]]
    wanted = {
        (user, "sla.breach", f"Ticket {number}") for user in (1, 2) for number in range(1, BREACHES + 1)
    }
    print(f"{len(breaches)} breaches, {sum(told.values())} messages, {len(letters)} letters")
    assert len(breaches) == BREACHES
    assert set(told) == wanted, "none is missed"
    assert set(breaches.values()) == set(told.values()) == {1}, "none is told twice"
    assert len(letters) == 2 * BREACHES


@pytest.mark.slow
def test_sixty_breaches_under_twelve_kills_are_told_once(world):
    world.policy(warning_percent=0)
    add_breaches(world)
    pair = Pair(world.address)
    try:
        while pair.kills < KILLS:
            time.sleep(random.uniform(0.3, 1.3))
            pair.kill_one()
        wait_until_told(world, 30)
    finally:
        pair.end()
    check(world)


@pytest.mark.slow
def test_a_runner_that_was_frozen_tells_nothing_twice(world):
    world.policy(warning_percent=0)
    add_breaches(world)
    pair = Pair(world.address)
    try:
        for _round in range(3):
            pair.pause_one(3)
            time.sleep(0.5)
        wait_until_told(world, 30)
    finally:
        pair.end()
    check(world)
