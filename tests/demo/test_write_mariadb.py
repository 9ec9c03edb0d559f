"""The demo on a real MariaDB: the same values as in SQLite, comments, and never over what is already there."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, create_engine, func, inspect, make_url, select, text

from demo.freshen import add_live_tickets
from demo.load import InsertLoader, Loader, NotLoaded, open_loader
from demo.plan import DemoRefused
from demo.schema import tables
from demo.write import DEFAULT_DATABASE, INDEXES, write_mariadb, write_sqlite
from tests.demo.conftest import NOW

pytestmark = [pytest.mark.mariadb, pytest.mark.filterwarnings("ignore:Did not recognize type 'point'")]
SIZE = 200


@pytest.fixture(scope="module")
def filled(mariadb_url: str, mariadb_module_database: str) -> str:
    """The URL of a database that holds the demo."""
    url = make_url(mariadb_url).set(database=mariadb_module_database)
    assert write_mariadb(url, SIZE, NOW) == mariadb_module_database
    return url.render_as_string(hide_password=False)


def plain(value: Any) -> Any:
    """A value as both databases can give it: a SET and its text alike."""
    if isinstance(value, set):
        return frozenset(value)
    return value


def contents(engine: Engine, table: Table) -> list[tuple[Any, ...]]:
    """All rows of a table, sorted; points as text and sets as sets."""
    is_sqlite = engine.dialect.name == "sqlite"
    columns = [
        column if column.name != "WZ" or is_sqlite or table.name != "T_ZCDA" else func.ST_AsText(column)
        for column in table.columns
    ]
    with engine.connect() as connection:
        rows = [tuple(plain(value) for value in row) for row in connection.execute(select(*columns))]
    if is_sqlite and table.name == "T_KHLXR":
        place = list(table.columns.keys()).index("GTFS")
        rows = [(*row[:place], as_set(row[place]), *row[place + 1 :]) for row in rows]
    return sorted(rows, key=repr)


def as_set(value: str | None) -> frozenset[str] | None:
    return None if value is None else frozenset(filter(None, value.split(",")))


def without_points(table: Table, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Points are compared as numbers: a server drops the zeros at the end."""
    if table.name != "T_ZCDA":
        return rows
    place = table.columns.keys().index("WZ")
    return [(*row[:place], numbers(row[place]), *row[place + 1 :]) for row in rows]


def numbers(point: str | None) -> list[float] | None:
    return None if point is None else [float(part) for part in point[6:-1].split(" ")]


def test_both_databases_hold_the_same(filled: str, tmp_path: Path) -> None:
    write_sqlite(tmp_path / "erp.sqlite", SIZE, NOW)
    server, file = create_engine(filled), create_engine(f"sqlite:///{tmp_path / 'erp.sqlite'}")
    for table in tables().tables.values():
        mine, theirs = contents(server, table), contents(file, table)
        assert without_points(table, mine) == without_points(table, theirs), table.name
        assert mine
    server.dispose()
    file.dispose()


def test_tables_and_columns_carry_chinese_comments(filled: str) -> None:
    engine = create_engine(filled)
    inspector = inspect(engine)
    for table in tables().tables.values():
        assert inspector.get_table_comment(table.name)["text"] == table.comment
        found = {column["name"]: column["comment"] for column in inspector.get_columns(table.name)}
        assert found == {column.name: column.comment for column in table.columns}
    engine.dispose()


def test_the_types_of_a_server_are_used(filled: str) -> None:
    sql = "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = DATABASE()"
    engine = create_engine(filled)
    with engine.connect() as connection:
        kinds = set(connection.execute(text(sql)).scalars())
    engine.dispose()
    assert {
        "enum",
        "set",
        "bit",
        "year",
        "time",
        "point",
        "blob",
        "decimal",
        "double",
        "bigint",
        "char",
    } <= kinds


