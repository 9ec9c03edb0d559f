"""Attacks on what a written value gives: keys over several columns, copied codes, flags, and changes taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import fields
from app import database
from app.errors import Invalid, NotAllowed, NotVisible
from models.catalogue import Catalogue
from models.overlay import metadata
from models.records import read, undo, write
from models.records.transaction import Once
from models.wiring.nouns import Entity, Field, Label, Relation, Wiring
from tests.harness.databases import url_of
from tests.models.small_erp import REP, RULES, SmallErp

STATEMENTS = (
    "CREATE TABLE {s}.CLIENT (FIRM INT NOT NULL, ID INT NOT NULL, CODE CHAR(9), OWNER CHAR(9), GONE CHAR(1) NOT NULL, PRIMARY KEY (FIRM, ID))",
    "CREATE TABLE {s}.DEAL (ID INTEGER PRIMARY KEY, FIRM INTEGER, CLIENT INTEGER, OWNER VARCHAR(10))",
    "CREATE TABLE {s}.NOTE (ID INTEGER PRIMARY KEY, CODE VARCHAR(10), WORDS VARCHAR(50))",
    "INSERT INTO {s}.CLIENT VALUES (1,1,'A','E1','0'), (1,2,'B','W1','0'), (0,3,'C','W1','0'), (2,1,'D','W1','0')",
    "INSERT INTO {s}.DEAL VALUES (1,1,1,'E1'), (2,1,2,'W1')",
    "INSERT INTO {s}.NOTE VALUES (1,'A','mine'), (2,'B','theirs')",
)


def wiring() -> Wiring:
    """Clients with a compound key and a code that no index keeps unique; notes follow the client of their code."""

    def of(*columns: tuple[str, str]) -> dict[str, Field]:
        kinds = {"int": "integer"}
        return {
            name: Field(
                name, Label(name), kinds.get(sort, "text"), sort, nullable=name not in {"FIRM", "ID", "GONE"}
            )
            for name, sort in columns
        }

    code, number, owner = ("CODE", "varchar(10)"), ("ID", "int"), ("OWNER", "varchar(10)")
    client = Entity(
        "client", "CLIENT", Label("Client"), of(("FIRM", "int"), number, code, owner, ("GONE", "char(1)")),
        key=("FIRM", "ID"), title="CODE", owner="OWNER", delete_flag={"field": "GONE", "deleted": "1", "live": "0"},
    )  # fmt: skip
    buyer = Relation("buyer", ("FIRM", "CLIENT"), "client", ("FIRM", "ID"))
    deal = Entity(
        "deal", "DEAL", Label("Deal"), of(number, ("FIRM", "int"), ("CLIENT", "int"), owner), key=("ID",), owner="OWNER",
        relations={"buyer": buyer},
    )  # fmt: skip
    about = Relation("about", ("CODE",), "client", ("CODE",))
    note = Entity(
        "note", "NOTE", Label("Note"), of(number, code, ("WORDS", "varchar(50)")), key=("ID",), relations={"about": about},
        parent="about",
    )  # fmt: skip
    return Wiring(1, {"client": client, "deal": deal, "note": note})


@pytest.fixture(params=["embedded", "mariadb"])
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallErp]:
    """A fresh one for each test."""
    schema = database.EMBEDDED_SCHEMA
    if request.param == "embedded":
        engine = database.open_embedded(tmp_path / "erp.sqlite", tmp_path / "overlay.sqlite")
    else:
        schema = request.getfixturevalue("mariadb_database")
        address = url_of(request.getfixturevalue("mariadb_url"), schema)
        database.ensure_overlay_schema(address, f"{schema}_overlay")
        engine = database.open_server(address, f"{schema}_overlay")
    metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in STATEMENTS:
            connection.execute(text(statement.format(s=schema)))
    made = SmallErp(engine, Catalogue(wiring(), schema, fields.column_type))
    yield made
    for session in made.opened:
        session.close()
    engine.dispose()


@pytest.mark.parametrize(
    "values", [{"CLIENT": 2}, {"FIRM": 2}, {"FIRM": 0, "CLIENT": 3}, {"FIRM": 1, "CLIENT": 9}]
)
def test_a_key_over_several_columns_leads_to_a_record_in_reach(erp: SmallErp, values: dict[str, int]) -> None:
    session, deal = erp.session(REP), erp.catalogue.entities["deal"]
    with pytest.raises(Invalid) as refusal:
        write.change(session, deal, "1", "", values, once=Once())
    assert set(refusal.value.fields) <= {"FIRM", "CLIENT"}
    assert erp.raw("SELECT FIRM, CLIENT FROM {s}.DEAL WHERE ID=1") == [(1, 1)]
    with pytest.raises(Invalid):
        write.create(session, deal, {"ID": 7, "FIRM": 1, "CLIENT": 1, "OWNER": "E1", **values}, Once())


@pytest.mark.parametrize("values", [{"CLIENT": None}, {"FIRM": 0, "CLIENT": 0}])
def test_an_empty_key_leads_nowhere(erp: SmallErp, values: dict[str, int | None]) -> None:
    write.change(erp.session(REP), erp.catalogue.entities["deal"], "1", "", values, once=Once())


def test_a_copied_code_does_not_open_what_hangs_on_it(erp: SmallErp) -> None:
    session, client, note = erp.session(REP), erp.catalogue.entities["client"], erp.catalogue.entities["note"]
    with pytest.raises(Invalid):
        write.change(session, client, "1~1", "", {"CODE": "B"}, once=Once())
    with pytest.raises(Invalid):
        write.create(session, client, {"FIRM": 1, "ID": 9, "CODE": "B", "OWNER": "E1"}, Once())
    with pytest.raises(NotVisible):
        read.get(session, note, "2")
    write.change(session, client, "1~1", "", {"CODE": "Z"}, once=Once())
    write.create(session, client, {"FIRM": 1, "ID": 8, "CODE": "Y", "OWNER": "E1"}, Once())
    assert erp.raw("SELECT CODE, GONE FROM {s}.CLIENT WHERE OWNER='E1' ORDER BY ID") == [
        ("Z", "0"),
        ("Y", "0"),
    ]


def test_the_flag_of_a_deleted_record_needs_the_right_to_delete(erp: SmallErp) -> None:
    session, client = erp.session(REP), erp.catalogue.entities["client"]
    without = tuple(rule for rule in RULES if rule.action != "delete" and rule.role == "Sales")
    object.__setattr__(session.policy, "access", without)
    with pytest.raises(NotAllowed):
        write.change(session, client, "1~1", "", {"GONE": "1"}, once=Once())
    with pytest.raises(NotAllowed):
        write.create(session, client, {"FIRM": 1, "ID": 7, "OWNER": "E1", "GONE": "1"}, Once())
    write.create(session, client, {"FIRM": 1, "ID": 7, "OWNER": "E1"}, Once())
    assert erp.raw("SELECT GONE FROM {s}.CLIENT WHERE OWNER='E1'") == [("0",), ("0",)]


def test_taking_back_does_not_lead_out_of_reach(erp: SmallErp) -> None:
    session, client = erp.session(REP), erp.catalogue.entities["client"]
    erp.raw("UPDATE {s}.CLIENT SET OWNER='E1' WHERE ID=2")
    saved = write.change(session, client, "1~2", "", {"CODE": "M"}, once=Once())
    gone = write.remove(session, client, "1~2", "", "", once=Once())
    session.rollback()
    erp.raw("UPDATE {s}.CLIENT SET OWNER='W1' WHERE ID=2")
    for one in (gone, saved):
        with pytest.raises(NotVisible):
            undo.undo(session, client, one.change_id or 0, Once())
        session.rollback()
    assert erp.raw("SELECT CODE, GONE FROM {s}.CLIENT WHERE ID=2") == [("M", "1")]


def test_taking_a_new_record_back_takes_no_others_along(erp: SmallErp) -> None:
    if erp.engine.dialect.name == "sqlite":
        return  # the embedded demo has no foreign keys that delete
    session, deal = erp.session(REP), erp.catalogue.entities["deal"]
    saved = write.create(session, deal, {"ID": 7, "FIRM": 1, "CLIENT": 1, "OWNER": "E1"}, Once())
    session.rollback()
    child = "CREATE TABLE {s}.STEP (ID INT PRIMARY KEY, DEAL INT, FOREIGN KEY (DEAL) REFERENCES {s}.DEAL (ID) ON DELETE CASCADE)"
    erp.raw(child)
    erp.raw("INSERT INTO {s}.STEP VALUES (1, 7)")
    with pytest.raises(Invalid):
        undo.undo(session, deal, saved.change_id or 0, Once())
    session.rollback()
    assert erp.raw("SELECT COUNT(*) FROM {s}.STEP") == [(1,)]
    erp.raw("DELETE FROM {s}.STEP")
    undo.undo(session, deal, saved.change_id or 0, Once())
    assert erp.raw("SELECT COUNT(*) FROM {s}.DEAL WHERE ID=7") == [(0,)]
