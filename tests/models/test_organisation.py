"""The tree kept by hand and read anew: closure after every step, seats, posts, leavers; on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.errors import Invalid, NotVisible
from models import organisation as org
from models import organisation_hand as hand
from models.organisation import Staff, Unit, superior_of
from models.organisation_plan import plan, with_hand_kept
from models.organisation_rebuild import closure_rows, rebuild
from tests.models.small_erp import SmallErp

UNITS = [
    Unit("G", "Group", None, "BOSS"),
    Unit("E", "East", "G", "EVA"),
    Unit("E1", "East one", "E"),
    Unit("W", "West", "G"),
]
STAFF = [Staff("BOSS", "Boss", "G", 1), Staff("EVA", "Eva", "E", 2), Staff("ANN", "Ann", "E1", 3)]


@pytest.fixture
def tree(erp: SmallErp) -> SmallErp:
    with erp.engine.begin() as connection:
        rebuild(connection, UNITS, STAFF)
    return erp


def closure(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(select(org.closure_table))}


def check_closure(connection: Connection) -> None:
    """It is what building it anew would give."""
    parents = dict(connection.execute(select(org.unit_table.c.code, org.unit_table.c.parent)).all())
    wanted = {(row["ancestor"], row["descendant"], row["depth"]) for row in closure_rows(parents)}
    assert closure(connection) == wanted


def seats(connection: Connection, employee: str) -> dict[str, bool]:
    table = org.seat_table.c
    rows = connection.execute(select(table.unit, table.is_main).where(table.staff == employee))
    return {unit: bool(is_main) for unit, is_main in rows}


def test_the_closure_follows_random_steps(tree: SmallErp) -> None:
    dice = random.Random(4)
    codes = [unit.code for unit in UNITS]
    with tree.engine.begin() as connection:
        for number in range(60):
            code, parent = dice.choice(codes), dice.choice([*codes, ""])
            try:
                if dice.random() < 0.4:
                    hand.add_unit(connection, f"N{number}", "New", parent, "")
                    codes.append(f"N{number}")
                else:
                    hand.change_unit(connection, code, "Moved", parent, "")
            except Invalid:
                continue
        check_closure(connection)
        assert len(codes) > 15


REFUSED: list[tuple[Callable[[Connection], Any], str]] = [
    (lambda c: hand.add_unit(c, "E", "Twice", "", ""), "already"),
    (lambda c: hand.add_unit(c, "N", "New", "NOPE", ""), "NOPE"),
    (lambda c: hand.add_unit(c, "N N", "New", "", ""), "without blanks"),
    (lambda c: hand.add_unit(c, "N", "", "", ""), "Enter a name"),
    (lambda c: hand.add_unit(c, "N", "New", "", "NOBODY"), "no such employee"),
    (lambda c: hand.change_unit(c, "E", "East", "E1", ""), "below itself"),
    (lambda c: hand.change_unit(c, "E", "East", "E", ""), "below itself"),
    (lambda c: hand.close_unit(c, "E", date(2026, 1, 1)), "open units below"),
    (lambda c: hand.close_unit(c, "E1", date(2026, 1, 1)), "people in it"),
    (lambda c: hand.add_person(c, "ANN", "Ann", "E"), "already"),
    (lambda c: hand.seat(c, "NOBODY", "E", is_main=True), "no such employee"),
    (lambda c: hand.add_position(c, "E", "", ""), "Enter a name"),
]


@pytest.mark.parametrize(("step", "words"), REFUSED, ids=[words for _step, words in REFUSED])
def test_what_cannot_be_is_refused_with_a_sentence(
    tree: SmallErp, step: Callable[[Connection], Any], words: str
) -> None:
    with tree.engine.connect() as connection, pytest.raises(Invalid, match=words):
        step(connection)


def test_a_unit_that_there_is_not(tree: SmallErp) -> None:
    with tree.engine.connect() as connection, pytest.raises(NotVisible):
        hand.close_unit(connection, "NOPE", date(2026, 1, 1))


def test_a_closed_unit_takes_nobody_and_keeps_its_place(tree: SmallErp) -> None:
    with tree.engine.begin() as connection:
        hand.close_unit(connection, "W", date(2026, 1, 1))
        with pytest.raises(Invalid, match="closed"):
            hand.seat(connection, "ANN", "W", is_main=False)
        with pytest.raises(Invalid, match="closed"):
            hand.add_unit(connection, "W1", "West one", "W", "")
        assert "W" in org.units_below(connection, ["G"]), (
            "records of a closed unit are still reached from above"
        )
        hand.reopen_unit(connection, "W")
        hand.seat(connection, "ANN", "W", is_main=False)


def test_several_seats_and_one_main(tree: SmallErp) -> None:
    with tree.engine.begin() as connection:
        hand.seat(connection, "ANN", "W", is_main=False)
        assert seats(connection, "ANN") == {"E1": True, "W": False}
        hand.seat(connection, "ANN", "W", is_main=True)
        assert seats(connection, "ANN") == {"E1": False, "W": True}
        hand.unseat(connection, "ANN", "W")
        assert seats(connection, "ANN") == {"E1": True}
        assert org.place_of(connection, 3).units == {"E1"}


def test_the_superior_goes_upwards_past_vacant_posts_and_leavers(tree: SmallErp) -> None:
    with tree.engine.begin() as connection:
        assert superior_of(connection, "ANN") == "EVA", "E1 has no head"
        assert superior_of(connection, "EVA") == "BOSS"
        assert superior_of(connection, "BOSS") is None
        hand.change_unit(connection, "E", "East", "G", "")
        assert superior_of(connection, "ANN") == "BOSS", "vacant"
        hand.change_unit(connection, "E1", "East one", "E", "EVA")
        assert superior_of(connection, "ANN") == "EVA"
        rebuild(connection, UNITS, [one for one in STAFF if one.code != "EVA"])
        assert superior_of(connection, "ANN") == "BOSS", "the head of East has left"


def test_positions_are_held_or_vacant(tree: SmallErp) -> None:
    def holders(connection: Connection) -> list[Any]:
        found = select(org.position_table.c.holder).order_by(org.position_table.c.id)
        return list(connection.execute(found).scalars())

    with tree.engine.begin() as connection:
        hand.add_position(connection, "W", "Planner", "")
        hand.add_position(connection, "W", "Buyer", "ANN")
        assert holders(connection) == [None, "ANN"]
        assert seats(connection, "ANN") == {"E1": True, "W": False}, "whoever holds a post sits there"
        first = connection.execute(select(org.position_table.c.id).limit(1)).scalar_one()
        hand.fill_position(connection, "W", first, "EVA")
        hand.fill_position(connection, "E", first, "")
        assert holders(connection) == ["EVA", "ANN"], "another unit's post is not touched"
        rebuild(connection, UNITS, [one for one in STAFF if one.code != "ANN"])
        assert holders(connection) == ["EVA", None], "vacant when the holder leaves"
        hand.remove_position(connection, "W", first)
        assert holders(connection) == [None]


def test_what_was_made_by_hand_outlives_reading_the_tables_anew(tree: SmallErp) -> None:
    with tree.engine.begin() as connection:
        hand.add_unit(connection, "P", "Project", "W", "ANN")
        hand.add_person(connection, "NEW", "Newcomer", "P")
        hand.seat(connection, "ANN", "P", is_main=False)
        hand.change_unit(connection, "E", "Orient", "G", "EVA")
        read = with_hand_kept(connection, UNITS, STAFF)
        assert plan(connection, *read).is_empty
        rebuild(connection, *read)
        check_closure(connection)
        assert seats(connection, "ANN") == {"E1": True, "P": False}
        assert seats(connection, "NEW") == {"P": True}
        name = select(org.unit_table.c.name).where(org.unit_table.c.code == "E")
        assert connection.execute(name).scalar() == "Orient"
        assert org.units_below(connection, ["W"]) == {"W", "P"}


def test_people_who_leave_stay_by_name_and_may_come_back(tree: SmallErp) -> None:
    with tree.engine.begin() as connection:
        rebuild(connection, UNITS, STAFF[:2])
        row = connection.execute(select(org.staff_table).where(org.staff_table.c.code == "ANN")).one()
        assert (row.name, row.user_id, row.left_on is not None) == ("Ann", None, True)
        assert seats(connection, "ANN") == {}
        assert not plan(connection, UNITS, STAFF[:2]).leaves, "they have left once"
        hand.add_person(connection, "ANN", "Ann again", "W")
        assert seats(connection, "ANN") == {"W": True}
        assert not plan(connection, UNITS, [*STAFF[:2], Staff("ANN", "Ann", "W")]).joins


LOOP = [Unit("T", "Top"), Unit("A", "A", "C"), Unit("B", "B", "A"), Unit("C", "C", "B"), Unit("D", "D", "B")]


def test_units_in_a_circle_reach_no_more_than_themselves(erp: SmallErp) -> None:
    """A mistake in the legacy tables: nobody sees another's records by it, and those below still have their unit above."""
    with erp.engine.begin() as connection:
        rebuild(connection, LOOP, [])
        assert closure(connection) == {(c, c, 0) for c in "TABCD"} | {("B", "D", 1)}
        for code, parent in (("A", "A"), ("A", "B"), ("C", "A"), ("B", "D")):
            with pytest.raises(Invalid, match="below itself"):
                hand.change_unit(connection, code, code, parent, "")
        hand.change_unit(connection, "A", "A", "T", "")
        check_closure(connection)
        assert ("T", "D", 3) in closure(connection)