def test_indexes_and_keys_are_complete(filled: str) -> None:
    engine = create_engine(filled)
    inspector = inspect(engine)
    for table in tables().tables.values():
        found = {index["name"]: bool(index["unique"]) for index in inspector.get_indexes(table.name)}
        wanted = {index.name: bool(index.unique) for index in table.indexes}
        assert wanted.items() <= found.items()
    assert inspector.get_foreign_keys("T_DDMX")[0]["referred_table"] == "T_DDZB"
    engine.dispose()


def test_a_database_in_use_is_refused_and_left_as_it_is(filled: str) -> None:
    with pytest.raises(DemoRefused, match="already holds T_CPZL. Name an empty database"):
        write_mariadb(filled, 10, NOW)
    engine = create_engine(filled)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM T_KHZL")).scalar_one() == SIZE
    engine.dispose()


def test_a_failure_takes_its_own_tables_away_and_nothing_else(
    mariadb_url: str, mariadb_database: str
) -> None:
    url = make_url(mariadb_url).set(database=mariadb_database)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE KEPT (ID INT PRIMARY KEY)"))

    def stop(table: str, _done: int, _total: int) -> None:
        if table == INDEXES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_mariadb(url, 20, NOW, stop)
    assert inspect(engine).get_table_names() == ["KEPT"]
    engine.dispose()


def test_a_server_without_load_data_gets_the_same_rows(
    filled: str, mariadb_url: str, mariadb_database: str
) -> None:
    url = make_url(mariadb_url).set(database=mariadb_database)
    admin, other, first = create_engine(mariadb_url), create_engine(url), create_engine(filled)
    with admin.connect() as connection:
        connection.execute(text("SET GLOBAL local_infile = 0"))
        try:
            write_mariadb(url, SIZE, NOW)
        finally:
            connection.execute(text("SET GLOBAL local_infile = 1"))
    for table in tables().tables.values():
        assert contents(other, table) == contents(first, table)
    for engine in (admin, other, first):
        engine.dispose()


def test_the_database_is_made_where_it_is_missing(mariadb_url: str) -> None:
    engine = create_engine(mariadb_url)
    with engine.connect() as connection:
        if DEFAULT_DATABASE in inspect(connection).get_schema_names():
            pytest.skip(f"The server has a database {DEFAULT_DATABASE} of its own.")
        try:
            assert write_mariadb(mariadb_url, 5, NOW) == DEFAULT_DATABASE
            found = connection.execute(text(f"SELECT count(*) FROM {DEFAULT_DATABASE}.T_KHZL")).scalar_one()
        finally:
            connection.execute(text(f"DROP DATABASE IF EXISTS {DEFAULT_DATABASE}"))
    engine.dispose()
    assert found == 5


def test_fresh_tickets_can_be_added(filled: str) -> None:
    engine = create_engine(filled)
    with engine.connect() as connection:
        before = connection.execute(text("SELECT max(ID) FROM T_GDZB")).scalar_one()
        added = add_live_tickets(connection, make_url(filled).database, NOW)
        assert connection.execute(text("SELECT max(ID) FROM T_GDZB")).scalar_one() == before + added
        connection.rollback()
    engine.dispose()


@pytest.mark.parametrize("is_file", [True, False])
def test_a_row_that_the_server_shortens_is_noticed(
    mariadb_url: str, mariadb_database: str, is_file: bool
) -> None:
    table = tables().tables["T_ZDB"]
    engine = create_engine(
        make_url(mariadb_url).set(database=mariadb_database), connect_args={"local_infile": True}
    )
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(text("SET SESSION sql_mode = ''"))
        with open_loader(connection) as loader:
            chosen = loader if is_file else InsertLoader(connection.connection.cursor())
            chosen.load(table, [("XB", "1", "good", "good", 10, "Y")])
            chosen.finish()
            with pytest.raises(NotLoaded, match="did not take all rows of T_ZDB"):
                load_all(chosen, table, [("XB", "2", "too long " * 30, "", 10, "Y")])
    engine.dispose()


def load_all(loader: Loader, table: Table, rows: list[tuple[object, ...]]) -> None:
    loader.load(table, rows)
    loader.finish()
