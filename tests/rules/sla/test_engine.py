"""The engine on real databases: clocks are found, followed and told once, whatever other programs do meanwhile."""

from __future__ import annotations

import json
from datetime import timedelta

from rules import tables
from rules.sla.policy import Rung
from tests.rules.world import stored

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
