"""Ten thousand units and a hundred thousand people: what a policy and a member's page touch, counted by the server.

Nothing is timed: rows by the server's own counters, statements by the engine's events.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from app.actor import Actor
from models.access import policy_of
from models.grants import access_table
from models.guard import RecordSession
from models.organisation import LISTED, Place, Staff, Unit, place_of, places_of, superior_of
from models.organisation_rebuild import rebuild
from models.policy import Policy
from models.records import read
from tests.models import small_erp
from tests.models.small_erp import ADMIN, SmallErp

UNITS, PEOPLE, CUSTOMERS = 10_000, 100_000, 60_000
FILL = (
    # One customer for six in ten people, in an order that has nothing to do with the tree.
    "INSERT INTO {s}.CUSTOMER SELECT seq + 10, CONCAT('N', seq), CONCAT('P', seq * 7919 % 100000), NULL, 's' FROM seq_1_to_60000",
    "UPDATE {s}.CUSTOMER c JOIN {o}.org_seat s ON s.staff = c.OWNER SET c.UNIT = s.unit",
    "CREATE INDEX IX_OWNER ON {s}.CUSTOMER (OWNER)",
    "CREATE INDEX IX_UNIT ON {s}.CUSTOMER (UNIT)",
    "ANALYZE TABLE {s}.CUSTOMER, {o}.org_closure, {o}.org_seat, {o}.org_unit, {o}.org_staff",
)
DOWN = (("ID", True),)
PAGE = read.Query(("NAME", "OWNER", "UNIT"), sort=DOWN, size=25)


def units() -> list[Unit]:
    """Ten below each, breadth first: T, T0 … T9, T00 …; the unit of number n is headed by the person of that number."""
    made: list[Unit] = []
    waiting: list[tuple[str, str | None]] = [("T", None)]
    for code, parent in waiting:
        made.append(Unit(code, f"Unit {code}", parent, f"P{len(made)}" if len(made) % 7 else None))
        if len(waiting) < UNITS:
            waiting += [(f"{code}{digit}", code) for digit in range(10)][: UNITS - len(waiting)]
    return made


@pytest.fixture(scope="module")
def big(mariadb_url: str, mariadb_module_database: str) -> Iterator[SmallErp]:
    """The tree, everybody in it, and customers of theirs."""
    with small_erp.on_server(mariadb_url, mariadb_module_database) as made:
        tree = units()
        staff = [
            Staff(f"P{n}", f"Person {n}", tree[n % UNITS].code, account(n) if n < 100 else None)
            for n in range(PEOPLE)
        ]
        with made.engine.begin() as connection:
            rebuild(connection, tree, staff)
            for role, scope in (
                ("Below", "below"),
                ("Team", "subordinates"),
                ("Unit", "unit"),
                ("Own", "own"),
            ):
                connection.execute(insert(access_table), _rule(role, scope))
            connection.execute(insert(access_table), _rule("Chosen", "units", "T1\nT2"))
        for statement in FILL:
            with made.engine.begin() as connection:
                overlay = connection.engine.url.database
                connection.execute(text(statement.format(s=made.catalogue.schema, o=overlay)))
        yield made


def _rule(role: str, scope: str, chosen: str | None = None) -> dict[str, Any]:
    return {"role": role, "entity": "*", "action": "see", "scope": scope, "units": chosen}


@pytest.fixture(autouse=True)
def closed(big: SmallErp) -> Iterator[None]:
    yield
    let_go(big)


def let_go(erp: SmallErp) -> None:
    while erp.opened:
        erp.opened.pop().close()


def policy(erp: SmallErp, number: int, *roles: str) -> Policy:
    """The policy of the person of that number, as a request would have it."""
    with erp.engine.connect() as connection:
        at = place_of(connection, account(number))
        return policy_of(connection, actor(number, at, roles), erp.catalogue)


def actor(number: int, at: Place, roles: tuple[str, ...]) -> Actor:
    return Actor(
        number, f"p{number}", frozenset(roles), at.employee, at.units, at.units_below, at.reaches_many
    )


def account(number: int) -> int:
    """Accounts begin at one."""
    return number + 1


def opened(erp: SmallErp, found: Policy) -> RecordSession:
    made = RecordSession(erp.engine, found)
    erp.opened.append(made)
    return made


def handler_reads(connection: Any) -> int:
    found = connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'"))
    return sum(int(value) for _name, value in found)


def touched(erp: SmallErp, found: Policy) -> int:
    """Rows that the server touches for the first page."""
    session, entity = opened(erp, found), erp.catalogue.entities["customer"]
    read.page(session, entity, PAGE)
    before = handler_reads(session.connection())
    read.page(session, entity, PAGE)
    return handler_reads(session.connection()) - before


@contextmanager
def statements(erp: SmallErp) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(erp.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(erp.engine, "before_cursor_execute", note)


def expected(erp: SmallErp, where: str) -> list[str]:
    found = erp.raw(f"SELECT ID FROM {{s}}.CUSTOMER WHERE {where} ORDER BY ID DESC LIMIT 25")
    return [str(number) for (number,) in found]


def shown(erp: SmallErp, found: Policy) -> list[str]:
    page = read.page(opened(erp, found), erp.catalogue.entities["customer"], PAGE)
    return [record.token for record in page.records]


# Person 1 sits in T0 and heads it: 1,111 units, 11,110 people below. Person 11 sits in T00: 111 units. Person 99 in a leaf's parent.
REACH = [(1, "T0"), (11, "T00"), (99, "T88")]


@pytest.mark.parametrize(("number", "code"), REACH)
@pytest.mark.parametrize("role", ["Below", "Team", "Unit", "Own"])
def test_the_rows_are_those_of_the_tree(big: SmallErp, number: int, code: str, role: str) -> None:
    heads = f"OWNER IN (SELECT CONCAT('P', seq) FROM seq_0_to_99999) AND UNIT LIKE '{code}%'"
    mine = f"(OWNER = 'P{number}' OR {heads})" if number % 7 else f"OWNER = 'P{number}'"
    where = {
        "Below": f"UNIT LIKE '{code}%'",
        "Unit": f"UNIT = '{code}'",
        "Own": f"OWNER = 'P{number}'",
        "Team": mine,
    }[role]
    assert shown(big, policy(big, number, role)) == expected(big, where)


@pytest.mark.parametrize("role", ["Below", "Team", "Chosen"])
def test_whoever_reaches_thousands_of_units_touches_few_rows(big: SmallErp, role: str) -> None:
    found = policy(big, 1, role)
    customer = big.catalogue.entities["customer"]
    compiled = str(found.rows(customer, "see").compile(dialect=big.engine.dialect))
    assert "org_closure" in compiled, "the tree is asked"
    assert len(compiled) < 1500, "and no thousands of codes are sent"
    everything = touched(big, Policy(ADMIN, big.catalogue))
    share = {"Below": 9, "Team": 9, "Chosen": 4.5}[role]
    # One row in `share` is in reach; each that is looked at costs itself and at most eight entries of the tree.
    assert touched(big, found) <= everything * share * 9 * 2
    assert touched(big, found) < CUSTOMERS / 10


def test_the_head_of_everything_costs_little_more_than_an_administrator(big: SmallErp) -> None:
    everything = touched(big, Policy(ADMIN, big.catalogue))
    assert everything < touched(big, policy(big, 0, "Below")) <= everything * 4, (
        "a row, and its place in the tree"
    )


@pytest.mark.parametrize(("number", "role"), [(11, "Unit"), (11, "Own"), (5005, "Unit")])
def test_a_member_is_served_by_the_index_of_the_scope_s_column(big: SmallErp, number: int, role: str) -> None:
    """The same order, the same number of rows, by the index on owner or unit instead of the key's."""
    found = policy(big, number, role) if number < 100 else _seated(policy(big, 11, role), "T5")
    everything = touched(big, Policy(ADMIN, big.catalogue))
    assert touched(big, found) <= everything * 1.2
    assert used_index(big, found) == ("IX_OWNER" if role == "Own" else "IX_UNIT")
    assert used_index(big, Policy(ADMIN, big.catalogue)) == "PRIMARY"


