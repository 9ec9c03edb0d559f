"""The engine on real databases: clocks are found, followed and told once, whatever other programs do meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from rules import tables
from rules.sla.policy import Rung
from rules.sla.store import save_policy
from tests.rules.world import OPEN, stored

HOUR = 3600


def test_a_ticket_that_is_overdue_is_found_and_told_once(world):
    world.policy()
    world.add(1, age=2 * HOUR)
    for _round in range(3):
        world.tick()
    clock = world.clock(1)
    assert (clock["state"], clock["title"], clock["owner"]) == ("breached-open", "Ticket 1", "E1")
    assert clock["due_at"] == clock["breached_at"] == clock["started_at"] + timedelta(hours=1)
    assert world.told() == [(1, "sla.breach", "Ticket 1"), (2, "sla.breach", "Ticket 1")], (
        "the owner and the superior"
    )


def test_the_ledger_keeps_what_was_not_told_by_itself(world):
    world.policy()
    world.add(1, age=2 * HOUR)
    world.tick()
    steps = {
        row["step"].partition("@")[0]: json.loads(row["receivers"]) for row in world.rows(tables.clock_events)
    }
    assert steps == {"started": {}, "warning": {"told_with": "breach"}, "breach": {"users": [1, 2]}}


def test_a_warning_goes_to_the_owner_alone(world):
    world.policy()
    world.add(1, age=0.9 * HOUR)
    world.tick()
    assert world.told() == [(1, "sla.warning", "Ticket 1")]
    clock = world.clock(1)
    assert clock["state"] == "running"
    assert clock["next_event_at"] == clock["due_at"] == clock["started_at"] + timedelta(hours=1)


def test_a_young_ticket_waits_for_its_warning(world):
    world.policy()
    world.add(1, age=60)
    world.tick()
    clock = world.clock(1)
    assert world.told() == []
    assert clock["next_event_at"] == clock["started_at"] + timedelta(minutes=48)


def test_closed_tickets_get_no_clock_and_closing_in_time_is_met(world):
    world.policy()
    world.add(1, age=HOUR * 5, STATE="closed")
    world.add(2, age=60)
    world.tick()
    assert world.clock(1) is None
    closed = world.now()
    world.set(2, STATE="closed", CLOSED=stored(closed))
    world.tick()
    assert world.clock(2)["state"] == "met"
    assert world.clock(2)["stopped_at"] == closed.replace(microsecond=0)


def test_a_stop_in_time_that_is_seen_late_is_met_and_takes_the_notice_back(world):
    world.policy()
    world.add(1, age=2 * HOUR)
    world.tick()
    assert world.clock(1)["state"] == "breached-open"
    world.set(1, STATE="closed", CLOSED=stored(world.now() - timedelta(minutes=90)))
    world.tick()
    assert (world.clock(1)["state"], world.clock(1)["breached_at"]) == ("met", None)
    assert world.told()[-2:] == [(1, "sla.withdrawn", "Ticket 1"), (2, "sla.withdrawn", "Ticket 1")]


def test_a_ticket_that_came_and_went_between_two_looks_is_measured(world):
    world.policy()
    world.tick()
    world.add(1, age=30, STATE="closed", CLOSED=stored(world.now()))
    world.tick()
    assert world.clock(1)["state"] == "met"


def test_a_ticket_that_is_entered_with_an_old_date_is_found_by_the_full_look_of_a_new_runner(world):
    world.policy()
    world.tick()
    world.add(1, age=2 * HOUR)
    world.tick(world.sla("restarted"))
    assert world.clock(1)["state"] == "breached-open"


def test_waiting_pauses_and_nothing_is_due_meanwhile(world):
    world.policy()
    world.add(1, age=0.5 * HOUR)
    world.tick()
    world.set(1, STATE="waiting")
    world.tick()
    clock = world.clock(1)
    assert (clock["state"], clock["due_at"], clock["next_event_at"]) == ("paused", None, None)
    world.set(1, STATE="new")
    world.tick()
    assert world.clock(1)["state"] == "running"
    assert world.clock(1)["due_at"] >= clock["started_at"] + timedelta(hours=1)


def test_a_higher_priority_that_makes_it_overdue_is_breached_at_the_change(world):
    world.policy(targets={"1": HOUR, "2": 8 * HOUR})
    world.add(1, age=2 * HOUR, PRIORITY="2")
    world.tick()
    assert world.clock(1)["state"] == "running"
    moment = world.now()
    world.set(1, PRIORITY="1", CHANGED=stored(moment))
    world.tick()
    clock = world.clock(1)
    assert (clock["state"], clock["breach_cause"]) == ("breached-open", "priority_change")
    assert clock["breached_at"] == moment.replace(microsecond=0)
    assert [code for _user, code, _title in world.told()] == ["sla.breach"] * 2


def test_a_priority_without_a_target_has_no_clock(world):
    world.policy()
    world.add(1, age=2 * HOUR, PRIORITY="9")
    world.tick()
    assert world.clock(1) is None


def test_a_deleted_ticket_ends_its_clock(world):
    world.policy()
    world.add(1, age=60)
    world.tick()
    world.remove(1)
    world.tick()
    assert world.clock(1)["state"] == "cancelled"


def test_reopening_begins_a_new_cycle_where_the_policy_says_so(world):
    world.policy(reopen="new_cycle")
    world.add(1, age=60)
    world.tick()
    world.set(1, STATE="closed", CLOSED=stored(world.now()))
    world.tick()
    world.set(1, STATE="new", CLOSED=None)
    world.tick()
    cycles = [(row["cycle"], row["state"], row["is_latest"]) for row in world.rows(tables.clocks)]
    assert cycles == [(1, "met", False), (2, "running", True)]


def test_the_first_policy_that_matches_wins_and_other_kinds_run_beside_it(world):
    urgent = world.policy(name="Urgent", match={"field": "PRIORITY", "op": "eq", "value": "1"})
    usual = world.policy(name="Usual")
    reply = world.policy(name="Reply", kind="first_response")
    world.add(1, age=60)
    world.add(2, age=60, PRIORITY="2")
    world.tick()
    found = {(row["policy_id"], row["record"]) for row in world.rows(tables.clocks)}
    assert found == {(urgent.id, "1"), (usual.id, "2"), (reply.id, "1"), (reply.id, "2")}


def test_what_was_late_before_the_policy_began_is_kept_and_not_told(world):
    world.policy(tells_backlog=False)
    world.add(1, age=2 * HOUR)
    world.tick()
    assert world.clock(1)["state"] == "breached-open"
    assert world.told() == []


def test_the_ladder_goes_on_to_the_superiors_superior(world):
    rung = Rung("escalation", "working", 30, ("superior:2",))
    world.policy(ladder=(rung,))
    world.add(1, age=1.6 * HOUR)
    world.tick()
    assert {user for user, code, _title in world.told() if code == "sla.late"} == {1, 2, 3}


def test_an_audience_of_nobody_goes_upwards_and_to_the_administrators(world):
    world.policy()
    world.folk.accounts = {"E3": 3}
    world.add(1, age=2 * HOUR)
    world.add(2, age=2 * HOUR, OWNER=None)
    world.tick()
    assert world.told() == [(3, "sla.breach", "Ticket 1"), (99, "sla.breach", "Ticket 2")]
    notes = [
        json.loads(row["receivers"]).get("instead") for row in world.rows(tables.clock_events, step="breach")
    ]
    assert notes == [
        ["owner: superior", "superior: superior"],
        ["owner: administrators", "superior: administrators"],
    ]


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
