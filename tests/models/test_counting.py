"""Totals in a person's session: exact when cheap, else an estimate; the policy's rows hold for the count too."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, String, create_engine, event, select, text
from sqlalchemy.engine import make_url

from app.actor import Actor
from models import condition, counting
from models.catalogue import Catalogue
from models.counting import Total, rounded
from models.guard import RecordSession
from models.policy import AccessRule, Policy
from models.wiring.nouns import Entity, Field, Label, Wiring

SALES = Actor(1, "sales", frozenset({"Sales"}), employee="E7")
EVERYBODY = AccessRule("Sales", "*", "see", "all")
OWN = AccessRule("Sales", "*", "see", "own")


class Place:
    """A table of 60,000 rows: N counts, OWNER is one of 100, T is a text without an index."""

    def __init__(self, engine: Engine, schema: str) -> None:
        fields = {name: Field(name, Label(name), "text", kind) for name, kind in KINDS.items()}
        self.entity = Entity("thing", "THING", Label("Thing"), fields, ("ID",), owner="OWNER")
        self.catalogue = Catalogue(Wiring(1, {"thing": self.entity}), schema, lambda f: TYPES[f.name])
        self.engine = engine

    def total(self, where: Any, rule: AccessRule = EVERYBODY, estimate: int | None = None) -> Total:
        statement = select(self.entity.attribute("ID")).where(
            condition.to_sql(self.entity, where, self.catalogue)
        )
        with RecordSession(self.engine, Policy(SALES, self.catalogue, (rule,))) as session:
            return counting.total(session, statement, estimate)


KINDS = {"ID": "int(11)", "OWNER": "varchar(10)", "N": "int(11)", "T": "varchar(40)"}
TYPES: dict[str, Any] = {"ID": Integer(), "OWNER": String(10), "N": Integer(), "T": String(40)}
DDL = "CREATE TABLE {}.THING (ID INT PRIMARY KEY, OWNER VARCHAR(10), N INT, T VARCHAR(40))"
ROWS = 60_000


def _filled(engine: Engine, schema: str, numbers: str, joined: str) -> Place:
    with engine.begin() as connection:
        connection.execute(text(DDL.format(schema)))
        connection.execute(
            text(f"INSERT INTO {schema}.THING SELECT n, {joined}, n, '{'text' * 10}' FROM ({numbers}) s")
        )
        by_owner, by_n = ("erp.by_owner", "erp.by_n") if schema == "erp" else ("by_owner", "by_n")
        connection.execute(text(f"CREATE INDEX {by_owner} ON THING (OWNER)"))
        connection.execute(text(f"CREATE INDEX {by_n} ON THING (N)"))
    return Place(engine, schema)


@pytest.fixture(scope="module")
def server(mariadb_url: str, mariadb_module_database: str) -> Iterator[Place]:
    engine = create_engine(make_url(mariadb_url).set(database=mariadb_module_database))
    numbers = f"SELECT seq n FROM seq_1_to_{ROWS}"
    yield _filled(engine, mariadb_module_database, numbers, "CONCAT('E', n % 100)")
    engine.dispose()


@pytest.fixture(scope="module")
def embedded() -> Iterator[Place]:
    engine = create_engine("sqlite://")
    event.listen(
        engine, "connect", lambda connection, _record: connection.execute("ATTACH ':memory:' AS erp")
    )
    numbers = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS}) SELECT n FROM s"
    )
    yield _filled(engine, "erp", numbers, "'E' || (n % 100)")
    engine.dispose()


def test_the_count_on_sqlite_is_exact_or_over(embedded: Place) -> None:
    assert embedded.total({"field": "N", "op": "lte", "value": 25}) == Total("exact", 25)
    assert embedded.total({}) == Total("over", 10_000)
    assert embedded.total({}, OWN) == Total("exact", 600)


@pytest.mark.mariadb
def test_a_small_result_is_counted(server: Place) -> None:
    assert server.total({"field": "N", "op": "between", "value": [11, 35]}) == Total("exact", 25)
    assert server.total({"field": "N", "op": "eq", "value": -1}) == Total("exact", 0)


@pytest.mark.mariadb
def test_the_policy_holds_for_the_count(server: Place) -> None:
    assert server.total({}, OWN) == Total("exact", 600)
    assert server.total({}, AccessRule("Sales", "elsewhere", "see", "all")) == Total("exact", 0)


@pytest.mark.mariadb
def test_a_big_result_is_estimated_from_the_plan(server: Place) -> None:
    found = server.total({"field": "N", "op": "gt", "value": 20_000})
    assert found.kind == "about"
    assert 20_000 <= found.number <= 80_000


@pytest.mark.mariadb
def test_a_big_table_is_not_counted_at_all(server: Place) -> None:
    statements: list[str] = []
    event.listen(server.engine, "before_cursor_execute", lambda *words: statements.append(words[2]))
    assert server.total({}, estimate=61_234) == Total("about", 61_000)
    assert statements == []


@pytest.mark.mariadb
def test_a_count_that_takes_too_long_is_ended(server: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan takes many times as long as it may: the server's clock is not exact on a busy machine."""
    words = [{"field": "T", "op": "contains", "value": f"nothing like {number}"} for number in range(48)]
    monkeypatch.setattr(counting, "SECONDS", 0.002)
    assert server.total({"or": words}) == Total("unknown")
    monkeypatch.setattr(counting, "SECONDS", 30)
    assert server.total({"or": words}) == Total("exact", 0)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (7, 7), (99, 99), (123, 120), (10_123_456, 10_000_000)]
)
def test_an_estimate_has_two_digits(number: int, shown: int) -> None:
    assert rounded(number) == shown
