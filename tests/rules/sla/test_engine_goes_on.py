"""The engine goes on: after a stop, past bad records and broken policies, through edits, with a second one beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import text, update

from models.wiring.nouns import Label
from rules import tables
from rules.sla.store import save_policy
from tests.rules.world import OPEN, stored

HOUR = 3600


def test_after_a_long_stop_everything_late_is_found_from_data(world):
    world.policy(tells_backlog=False)
    world.tick()
    # The runner saw nothing of the last six hours.
    moved = {"activated_at": world.now() - timedelta(hours=7)}
    with world.engine.begin() as connection:
        connection.execute(update(tables.policies).values(moved))
        connection.execute(text("DELETE FROM sla_cursor"))
    world.add(*range(1, 301), age=4 * HOUR)
    world.tick()
    assert sorted(world.told()) == sorted(
        (user, "sla.breach", f"Ticket {number}") for number in range(1, 301) for user in (1, 2)
    )


def test_one_bad_record_does_not_stop_the_others_and_is_shown(world):
    world.policy()
    world.add(1, 2, 3, age=2 * HOUR)
    answer = world.folk.superior_of
    world.folk.superior_of = lambda connection, employee: (
        1 / 0 if employee == "BAD" else answer(connection, employee)
    )
    world.set(2, OWNER="BAD")
    world.tick()
    assert {title for _user, _code, title in world.told()} == {"Ticket 1", "Ticket 3"}
    (policy,) = world.rows(tables.policies)
    assert "ZeroDivisionError" in policy["last_error"]
    assert policy["last_success_at"] is not None


def test_a_policy_whose_table_is_gone_does_not_stop_the_others(world):
    world.policy()
    broken = replace(world.tickets, name="gone", table_name="GONE")
    world.catalogue.entities["gone"] = broken
    with world.engine.begin() as connection:
        row = world.rows(tables.policies)[0]
        connection.execute(
            tables.policies.insert().values({**row, "id": 50, "entity": "gone", "position": 1})
        )
        version = world.rows(tables.policy_versions)[0]
        connection.execute(tables.policy_versions.insert().values({**version, "policy_id": 50}))
    broken.table = world.tickets.table.to_metadata(world.tickets.table.metadata, name="GONE")
    broken.model = None
    world.add(1, age=2 * HOUR)
    world.tick()
    assert world.told()
    errors = {row["id"]: bool(row["last_error"]) for row in world.rows(tables.policies)}
    assert errors == {1: False, 50: True}


def test_a_policy_whose_column_is_gone_rests_and_says_so(world):
    """Without the column that says "closed" every ticket would look overdue."""
    world.policy()
    world.add(1, age=2 * HOUR)
    world.catalogue.entities["ticket"].lost = {"CLOSED": Label("Closed at"), "STATE": Label("State")}
    try:
        with speaking():
            world.tick()
        assert world.told() == []
        (policy,) = world.rows(tables.policies)
        assert "The policy rests" in policy["last_error"]
    finally:
        world.catalogue.entities["ticket"].lost = {}
    world.tick()
    assert world.told()


def speaking():
    app = Flask(__name__)
    Babel(app)
    return app.app_context()


def test_a_policy_that_is_switched_off_rests(world):
    world.policy()
    world.add(1, age=60)
    world.tick()
    with world.engine.begin() as connection:
        connection.execute(update(tables.policies).values(active=False))
        connection.execute(update(tables.clocks).values(next_event_at=world.now()))
    world.tick()
    assert world.clock(1)["state"] == "running"
    assert world.clock(1)["next_event_at"] > world.now()


def test_running_clocks_keep_the_version_they_began_with(world):
    policy = world.policy()
    world.add(1, age=60)
    world.tick()
    with world.engine.begin() as connection:
        shorter = replace(policy, definition=replace(policy.definition, targets={"": 10}))
        save_policy(connection, shorter, "tester")
    world.add(2, age=60)
    world.set(1, TITLE="Renamed")
    world.tick()
    assert (world.clock(1)["policy_version"], world.clock(1)["state"]) == (1, "running")
    assert (world.clock(2)["policy_version"], world.clock(2)["state"]) == (2, "breached-open")


def test_a_finished_cycle_stays_as_it_ended_when_the_policy_was_changed(world):
    policy = world.policy(reopen="new_cycle")
    world.add(1, age=600)
    world.tick()
    world.set(1, STATE="closed", CLOSED=stored(world.now()))
    world.tick()
    with world.engine.begin() as connection:
        save_policy(
            connection, replace(policy, definition=replace(policy.definition, targets={"": 10})), "tester"
        )
    world.set(1, STATE="new", CLOSED=None)
    world.tick()
    cycles = [(row["cycle"], row["policy_version"], row["state"]) for row in world.rows(tables.clocks)]
    assert cycles == [(1, 1, "met"), (2, 2, "running")]
    assert world.told() == []


def test_two_engines_at_once_tell_once(world):
    from threading import Thread

    world.policy()
    world.add(*range(1, 31), age=2 * HOUR)
    engines = [world.sla(f"runner {number}") for number in (1, 2)]
    threads = [Thread(target=world.tick, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.tick()
    assert len(world.told()) == len(set(world.told())) == 60


@pytest.mark.parametrize("condition", [OPEN, None])
def test_state_that_is_unknown_is_not_closed(world, condition):
    world.policy(match=condition)
    world.add(1, age=2 * HOUR, STATE=None)
    world.tick()
    assert (world.clock(1) is None) == (condition is not None), "unknown does not match, and is not a stop"
