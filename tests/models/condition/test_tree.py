"""A condition's shape and values: what can be used, and the sentence for what cannot."""

from typing import Any

import pytest
from sqlalchemy import Integer, String, select
from sqlalchemy.dialects import mysql

from app.errors import Invalid, NotVisible
from models.catalogue import Catalogue
from models.condition import fields_of, holds, to_sql
from models.wiring.nouns import Entity, Field, Label, Relation, Wiring


def _field(name: str, sql_type: str, **settings: Any) -> Field:
    return Field(name, Label(name), "text", sql_type, settings)


FIELDS = {
    "ID": _field("ID", "int(11)"),
    "NAME": _field("NAME", "varchar(40)"),
    "DAY": _field("DAY", "date"),
    "AT": _field("AT", "datetime(3)"),
    "FLAG": _field("FLAG", "char(1)", true="Y", false="N"),
    "BOSS": _field("BOSS", "int(11)"),
}
BOSS = Relation("boss", ("BOSS",), "staff", ("ID",))


@pytest.fixture
def entities() -> Catalogue:
    staff = Entity("staff", "STAFF", Label("Staff"), dict(FIELDS), ("ID",), relations={"boss": BOSS})
    types = {"ID": Integer(), "BOSS": Integer()}
    return Catalogue(Wiring(1, {"staff": staff}), "erp", lambda f: types.get(f.name, String(40)))


def compiled(entities: Catalogue, condition: Any) -> str:
    staff = entities.entities["staff"]
    statement = select(staff.attribute("ID")).where(to_sql(staff, condition, entities))
    sql = statement.compile(dialect=mysql.dialect(), compile_kwargs={"literal_binds": True})
    bare = str(sql).replace("erp.`STAFF`.", "").replace("%%", "%").partition("WHERE ")[2]
    return " ".join(bare.split())


def leaf(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


NESTED: dict[str, Any] = leaf("ID", "eq", 1)
for _level in range(9):
    NESTED = {"and": [NESTED]}


@pytest.mark.parametrize(
    "condition",
    [
        [], "x", 7, {"nand": []}, {"and": {}}, {"and": [], "or": []}, {"not": []}, {"field": 3, "op": "eq", "value": 1},
        {"field": "", "op": "eq", "value": 1}, {"field": "ID", "op": "eq", "value": 1, "more": 1}, leaf("ID", "matches", "x"),
        leaf("ID", "eq"), leaf("ID", "eq", {"a": 1}), leaf("ID", "eq", [1]), leaf("ID", "in", 1), leaf("ID", "in", [1, None]),
        leaf("ID", "in", list(range(1001))), leaf("ID", "between", [1]), leaf("ID", "between", [1, None]), leaf("ID", "eq", "one"),
        leaf("ID", "eq", float("nan")), leaf("ID", "eq", "1e999999"), leaf("ID", "contains", "1"), leaf("DAY", "eq", "tomorrow"),
        leaf("DAY", "starts", "2026"), NESTED, {"or": [leaf("ID", "eq", 1)] * 51}, {"and": [{"or": [leaf("ID", "eq", 1)] * 26}] * 2},
    ],
    ids=lambda condition: str(condition)[:60],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_a_sentence(entities: Catalogue, condition: Any) -> None:
    with pytest.raises(Invalid) as refused:
        to_sql(entities.entities["staff"], condition, entities)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "name", ["GONE", "boss", "boss.GONE", "gone.ID", "ID.boss", "boss.", "boss.boss.boss.boss.ID", "c_ID"]
)
def test_an_unknown_field_is_not_visible(entities: Catalogue, name: str) -> None:
    with pytest.raises(NotVisible):
        to_sql(entities.entities["staff"], leaf(name, "is_null"), entities)


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        (leaf("NAME", "starts", "a%b_|"), "(`NAME` LIKE 'a|%b|_||%' ESCAPE '|')"),
        (leaf("NAME", "eq", 12), "`NAME` = '12'"),
        (leaf("ID", "eq", "12"), "`ID` = 12"),
        (leaf("ID", "starts", "12"), "`ID` = 12"),
        (leaf("ID", "starts", "x"), "false = 1"),
        (leaf("DAY", "range", ["2026-01-01", None]), "`DAY` >= '2026-01-01'"),
        (leaf("DAY", "eq", "2026-01-01 00:00:00"), "`DAY` = '2026-01-01'"),
        (leaf("AT", "gte", "2026-01-01T10:00"), "`AT` >= '2026-01-01 10:00:00.000'"),
        (leaf("FLAG", "is_true"), "`FLAG` = 'Y'"),
        (leaf("FLAG", "eq", False), "`FLAG` = 'N'"),
        (leaf("NAME", "is_true"), "`NAME` IN ('1', 'Y', 'T')"),
        (leaf("ID", "in", []), "false = 1"),
        ({}, "true = 1"),
        ({"or": []}, "false = 1"),
        ({"not": {"and": []}}, "false = 1"),
    ],
    ids=str,
)
def test_the_column_stays_bare(entities: Catalogue, condition: Any, sql: str) -> None:
    assert compiled(entities, condition) == sql


def test_a_relation_is_an_exists_on_an_alias(entities: Catalogue) -> None:
    sql = compiled(entities, leaf("boss.NAME", "eq", "x"))
    inside = "SELECT `STAFF_1`.`ID` FROM erp.`STAFF` AS `STAFF_1` WHERE `STAFF_1`.`ID` = `BOSS` AND `STAFF_1`.`NAME` = 'x'"
    assert sql == f"EXISTS ({inside})"


def test_fields_are_listed_once() -> None:
    tree = {"and": [leaf("ID", "eq", 1), {"not": leaf("boss.NAME", "eq", "x")}, leaf("ID", "ne", 2)]}
    assert fields_of(tree) == ["ID", "boss.NAME"]


ROW = {"ID": 1, "NAME": None, "boss": None, "FLAG": " ", "DAY": None, "AT": None, "BOSS": None}


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (leaf("NAME", "ne", "x"), None),
        ({"not": leaf("NAME", "eq", "x")}, None),
        ({"or": [leaf("NAME", "eq", "x"), leaf("ID", "eq", 1)]}, True),
        ({"and": [leaf("NAME", "eq", "x"), leaf("ID", "eq", 2)]}, False),
        ({"not": leaf("boss.NAME", "eq", "x")}, True),
        (leaf("NAME", "in", []), False),
        (leaf("NAME", "not_in", []), True),
        (leaf("FLAG", "eq", ""), True),
    ],
    ids=str,
)
def test_unknown_is_none(entities: Catalogue, condition: Any, truth: bool | None) -> None:
    assert holds(entities.entities["staff"], ROW, condition, entities) is truth
