"""On MariaDB a condition on an indexed column reads a range of the index, never the whole table."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, String, create_engine, select, text
from sqlalchemy.engine import make_url

from models.catalogue import Catalogue
from models.condition import to_sql
from models.wiring.nouns import Entity, Field, Label, Wiring

TYPES: dict[str, Any] = {"ID": Integer(), "CODE": String(20), "DAY": Integer()}
SQL_TYPES = {"ID": "int(11)", "CODE": "varchar(20)", "DAY": "int(11)"}

pytestmark = pytest.mark.mariadb


@pytest.fixture(scope="module")
def place(mariadb_url: str, mariadb_module_database: str) -> Iterator[tuple[Connection, Entity]]:
    fields = {name: Field(name, Label(name), "text", kind) for name, kind in SQL_TYPES.items()}
    entity = Entity("thing", "THING", Label("Thing"), fields, ("ID",))
    Catalogue(Wiring(1, {"thing": entity}), mariadb_module_database, lambda f: TYPES[f.name])
    engine = create_engine(make_url(mariadb_url).set(database=mariadb_module_database))
    with engine.connect() as connection:
        ddl = "CREATE TABLE THING (ID INT PRIMARY KEY, CODE VARCHAR(20), DAY INT, KEY (CODE), KEY (DAY)) CHARACTER SET utf8mb4"
        connection.execute(text(ddl))
        connection.execute(
            text("INSERT INTO THING SELECT seq, CONCAT('KH', seq), 20250000 + seq FROM seq_1_to_20000")
        )
        connection.execute(text("ANALYZE TABLE THING"))
        yield connection, entity
    engine.dispose()


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("CODE", "starts", "kh199"),
        ("CODE", "eq", "KH7"),
        ("CODE", "in", ["KH7", "KH8"]),
        ("CODE", "range", ["KH1", "KH11"]),
        ("CODE", "eq", 7),
        ("DAY", "range", [20250100, 20250200]),
        ("DAY", "starts", "20250100"),
        ("CODE", "is_null", None),
    ],
)
def test_an_index_serves(place: tuple[Connection, Entity], field: str, op: str, value: Any) -> None:
    connection, entity = place
    where = to_sql(entity, {"field": field, "op": op, "value": value})
    statement = select(entity.attribute("ID")).where(where)
    sql = statement.compile(connection, compile_kwargs={"literal_binds": True})
    plan = connection.exec_driver_sql(f"EXPLAIN {sql}").mappings().one()
    assert plan["key"] == field
    assert plan["type"] in {"range", "ref"}
    assert int(plan["rows"]) < 2000
