"""Totals of lists: "about" only where nothing else would count fewer, exact when cheap, and the policy holds for each."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from models.counting import CAP
from models.records import read
from models.wiring.nouns import Entity
from tests.models.small_erp import ADMIN, MANAGER, REP, SmallErp

ROWS = CAP + 2000


@pytest.fixture
def big(erp: SmallErp) -> SmallErp:
    """12,003 customers, every third of the representative; an index on the owner; the wiring knows of a million."""
    numbers = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS}) SELECT n FROM s"
        if erp.engine.dialect.name == "sqlite"
        else f"SELECT seq n FROM seq_1_to_{ROWS}"
    )
    owner = "CASE WHEN n % 3 THEN 'W1' ELSE 'E1' END"
    erp.raw(f"INSERT INTO {{s}}.CUSTOMER SELECT n + 100, 'name', {owner}, 'EAST', 's' FROM ({numbers}) t")
    on = "{s}.by_owner ON CUSTOMER" if erp.engine.dialect.name == "sqlite" else "by_owner ON {s}.CUSTOMER"
    erp.raw(f"CREATE INDEX {on} (OWNER)")
    made = customer(erp)
    made.indexes, made.row_estimate = (("ID",), ("OWNER",)), 1_000_000
    made.delete_flag = {"field": "UNIT", "deleted": "GONE", "live": "EAST"}
    return erp


ALIVE = {"or": [{"field": "UNIT", "op": "ne", "value": "GONE"}, {"field": "UNIT", "op": "is_null"}]}
OWNER = {"field": "OWNER", "op": "eq", "value": "W1"}
NAME = {"field": "NAME", "op": "contains", "value": "am"}
RARE = {"field": "NAME", "op": "eq", "value": "Ada"}


def customer(erp: SmallErp) -> Entity:
    return erp.catalogue.entities["customer"]


def total(erp: SmallErp, actor: Any, condition: Any, search: str = "") -> tuple[str, int]:
    with erp.session(actor) as session:
        found = read.total(session, customer(erp), read.Query(("ID",), condition, search=search))
    return found.kind, found.number


def test_all_live_rows_are_about_the_tables_and_nothing_is_counted(big: SmallErp) -> None:
    statements: list[str] = []
    event.listen(big.engine, "before_cursor_execute", lambda *words: statements.append(words[2]))
    assert total(big, ADMIN, ALIVE) == ("about", 1_000_000)
    assert not [one for one in statements if "CUSTOMER" in one]


def test_a_member_is_told_of_his_own_alone(big: SmallErp) -> None:
    assert total(big, REP, ALIVE) == ("exact", ROWS // 3 + 1)
    assert total(big, MANAGER, ALIVE) == ("over", CAP)
    assert total(big, REP, {"and": [OWNER, ALIVE]}) == ("exact", 0)


def test_filters_are_exact_when_cheap(big: SmallErp) -> None:
    for actor in (ADMIN, MANAGER):
        assert total(big, actor, {"and": [OWNER, RARE, ALIVE]}) == ("exact", 0)
    assert total(big, ADMIN, {"and": [RARE, ALIVE]}) == ("exact", 1)
    assert total(big, ADMIN, ALIVE, search="Ad") == ("exact", 1)


def test_no_index_says_how_many_a_scan_would_find(big: SmallErp) -> None:
    """More than are counted, by a comparison that the plan knows nothing of: over, never about all that an index finds."""
    assert total(big, ADMIN, {"and": [NAME, ALIVE]}) == ("over", CAP)
    both = {"and": [{"field": "OWNER", "op": "in", "value": ["W1", "E1"]}, NAME, ALIVE]}
    assert total(big, ADMIN, both) == ("over", CAP)