def _seated(found: Policy, unit: str) -> Policy:
    return replace(found, actor=replace(found.actor, units=frozenset({unit})), _known={})


def used_index(erp: SmallErp, found: Policy) -> str:
    session, entity = opened(erp, found), erp.catalogue.entities["customer"]
    with statements(erp) as seen:
        read.page(session, entity, PAGE)
    assert len(seen) == 1
    (statement, parameters) = seen[0]
    plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return str(plan.mappings().first()["key"])


def test_a_policy_is_found_in_few_statements_that_read_few_rows(big: SmallErp) -> None:
    for number in (0, 1, 11):
        for role in ("Below", "Team", "Chosen"):
            with big.engine.connect() as connection:
                handler_reads(connection)
                with statements(big) as seen:
                    before = handler_reads(connection)
                    at = place_of(connection, account(number))
                    policy_of(connection, actor(number, at, (role,)), big.catalogue)
                    after = handler_reads(connection)
            assert after - before < 25_000, (number, role)
            assert len(seen) - 2 <= 8
            assert len(at.units_below) <= LISTED


def test_many_places_are_found_as_one(big: SmallErp) -> None:
    with big.engine.connect() as connection:
        with statements(big) as seen:
            found = places_of(connection, [account(number) for number in range(100)])
        assert len(seen) == 4
        for number in (0, 1, 11, 42, 99):
            assert found[account(number)] == place_of(connection, account(number))


def test_a_superior_is_found_upwards_past_vacant_posts(big: SmallErp) -> None:
    with big.engine.connect() as connection:
        # T is vacant (its number is 0); T6 is too (7). Whoever sits below T6 goes up to nobody.
        assert superior_of(connection, "P11") == "P1", "the head of T00 is asked for their own superior"
        assert superior_of(connection, f"P{UNITS + 11}") == "P11"
        assert superior_of(connection, f"P{UNITS + 7}") is None


def test_no_codes_are_mixed_up_where_collations_differ(big: SmallErp) -> None:
    """Legacy columns compare by rules of their own; the tree is asked by the tree's."""
    big.raw("ALTER TABLE {s}.CUSTOMER MODIFY UNIT VARCHAR(10) CHARACTER SET latin1 COLLATE latin1_german1_ci")
    try:
        assert shown(big, policy(big, 1, "Below")) == expected(big, "UNIT LIKE 'T0%'")
    finally:
        let_go(big)
        big.raw("ALTER TABLE {s}.CUSTOMER MODIFY UNIT VARCHAR(10)")
