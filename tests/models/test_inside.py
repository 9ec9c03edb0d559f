"""The search index for words inside on both databases: built in stretches, kept up with changes, never a way past the guard."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from app.errors import NotVisible
from models.change import Note, add_change
from models.guard import RecordSession
from models.inside import documents, find, keeper, spaces
from models.inside.keeper import Keeper
from models.inside.tables import document_table, gram_table, space_table
from models.records import read, sought
from models.wiring.nouns import Entity
from tests.models.small_erp import ADMIN, MANAGER, REP, SmallErp

ROWS = 60
NAMES = (
    "北京华贸易有限公司",
    "上海浦东 Trading Co",
    "Ärzte-Haus GmbH",
    "广州南方贸易行",
    "O'Neill_100% & Söhne",
)


@pytest.fixture
def indexed(erp: SmallErp, monkeypatch: pytest.MonkeyPatch) -> SmallErp:
    """Sixty more customers; NAME and SECRET are searched inside words, in stretches of 20 rows."""
    monkeypatch.setattr(keeper, "STRETCH", 20)
    for number in range(ROWS):
        name, owner = NAMES[number % len(NAMES)].replace("'", "''"), "E1" if number % 2 else "W1"
        values = f"({100 + number}, '{name} {number:03}', '{owner}', 'EAST', 'secret {number:03}')"
        erp.raw("INSERT INTO {s}.CUSTOMER VALUES " + values.replace("%", "%%").replace("%%", "%"))
    for name in ("NAME", "SECRET"):
        customer(erp).fields[name] = replace(customer(erp).fields[name], inside=True)
    return erp


def customer(erp: SmallErp) -> Entity:
    return erp.catalogue.entities["customer"]


def kept(erp: SmallErp) -> Keeper:
    made = Keeper(erp.engine, lambda: erp.catalogue)
    for _ in range(3):
        made.run()
    return made


def space(erp: SmallErp, field: str = "NAME") -> spaces.Space:
    with erp.engine.connect() as connection:
        found = spaces.of_field(connection, customer(erp), field)
    assert found is not None
    return found


def leaf(value: str, op: str = "contains", field: str = "NAME") -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def listed(session: RecordSession, erp: SmallErp, **asked: Any) -> list[int]:
    query = read.Query(("ID",), size=200, big=1, **asked)
    return [record.values["ID"] for record in read.page(session, customer(erp), query).records]


def said(session: RecordSession, erp: SmallErp, condition: Any) -> dict[str, str]:
    return dict(read.looked_inside(session, customer(erp), read.Query(("ID",), condition, big=1)).states)


def truly(erp: SmallErp, op: str, value: str, owner: str = "") -> list[int]:
    """What a scan finds, without any index."""
    name = customer(erp).fields["NAME"]
    customer(erp).fields["NAME"] = replace(name, inside=False)
    try:
        with erp.session(REP if owner else ADMIN) as session:
            return listed(session, erp, condition=leaf(value, op))
    finally:
        customer(erp).fields["NAME"] = name


def test_it_is_built_in_stretches_that_go_on_where_they_stopped(
    indexed: SmallErp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "BUILD_SECONDS", 0)
    made = Keeper(indexed.engine, lambda: indexed.catalogue)
    made.run()
    assert said(indexed.session(ADMIN), indexed, leaf("贸易")) == {"NAME": "building"}
    monkeypatch.setattr(keeper, "BUILD_SECONDS", 3)
    made.run()
    assert (space(indexed).state, space(indexed).expected) == ("ready", ROWS + 3)
    assert said(indexed.session(ADMIN), indexed, leaf("贸易")) == {"NAME": "found"}


ASKED = (
    "贸易",
    "北京华贸易",
    "trading",
    "TRADING CO",
    "arzte",
    "O'Neill_100%",
    "100% & s",
    "003",
    "方贸易行 01",
    "nothing",
    "_10",
)


def test_it_finds_what_a_scan_finds(indexed: SmallErp) -> None:
    kept(indexed)
    for op, value in ((op, value) for op in ("contains", "ends") for value in ASKED):
        with indexed.session(ADMIN) as session:
            assert listed(session, indexed, condition=leaf(value, op)) == truly(indexed, op, value), value
            assert said(session, indexed, leaf(value, op)) == {"NAME": "found"}, value


def test_the_policy_holds_beside_it(indexed: SmallErp) -> None:
    kept(indexed)
    mine = listed(indexed.session(REP), indexed, condition=leaf("贸易"))
    assert mine == truly(indexed, "contains", "贸易", owner="E1")
    assert 0 < len(mine) < len(listed(indexed.session(ADMIN), indexed, condition=leaf("贸易")))
    total = read.total(indexed.session(REP), customer(indexed), read.Query(("ID",), leaf("贸易")))
    assert (total.kind, total.number) == ("exact", len(mine))


@pytest.mark.parametrize("actor", [REP, MANAGER])
def test_hidden_and_masked_fields_are_never_looked_up(
    indexed: SmallErp, actor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(indexed)
    assert said(indexed.session(ADMIN), indexed, leaf("secret 00", field="SECRET")) == {"SECRET": "found"}
    asked: list[str] = []
    monkeypatch.setattr(find, "look", lambda *words: asked.append(words[2]))
    with pytest.raises(NotVisible):
        listed(indexed.session(actor), indexed, condition=leaf("secret", field="SECRET"))
    customer(indexed).fields["SECRET"] = replace(customer(indexed).fields["SECRET"], searched=True)
    monkeypatch.undo()
    assert listed(indexed.session(actor), indexed, search="secret 00") == []
    assert listed(indexed.session(ADMIN), indexed, search="ecret 00") != []


def test_searches_find_words_inside(indexed: SmallErp) -> None:
    kept(indexed)
    assert listed(indexed.session(ADMIN), indexed, search="华贸易") == truly(indexed, "contains", "华贸易")
    hits = sought.search(indexed.session(REP), customer(indexed), "华贸易", 50)
    assert [hit.values["ID"] for hit in hits] == truly(indexed, "contains", "华贸易", owner="E1")
    assert listed(indexed.session(ADMIN), indexed, search="北") == truly(indexed, "starts", "北")


def test_changes_of_people_are_followed(indexed: SmallErp) -> None:
    made = kept(indexed)
    indexed.raw("UPDATE {s}.CUSTOMER SET NAME = '深圳前海云计算' WHERE ID = 1")
    indexed.raw("DELETE FROM {s}.CUSTOMER WHERE ID = 100")
    with indexed.engine.begin() as connection:
        for record in ("1", "100", ""):
            add_change(connection, ADMIN, Note("customer", record, "x", "change", {}, {}))
    made.run()
    assert listed(indexed.session(ADMIN), indexed, condition=leaf("前海云")) == [1]
    assert listed(indexed.session(ADMIN), indexed, condition=leaf("Ada")) == []
    assert "100" not in records(indexed)


def test_rows_of_other_programs_are_found(indexed: SmallErp) -> None:
    made = kept(indexed)
    indexed.raw("INSERT INTO {s}.CUSTOMER VALUES (900, '成都锦江书店', 'E1', 'EAST', 's')")
    indexed.raw("UPDATE {s}.CUSTOMER SET NAME = '青岛海风' WHERE ID = 2")
    indexed.raw("DELETE FROM {s}.CUSTOMER WHERE ID = 101")
    made.run()
    assert listed(indexed.session(ADMIN), indexed, condition=leaf("锦江")) == [900]
    for _ in range(6):
        made.run()
    assert listed(indexed.session(ADMIN), indexed, condition=leaf("海风")) == [2]
    assert "101" not in records(indexed)


def test_what_leads_nowhere_is_swept_out(indexed: SmallErp, monkeypatch: pytest.MonkeyPatch) -> None:
    made = kept(indexed)
    before = count(indexed, gram_table)
    monkeypatch.setattr(keeper, "FOLLOWED", 1000)
    indexed.raw("DELETE FROM {s}.CUSTOMER WHERE ID > 105")
    for _ in range(80):
        made.run()
    assert 0 < count(indexed, gram_table) < before
    with indexed.engine.connect() as connection:
        alive = set(connection.execute(select(document_table.c.id)).scalars())
        assert set(connection.execute(select(gram_table.c.document)).scalars()) <= alive


def test_a_field_that_is_no_longer_chosen_leaves_nothing(indexed: SmallErp) -> None:
    made = kept(indexed)
    for name in ("NAME", "SECRET"):
        customer(indexed).fields[name] = replace(customer(indexed).fields[name], inside=False)
    for _ in range(6):
        made.run()
    assert [count(indexed, table) for table in (space_table, document_table, gram_table)] == [0, 0, 0]


def test_another_way_to_compare_builds_it_anew(indexed: SmallErp) -> None:
    kept(indexed)
    first = space(indexed).id
    name = customer(indexed).fields["NAME"]
    customer(indexed).fields["NAME"] = replace(name, settings={"collation": "utf8mb4_bin"})
    kept(indexed)
    assert space(indexed).id != first
    assert listed(indexed.session(ADMIN), indexed, condition=leaf("贸易")) == truly(
        indexed, "contains", "贸易"
    )


def test_common_and_short_words_are_scanned(indexed: SmallErp, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(indexed)
    assert said(indexed.session(ADMIN), indexed, leaf("易")) == {"NAME": "short"}
    monkeypatch.setattr(find, "MOST", 5)
    session = indexed.session(ADMIN)
    assert said(session, indexed, leaf("贸易")) == {"NAME": "common"}
    assert listed(session, indexed, condition=leaf("贸易")) == truly(indexed, "contains", "贸易")
    monkeypatch.setattr(find, "COUNTED", 2)
    monkeypatch.setattr(find, "WALKED", 3)
    assert said(indexed.session(ADMIN), indexed, leaf("贸易")) == {"NAME": "common"}


def test_without_an_index_only_the_newest_of_the_persons_rows_are_looked_at(indexed: SmallErp) -> None:
    customer(indexed).fields["NAME"] = replace(customer(indexed).fields["NAME"], inside=False)
    object.__setattr__(customer(indexed), "row_estimate", 1000)
    for actor, owner in ((ADMIN, ""), (REP, "E1")):
        session, everything = indexed.session(actor), truly(indexed, "contains", "贸易", owner)
        newest = listed(session, indexed, condition=leaf("贸易"), scanned=10)
        assert 0 < len(newest) < len(everything)
        assert newest == everything[-len(newest) :]
        query = read.Query(("ID",), leaf("贸易"), big=1, scanned=10)
        assert read.looked_inside(session, customer(indexed), query).rows == 10
        assert listed(indexed.session(actor), indexed, condition=leaf("贸易"), scanned=500) == everything


def test_long_texts_are_candidates_for_everything(indexed: SmallErp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.inside.grams.LONGEST", 10)
    monkeypatch.setattr("models.inside.walks.LONGEST", 10)
    kept(indexed)
    assert listed(indexed.session(ADMIN), indexed, condition=leaf("Co 001")) == truly(
        indexed, "contains", "Co 001"
    )


def records(erp: SmallErp) -> set[str]:
    with erp.engine.connect() as connection:
        return set(connection.execute(select(document_table.c.record)).scalars())


def count(erp: SmallErp, table: Any) -> int:
    with erp.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_digest_fits_the_column() -> None:
    assert 0 <= documents.digest("北京") < 2**63