def test_codes_that_the_server_takes_for_one_are_told(erp: SmallErp) -> None:
    """Most servers do not tell capitals and accents; SQLite does."""
    is_told = erp.engine.dialect.name != "sqlite"
    refused = pytest.raises(Invalid, match="capitals or accents") if is_told else nullcontext()
    with refused, erp.engine.begin() as connection:
        rebuild(connection, [Unit("E1", "One"), Unit("é1", "Two")], [])


@pytest.mark.parametrize("times", range(3))
def test_two_moves_at_once_make_no_circle(tree: SmallErp, times: int) -> None:
    """Each is right by itself: one of them finds that the other one was there first."""
    with tree.engine.begin() as connection:
        hand.add_unit(connection, "P", "P", "G", "")
        hand.add_unit(connection, "Q", "Q", "G", "")
    start, refused = Barrier(2), list[str]()

    def move(code: str, parent: str) -> None:
        start.wait()
        try:
            with tree.engine.begin() as connection:
                hand.change_unit(connection, code, code, parent, "")
        except Invalid as problem:
            refused.append(str(problem))

    threads = [Thread(target=move, args=pair) for pair in (("P", "Q"), ("Q", "P"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with tree.engine.connect() as connection:
        check_closure(connection)


def test_a_change_waits_until_the_one_before_it_is_done(tree: SmallErp) -> None:
    """The tree is read behind the lock: what the other one did is seen."""
    done, errors = Event(), list[BaseException]()

    def second() -> None:
        try:
            with tree.engine.begin() as connection:
                hand.change_unit(connection, "E", "East", "W2", "")
        except BaseException as error:  # noqa: BLE001 told by the test
            errors.append(error)
        done.set()

    with tree.engine.begin() as connection:
        hand.add_unit(connection, "W2", "West 2", "G", "")
        thread = Thread(target=second)
        thread.start()
        assert not done.wait(0.3), "it waits"
    thread.join()
    assert not errors
    with tree.engine.connect() as connection:
        check_closure(connection)
        assert ("W2", "E1", 2) in closure(connection)
