"""Versions of calendars and policies, what is refused when they are saved, and when a start is also a stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import Invalid, NotVisible, Stale
from rules.sla.implication import implies
from rules.sla.policy import Definition, Rung, definition_from, document_of
from rules.sla.refusals import refuse_wrong
from rules.sla.store import (
    all_calendars,
    all_policies,
    calendar_with_id,
    policy_with_id,
    save_calendar,
    save_policy,
)
from tests.rules.sla.times import office
from tests.rules.world import CLOSED, bound_entity


def leaf(op, value=None, field="STATE"):
    return {"field": field, "op": op, **({} if value is None else {"value": value})}


@pytest.mark.parametrize(
    ("condition", "other", "implied"),
    [
        (leaf("eq", "a"), leaf("eq", "a"), True),
        (leaf("eq", "a"), leaf("in", ["a", "b"]), True),
        (leaf("in", ["a", "b"]), leaf("in", ["a"]), False),
        (leaf("eq", "a"), leaf("ne", "b"), True),
        (leaf("eq", "a"), leaf("not_in", ["a", "b"]), False),
        (leaf("not_in", ["a", "b"]), leaf("ne", "a"), True),
        (leaf("ne", "a"), leaf("eq", "b"), False),
        (leaf("eq", "a"), leaf("not_null"), True),
        (leaf("is_null"), leaf("not_null"), False),
        (leaf("eq", "a"), leaf("eq", "a", "OWNER"), False),
        ({"and": [leaf("eq", "a"), leaf("not_null", field="OWNER")]}, leaf("in", ["a"]), True),
        (leaf("eq", "a"), {"or": [leaf("eq", "b"), leaf("eq", "a")]}, True),
        ({"or": [leaf("eq", "a"), leaf("eq", "b")]}, leaf("in", ["a", "b"]), True),
        ({"or": [leaf("eq", "a"), leaf("eq", "c")]}, leaf("in", ["a", "b"]), False),
        ({"and": []}, leaf("eq", "a"), False),
        ({"not": leaf("eq", "a")}, leaf("ne", "a"), False),
    ],
)
def test_what_implies_what(condition, other, implied):
    assert implies(condition, other) is implied


GOOD = Definition(
    start_field="CREATED", stop=CLOSED, targets={"": 3600}, calendar=1, time_zone="Asia/Shanghai"
)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"targets": {"": 0}}, "targets", "The target for “all others” is not above zero."),
        ({"targets": {"1": -5}}, "targets", "The target for “1” is not above zero."),
        ({"targets": {}}, "targets", "Give at least one target time."),
        ({"start": leaf("in", ["closed"])}, "start", "stops it at once"),
        ({"match": CLOSED}, "start", "stops it at once"),
        ({"stop": None}, "stop", "Say when the clock stops"),
        ({"stop": leaf("eq", "x", "SECRET")}, "stop", "There is no field called “SECRET”."),
        ({"pause": {"and": 3}}, "pause", "This filter cannot be read."),
        ({"start_field": ""}, "start_field", "Choose the field that holds the start"),
        ({"start_field": "TITLE"}, "start_field", "holds a date or a time"),
        ({"stop_field": "NOTHING"}, "stop_field", "holds a date or a time"),
        ({"owner_field": "NOTHING"}, "owner_field", "There is no field called “NOTHING”."),
        ({"warning_percent": 100}, "warning_percent", "between 1 and 99"),
        ({"ladder": (Rung("warning"),)}, "ladder", "the same name"),
        ({"ladder": (Rung("later", times=3),)}, "ladder", "A step that repeats"),
        ({"time_zone": "Mars"}, "time_zone", "no time zone called Mars"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_with_a_sentence(changes, field, sentence):
    with pytest.raises(Invalid) as refusal:
        refuse_wrong(bound_entity(), replace(GOOD, **changes))
    assert sentence in refusal.value.fields[field]


def test_a_sensible_policy_is_not_refused():
    refuse_wrong(bound_entity(), GOOD)
    refuse_wrong(bound_entity(), replace(GOOD, stop=None, stop_field="CLOSED", start=leaf("ne", "closed")))


def test_a_definition_comes_back_from_its_document():
    rich = replace(
        GOOD, ladder=(Rung("later", "wall", 30, ("role:Admin",), ("inbox",), 10, 3),), pause=CLOSED
    )
    assert definition_from({**document_of(rich), "of_another_version": 1}) == rich


def test_every_save_is_a_version_and_nobody_overwrites_another(world):
    with world.engine.begin() as connection:
        first = save_calendar(connection, replace(office(), name="Office"), "ann")
        second = save_calendar(connection, replace(office(), name="Bureau"), "bob", first.id, 1)
        assert (second.id, second.calendar.version) == (first.id, 2)
        assert calendar_with_id(connection, first.id, 1).calendar.name == "Office"
        assert [one.calendar.name for one in all_calendars(connection)] == ["Bureau"]
        with pytest.raises(Stale):
            save_calendar(connection, office(), "eve", first.id, 1)
        with pytest.raises(NotVisible):
            calendar_with_id(connection, 99)


def test_policies_keep_their_versions_and_order(world):
    first = world.policy(name="First")
    second = world.policy(name="Second")
    with world.engine.begin() as connection:
        changed = save_policy(connection, replace(first, name="Last", position=99), "ann")
        assert changed.version == 2
        assert [one.name for one in all_policies(connection)] == ["Second", "Last"]
        assert policy_with_id(connection, first.id, 1).definition == first.definition
        with pytest.raises(Stale):
            save_policy(connection, first, "bob")
        with pytest.raises(NotVisible):
            policy_with_id(connection, 99)
        assert second.position > first.position


def test_switching_a_policy_on_again_begins_its_notices_anew(world):
    policy = world.policy()
    with world.engine.begin() as connection:
        off = save_policy(connection, replace(policy, active=False), "ann")
        assert off.activated_at == policy.activated_at
        on = save_policy(connection, replace(off, active=True), "ann")
        assert on.activated_at > policy.activated_at
