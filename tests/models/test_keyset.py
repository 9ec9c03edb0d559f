"""Pages by key show every row exactly once, forwards and backwards, whatever is sorted by; and they use the index."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, Numeric, String, create_engine, insert, select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.errors import Invalid
from models import keyset
from models.catalogue import Catalogue
from models.wiring.nouns import Entity, Field, Label, Wiring

LEVELS = ("low", "high", "apart")
TYPES = {
    "ID": Integer(),
    "SUB": String(10),
    "N": Integer(),
    "T": String(20),
    "D": Numeric(12, 2),
    "L": String(10),
}
DDL = "ID INT, SUB VARCHAR(10), N INT NULL, T VARCHAR(20) NULL, D DECIMAL(12,2) NULL, L {level} NULL, PRIMARY KEY (ID, SUB)"
SORTS = [
    [],
    [("N", False)],
    [("N", True)],
    [("T", False), ("N", True)],
    [("D", True), ("T", True)],
    [("T", True), ("D", False), ("N", False)],
]


def random_rows() -> list[dict[str, Any]]:
    chance = random.Random(3)
    values = {
        "N": [None, 0, 1, 2],
        "T": [None, "", "a", "A", "b ", "b", "张三"],
        "D": [None, Decimal("1.10"), Decimal("2.00"), Decimal("-1.00")],
        "L": [None, *LEVELS],
    }
    return [
        {
            "ID": number // 2,
            "SUB": "ab"[number % 2],
            **{name: chance.choice(pool) for name, pool in values.items()},
        }
        for number in range(137)
    ]


def bound(schema: str) -> Entity:
    fields = {name: Field(name, Label(name), "text") for name in TYPES}
    entity = Entity("thing", "THING", Label("Thing"), fields, ("ID", "SUB"))
    Catalogue(Wiring(1, {"thing": entity}), schema, lambda f: TYPES[f.name])
    return entity


def _filled(engine: Engine, schema: str, level: str) -> tuple[Session, Entity]:
    entity = bound(schema)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {schema}.THING ({DDL.format(level=level)})"))
        connection.execute(text("CREATE INDEX by_n ON THING (N, ID, SUB)"))
        connection.execute(insert(entity.table), random_rows())
    return Session(engine), entity


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[Session, Entity]]:
    if request.param == "sqlite":
        engine, schema, level = create_engine("sqlite://"), "main", "VARCHAR(10)"
    else:
        schema, level = request.getfixturevalue("mariadb_database"), f"ENUM{LEVELS}"
        url = make_url(request.getfixturevalue("mariadb_url")).set(database=schema)
        engine = create_engine(url.update_query_dict({"charset": "utf8mb4"}))
    session, entity = _filled(engine, schema, level)
    yield session, entity
    session.close()
    engine.dispose()


def walk(
    session: Session, entity: Entity, order: list[Any], *, back: bool = False, cursor: str = ""
) -> Iterator[keyset.Page]:
    statement = select(entity.attribute("ID"), entity.attribute("SUB"))
    key = [entity.attribute("ID"), entity.attribute("SUB")]
    while True:
        page = keyset.page(session, statement, order, key, cursor, 10)
        yield page
        cursor = page.previous_cursor if back else page.next_cursor
        if not cursor:
            return


def order_of(entity: Entity, sort: list[tuple[str, bool]]) -> list[Any]:
    return [(entity.attribute(name), descending, True) for name, descending in sort]


@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_pages_show_every_row_once_in_the_databases_order(
    place: tuple[Session, Entity], sort: list[Any]
) -> None:
    session, entity = place
    order = keyset.total_order(order_of(entity, sort), [entity.attribute("ID"), entity.attribute("SUB")])
    by = [part.attribute.desc() if part.descending else part.attribute.asc() for part in order]
    whole = [
        tuple(row)
        for row in session.execute(select(entity.attribute("ID"), entity.attribute("SUB")).order_by(*by))
    ]
    pages = list(walk(session, entity, order_of(entity, sort)))
    assert [tuple(row)[:2] for page in pages for row in page.rows] == whole
    assert [bool(page.previous_cursor) for page in pages] == [False] + [True] * (len(pages) - 1)


@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_going_back_shows_the_same_pages(place: tuple[Session, Entity], sort: list[Any]) -> None:
    session, entity = place
    order = order_of(entity, sort)
    forward = list(walk(session, entity, order))
    start = forward[-1].previous_cursor
    backward = list(walk(session, entity, order, back=True, cursor=start))
    assert [page.rows for page in reversed(backward)] == [page.rows for page in forward[:-1]]


@pytest.mark.parametrize("descending", [False, True])
def test_an_enum_is_sought_in_the_order_of_its_list(place: tuple[Session, Entity], descending: bool) -> None:
    session, entity = place
    members = LEVELS if session.get_bind().dialect.name == "mysql" else tuple(sorted(LEVELS))
    order = [keyset.Order(entity.attribute("L"), descending, True, members)]
    rows = [tuple(row)[:2] for page in walk(session, entity, order) for row in page.rows]
    assert len(rows) == len(set(rows)) == 137


def test_the_size_is_held_within_bounds(place: tuple[Session, Entity]) -> None:
    session, entity = place
    statement, key = select(entity.attribute("ID")), [entity.attribute("ID"), entity.attribute("SUB")]
    assert len(keyset.page(session, statement, [], key, "", 0).rows) == 10
    assert len(keyset.page(session, statement, [], key, "", 10**9).rows) == 137


@pytest.mark.parametrize("cursor", ["x", "%%", "W10", "bnVsbA", "WyJhIiwwLFsxXV0", "W1tdXQ", "張"])
def test_a_damaged_cursor_says_to_start_again(place: tuple[Session, Entity], cursor: str) -> None:
    session, entity = place
    with pytest.raises(Invalid, match="first page"):
        keyset.page(session, select(entity.attribute("ID")), [], [entity.attribute("ID")], cursor, 10)


def test_a_cursor_of_another_order_is_refused(place: tuple[Session, Entity]) -> None:
    session, entity = place
    first = next(walk(session, entity, order_of(entity, [("N", False)])))
    with pytest.raises(Invalid, match="first page"):
        next(walk(session, entity, order_of(entity, [("N", True)]), cursor=first.next_cursor))


def test_the_predicate_is_a_range_and_no_row_value() -> None:
    entity = bound("erp")
    order = keyset.total_order([(entity.attribute("N"), True, False)], [entity.attribute("ID")])
    sql = str(
        keyset.after(order, [5, 7]).compile(dialect=mysql.dialect(), compile_kwargs={"literal_binds": True})
    )
    assert sql.replace("erp.`THING`.", "") == "`N` <= 5 AND (`N` < 5 OR `ID` < 7)"
