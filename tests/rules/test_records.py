"""Legacy rows as rules read them: keys of all kinds, delete flags, times in every form, walks in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.wiring.nouns import Field, Label
from rules import records
from rules.records import Walk
from tests.rules.world import CLOSED, ticket_entity

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entity_with(sql_type: str, kind: str):
    entity = ticket_entity()
    entity.fields["WHEN"] = Field("WHEN", Label(), kind, sql_type)
    return entity


@pytest.mark.parametrize(
    ("sql_type", "kind", "value", "instant"),
    [
        ("datetime", "datetime", "2026-03-02 09:00:00", NINE),
        ("datetime(6)", "datetime", "2026-03-02 09:00:00.000000", NINE),
        ("date", "date", "2026-03-02", datetime(2026, 3, 1, 16, tzinfo=UTC)),
        ("int", "yyyymmdd", 20260302, datetime(2026, 3, 1, 16, tzinfo=UTC)),
        ("int", "epoch", int(NINE.timestamp()), NINE),
        ("datetime", "datetime", "0000-00-00 00:00:00", None),
        ("datetime", "datetime", "2026-02-30 09:00:00", None),
        ("int", "yyyymmdd", 0, None),
        ("int", "yyyymmdd", 20261350, None),
        ("datetime", "datetime", None, None),
        ("varchar(20)", "text", "soon", None),
    ],
)
def test_times_in_every_form(sql_type, kind, value, instant):
    assert records.instant_of(entity_with(sql_type, kind), "WHEN", value, SHANGHAI) == instant


@pytest.mark.parametrize(
    ("sql_type", "kind", "stored"),
    [
        ("datetime", "datetime", "2026-03-02 09:00:00"),
        ("date", "date", "2026-03-02"),
        ("int", "yyyymmdd", 20260302),
        ("bigint", "epoch", int(NINE.timestamp())),
    ],
)
def test_instants_in_the_form_of_the_field(sql_type, kind, stored):
    assert records.stored_instant(entity_with(sql_type, kind), "WHEN", NINE, SHANGHAI) == stored


def test_many_records_at_once_and_those_that_are_gone(world):
    world.add(1, 2, 3)
    with world.engine.connect() as connection:
        found = records.read_many(connection, world.tickets, ["1", "3", "9"], ["STATE"])
        assert {token: seen.title for token, seen in found.items()} == {"1": "Ticket 1", "3": "Ticket 3"}
        assert records.read(connection, world.tickets, "9", []) is None
        assert records.read_many(connection, world.tickets, [], []) == {}


def test_a_deleted_record_is_gone_and_one_without_a_flag_is_not(world):
    world.add(1, 2, 3, STATE="new")
    world.set(2, STATE="gone")
    world.set(3, STATE=None)
    flagged = replace(world.tickets, delete_flag={"field": "STATE", "deleted": "gone", "live": "new"})
    with world.engine.connect() as connection:
        assert sorted(records.read_many(connection, flagged, ["1", "2", "3"], [])) == ["1", "3"]


def test_a_compound_key(world):
    world.add(1, 2, PRIORITY="a~b")
    compound = replace(world.tickets, key=("PRIORITY", "ID"))
    with world.engine.connect() as connection:
        walked = records.walk(connection, compound, Walk("CREATED", None, (), 10))
        tokens = [seen.token for seen in walked]
        assert sorted(records.read_many(connection, compound, tokens, [])) == sorted(tokens)
        assert len(tokens) == 2


def test_a_walk_goes_on_where_it_stopped_even_within_one_second(world):
    world.add(*range(1, 8), age=60)
    world.add(8, age=30)
    seen, path = [], Walk("CREATED", None, ("STATE",), 3)
    with world.engine.connect() as connection:
        while page := records.walk(connection, world.tickets, path):
            seen += [one.token for one in page]
            path = replace(path, after=(page[-1].values["CREATED"], page[-1].token))
    assert seen == [str(number) for number in range(1, 9)]


def test_what_is_never_wanted_leaves_the_unknown_in(world):
    world.add(1, STATE="closed")
    world.add(2, STATE=None)
    world.add(3, STATE="new")
    with world.engine.connect() as connection:
        walked = records.walk(connection, world.tickets, Walk("CREATED", None, (), 10, never=CLOSED))
    assert {seen.token for seen in walked} == {"2", "3"}
