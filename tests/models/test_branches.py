"""Rows by several columns, each by its own index: the same rows as without, and as cheap as an administrator's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.actor import Actor
from models.grants import AccessRule, FieldRule
from models.guard import RecordSession
from models.person import Person
from models.policy import Policy
from models.records import read, stretch
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
DOWN, UP = (("ID", True),), (("ID", False),)


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

    entity = session.policy.catalogue.entities["customer"]
    read.page(session, entity, query)
    before = handler_reads(session)
    read.page(session, entity, query)
    return handler_reads(session) - before


def handler_reads(session: RecordSession) -> int:
    found = session.connection().execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'"))
    return sum(int(value) for _name, value in found)


@pytest.mark.parametrize("rules", [(OWN,), (UNIT,), (BELOW,)], ids=lambda rules: rules[0].scope)
def test_a_member_s_page_costs_about_what_an_administrator_s_does(
    big: SmallErp, rules: tuple[AccessRule, ...]
) -> None:
    query = read.Query(("NAME", "OWNER", "UNIT"), sort=DOWN)
    everything = reads(opened(big, actor=ADMIN), query)
    # Among thirty units of forty every fourth row is another's: those are read over.
    allowed = 1.2 if rules[0].scope != "below" else 1.6
    assert reads(opened(big, *rules), query) <= everything * allowed


def known(big: SmallErp, *rules: AccessRule, under: tuple[str, ...] = ()) -> RecordSession:
    """A person whose list was looked at before: where it lies is known, as for all but the first look."""
    session = opened(big, *rules, under=under)
    for sort in (DOWN, UP):
        read.page(session, big.catalogue.entities["customer"], read.Query(("NAME",), sort=sort))
    return session


@pytest.mark.parametrize("sort", [DOWN, UP], ids=["newest", "oldest"])
@pytest.mark.parametrize(
    ("people", "beside"),
    [
        (tuple(f"LATE{number}" for number in range(5)), 6),
        # A hundred seeks seem dearer to the server than the five hundred newer rows of others.
        (tuple(f"E{number}" for number in range(100)), 600),
        (("LATE1", *(f"NOBODY{number}" for number in range(150))), 152),
    ],
    ids=["five", "a hundred", "sparse"],
)
def test_subordinates_cost_their_places_in_the_index_and_the_page(
    big: SmallErp, people: tuple[str, ...], beside: int, sort: tuple[tuple[str, bool], ...]
) -> None:
    """Wherever their rows lie: here they are the newest, and a walk by the oldest first would read all the others."""
    query = read.Query(("NAME",), sort=sort)
    session = known(big, TEAM, under=people)
    touched, everything = reads(session, query), reads(opened(big, actor=ADMIN), query)
    assert touched <= everything * 1.2 + beside, "the rows of the page, and a seek for each person"
    owners = ",".join(f"'{one}'" for one in ("E7", *people))
    assert tokens(session, query) == expected(big, f"OWNER IN ({owners})", sort)


@pytest.mark.parametrize("sort", [DOWN, UP], ids=["newest", "oldest"])
@pytest.mark.parametrize("under", [(), ("LATE1", "LATE2", "E8")], ids=["own", "team"])
def test_two_roles_cost_each_row_and_its_place_in_one_of_two_indexes(
    big: SmallErp, under: tuple[str, ...], sort: tuple[tuple[str, bool], ...]
) -> None:
    query = read.Query(("NAME",), sort=sort)
    session = known(big, TEAM if under else OWN, UNIT, under=under)
    touched, everything = reads(session, query), reads(opened(big, actor=ADMIN), query)
    assert touched <= everything * 2 * 1.2 + 2 * len(under) + 4
    owners = ",".join(f"'{one}'" for one in ("E7", *under))
    assert tokens(session, query) == expected(big, f"OWNER IN ({owners}) OR UNIT = 'U3'", sort)


@pytest.mark.parametrize("sort", [DOWN, UP], ids=["newest", "oldest"])
def test_a_sparse_reach_by_two_columns_is_sought_too(
    big: SmallErp, sort: tuple[tuple[str, bool], ...]
) -> None:
    """One row in a hundred, and none of them where the table begins."""
    session = known(big, TEAM, UNIT, under=("LATE1", "LATE2"))
    assert reads(session, read.Query(("NAME",), sort=sort)) <= 26 * 2 * 1.2 + 8


@pytest.mark.parametrize("count", [3, 33, 150])
@pytest.mark.parametrize("sort", [DOWN, UP], ids=["newest", "oldest"])
def test_the_very_first_look_is_bounded_too(
    big: SmallErp, count: int, sort: tuple[tuple[str, bool], ...]
) -> None:
    people = ("LATE1", *(f"E{number + 100}" for number in range(count - 1)))
    session = opened(big, TEAM, under=people)
    entity, query = big.catalogue.entities["customer"], read.Query(("NAME",), sort=sort)
    before = handler_reads(session)
    read.page(session, entity, query)
    assert handler_reads(session) - before < 26 * 2 * stretch.WIDER + count * 5


def test_pages_further_on_look_as_far_as_a_page_takes(big: SmallErp) -> None:
    session = known(big, TEAM, under=tuple(f"E{number}" for number in range(20)))
    entity, query, seen = big.catalogue.entities["customer"], read.Query(("NAME",), sort=DOWN), list[str]()
    for _page in range(4):
        before = handler_reads(session)
        page = read.page(session, entity, query)
        assert handler_reads(session) - before <= 26 * 15 * 2, (
            "one row in fifteen is in reach, in heaps of twenty"
        )
        seen += [record.token for record in page.records]
        query = replace(query, cursor=page.next_cursor)
    owners = ",".join(f"'E{number}'" for number in range(20))
    assert seen == expected(big, f"OWNER IN ({owners})", DOWN, 100)
    back = read.page(session, entity, replace(query, cursor=page.previous_cursor))
    assert [record.token for record in back.records] == seen[50:75]


def test_what_was_learned_is_never_believed(big: SmallErp) -> None:
    """Rows of the first page leave, others come: the page is right, and what it costs falls again."""
    people = tuple(f"E{number}" for number in range(20, 30))
    session, query = known(big, TEAM, under=people), read.Query(("NAME",), sort=DOWN)
    owners = ",".join(f"'{one}'" for one in ("E7", *people))
    first = tokens(session, query)
    moved = ",".join(first[:20])
    big.raw(f"UPDATE {{s}}.CUSTOMER SET OWNER = CONCAT('X', OWNER) WHERE ID IN ({moved})")
    try:
        session.rollback()
        assert tokens(session, query) == expected(big, f"OWNER IN ({owners})", DOWN) != first
        assert reads(session, query) <= 26 * 1.2 + 11
    finally:
        session.rollback()
        big.raw(f"UPDATE {{s}}.CUSTOMER SET OWNER = SUBSTR(OWNER, 2) WHERE ID IN ({moved})")
    assert tokens(session, query) == expected(big, f"OWNER IN ({owners})", DOWN) == first


def test_less_than_a_page_is_read_whole(big: SmallErp) -> None:
    session, query = (
        known(big, TEAM, under=("NOBODY",)),
        read.Query(("NAME",), {"field": "NAME", "op": "eq", "value": "N7"}),
    )
    assert tokens(session, query) == ["17"]
    assert tokens(session, query) == ["17"]
    (held,) = [one for key, one in session.policy.learnt.items() if "N7" in key[2]]
    assert held.is_short


def tokens(session: RecordSession, query: read.Query) -> list[str]:
    entity = session.policy.catalogue.entities["customer"]
    return [record.token for record in read.page(session, entity, query).records]


def expected(erp: SmallErp, where: str, sort: tuple[tuple[str, bool], ...], count: int = 25) -> list[str]:
    by = "DESC" if sort[0][1] else "ASC"
    found = erp.raw(f"SELECT ID FROM {{s}}.CUSTOMER WHERE {where} ORDER BY ID {by} LIMIT {count}")
    return [str(number) for (number,) in found]


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
