"""Rows by several columns, each by its own index: the same rows as without, and as cheap as an administrator's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.actor import Actor
from models.grants import AccessRule, FieldRule
from models.guard import RecordSession
from models.person import Person
from models.policy import Policy
from models.records import read
from models.records.neighbours import among_others
from tests.models import small_erp
from tests.models.small_erp import ADMIN, SmallErp

FILL = (
    "INSERT INTO {s}.CUSTOMER SELECT seq + 10, CONCAT('N', seq), CONCAT('E', seq % 300), CONCAT('U', seq % 40), 's' FROM seq_1_to_20000",
    "CREATE INDEX IX_OWNER ON {s}.CUSTOMER (OWNER)",
    "CREATE INDEX IX_UNIT ON {s}.CUSTOMER (UNIT)",
    # Five people whose rows are all the newest ones: in the order of the key, all others come before them.
    "INSERT INTO {s}.CUSTOMER SELECT seq + 30000, CONCAT('L', seq), CONCAT('LATE', seq % 5), 'U1', 's' FROM seq_1_to_500",
    "ANALYZE TABLE {s}.CUSTOMER",
)
OWN, UNIT = AccessRule("A", "*", "see", "own"), AccessRule("B", "*", "see", "unit")
BELOW = AccessRule("A", "*", "see", "below")
TEAM = AccessRule("A", "*", "see", "subordinates")
RULE = AccessRule("B", "*", "see", "rule", (), '{"field": "NAME", "op": "eq", "value": "N7"}')
MEMBER = Actor(1, "m", frozenset({"A", "B"}), "E7", frozenset({"U3"}), frozenset(f"U{n}" for n in range(30)))
DOWN = (("ID", True),)


@pytest.fixture(scope="module")
def big(mariadb_url: str, mariadb_module_database: str) -> Iterator[SmallErp]:
    """Twenty thousand customers with indexes on owner and unit."""
    with small_erp.on_server(mariadb_url, mariadb_module_database) as made:
        for statement in FILL:
            made.raw(statement)
        yield made


@pytest.fixture(autouse=True)
def closed(big: SmallErp) -> Iterator[None]:
    """Connections go back after each test."""
    yield
    while big.opened:
        big.opened.pop().close()


def opened(
    erp: SmallErp, *rules: AccessRule, actor: Actor = MEMBER, under: tuple[str, ...] = ()
) -> RecordSession:
    limits = (FieldRule("B", "customer", "SECRET", "hidden"),)
    made = RecordSession(erp.engine, Policy(actor, erp.catalogue, rules, limits, Person(under)))
    erp.opened.append(made)
    return made


def reads(session: RecordSession, query: read.Query) -> int:
    """Rows that the server touches for a page."""

    def count() -> int:
        found = session.connection().execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'"))
        return sum(int(value) for _name, value in found)

    entity = session.policy.catalogue.entities["customer"]
    read.page(session, entity, query)
    before = count()
    read.page(session, entity, query)
    return count() - before


@pytest.mark.parametrize("rules", [(OWN,), (UNIT,), (BELOW,)], ids=lambda rules: rules[0].scope)
def test_a_member_s_page_costs_about_what_an_administrator_s_does(
    big: SmallErp, rules: tuple[AccessRule, ...]
) -> None:
    query = read.Query(("NAME", "OWNER", "UNIT"), sort=DOWN)
    everything = reads(opened(big, actor=ADMIN), query)
    # Among thirty units of forty every fourth row is another's: those are read over.
    allowed = 1.2 if rules[0].scope != "below" else 1.6
    assert reads(opened(big, *rules), query) <= everything * allowed


def test_two_roles_by_two_columns_take_an_index_each(big: SmallErp) -> None:
    query = read.Query(("NAME",), sort=DOWN)
    assert reads(opened(big, OWN, UNIT), query) < 300, "of 20,000"


@pytest.mark.parametrize("sort", [DOWN, (("ID", False),)], ids=["newest", "oldest"])
@pytest.mark.parametrize("also", [(), (UNIT,)], ids=["alone", "with a unit"])
def test_a_few_subordinates_are_sought_one_by_one(
    big: SmallErp, sort: tuple[tuple[str, bool], ...], also: tuple[AccessRule, ...]
) -> None:
    """Bounded wherever their rows lie: here they are the newest, and a list by the oldest first would read all the others."""
    late = tuple(f"LATE{number}" for number in range(5))
    session = opened(big, TEAM, *also, under=late)
    assert reads(session, read.Query(("NAME",), sort=sort)) < 800, "of 20,500"
    found = read.page(session, big.catalogue.entities["customer"], read.Query(("NAME",), sort=sort)).records
    where = "OWNER LIKE 'LATE%' OR OWNER = 'E7'" + (" OR UNIT = 'U3'" if also else "")
    by = "DESC" if sort[0][1] else "ASC"
    expected = big.raw(f"SELECT ID FROM {{s}}.CUSTOMER WHERE {where} ORDER BY ID {by} LIMIT 25")
    assert [record.token for record in found] == [str(number) for (number,) in expected]


def test_many_subordinates_are_a_list(big: SmallErp) -> None:
    session = opened(big, TEAM, under=tuple(f"E{number}" for number in range(100)))
    assert not session.policy.branches(big.catalogue.entities["customer"], "see")
    assert reads(session, read.Query(("NAME",), sort=DOWN)) < 1500


@pytest.mark.parametrize("rules", [(OWN, UNIT), (OWN, RULE), (UNIT, RULE), (OWN, UNIT, RULE)], ids=str)
@pytest.mark.parametrize("sort", [DOWN, (("ID", False),), (("NAME", False),)], ids=str)
@pytest.mark.parametrize("search", ["", "N1"])
def test_pages_by_branches_hold_the_same_rows(
    big: SmallErp, rules: tuple[AccessRule, ...], sort: tuple[tuple[str, bool], ...], search: str
) -> None:
    session, entity = opened(big, *rules), big.catalogue.entities["customer"]
    where = {
        OWN: "OWNER='E7'",
        UNIT: "UNIT='U3'",
        RULE: "NAME='N7'",
    }
    wanted = " OR ".join(where[rule] for rule in rules)
    by = f"{sort[0][0]} {'DESC' if sort[0][1] else 'ASC'}, ID {'DESC' if sort[0][1] else 'ASC'}"
    found = f"SELECT ID FROM {{s}}.CUSTOMER WHERE ({wanted}) AND NAME LIKE '{search}%%' ORDER BY {by}"
    expected = [row[0] for row in big.raw(found.replace("%%", "%"))]
    seen, cursor = [], ""
    for _page in range(5):
        page = read.page(session, entity, read.Query(("NAME",), None, search, sort, cursor, 20))
        seen += [record.token for record in page.records]
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == [str(number) for number in expected[: len(seen)]]
    assert len(seen) == min(100, len(expected))
    if page.previous_cursor:
        back = read.page(session, entity, read.Query(("NAME",), None, search, sort, page.previous_cursor, 20))
        start = len(seen) - len(page.records) - 20
        assert [record.token for record in back.records] == seen[start : start + 20]


@pytest.mark.parametrize("rules", [(OWN,), (OWN, UNIT)], ids=lambda rules: str(len(rules)))
def test_neighbours_are_those_of_the_list(big: SmallErp, rules: tuple[AccessRule, ...]) -> None:
    session, entity = opened(big, *rules), big.catalogue.entities["customer"]
    found = [record.token for record in read.page(session, entity, read.Query(("NAME",), sort=DOWN)).records]
    assert among_others(session, entity, found[1])[1] == (found[2], found[0])
    assert among_others(session, entity, found[0])[1] == (found[1], "")
