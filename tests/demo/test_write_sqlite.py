"""The demo as a SQLite file: quick, whole or not there at all, and read by SQLAlchemy in its own types."""

import hashlib
import sqlite3
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select

from demo.schema import tables
from demo.write import INDEXES, write_sqlite
from tests.demo.conftest import NOW, Erp


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_default_size_is_made_in_under_thirty_seconds(erp: Erp) -> None:
    assert erp.seconds < 30


def test_the_file_is_sound(erp: Erp) -> None:
    assert erp.value("PRAGMA integrity_check") == "ok"
    assert erp.rows("PRAGMA foreign_key_check") == []


def test_the_same_file_is_made_twice(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "one", 60, NOW)
    write_sqlite(str(tmp_path / "two"), 60, NOW)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_an_older_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "new" / "erp.sqlite"
    write_sqlite(path, 30, NOW)
    first = digest(path)
    write_sqlite(path, 40, NOW)
    assert digest(path) != first
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_older_file_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "erp.sqlite"
    path.write_bytes(b"older")

    def stop(table: str, _done: int, _total: int) -> None:
        if table == "T_GDZB":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sqlite(path, 30, NOW, stop)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_progress_names_every_table_and_ends_at_its_total(tmp_path: Path) -> None:
    seen: dict[str, tuple[int, int]] = {}

    def note(table: str, done: int, total: int) -> None:
        assert done >= seen.get(table, (0, 0))[0]
        assert done <= total
        seen[table] = (done, total)

    write_sqlite(tmp_path / "erp.sqlite", 3_000, NOW, note)
    assert set(seen) == {*tables().tables, INDEXES}
    assert all(done == total > 0 for done, total in seen.values())


def test_indexes_and_statistics_are_there(erp: Erp) -> None:
    wanted = {index.name for table in tables().tables.values() for index in table.indexes}
    assert {
        row[0] for row in erp.rows("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE%INDEX%'")
    } == wanted
    assert int(str(erp.value("SELECT stat FROM sqlite_stat1 WHERE tbl = 'T_KHZL'")).split()[0]) == 20_000


def test_hardly_a_foreign_key_is_declared(erp: Erp) -> None:
    found = [
        (name, row[3]) for name in tables().tables for row in erp.rows(f"PRAGMA foreign_key_list({name})")
    ]
    assert found == [("T_YGDA", "BMBH"), ("T_DDMX", "DDH")]


def test_keys_of_every_shape_and_a_table_without_one(tmp_path: Path) -> None:
    path = tmp_path / "erp.sqlite"
    write_sqlite(path, 20, NOW)
    engine = create_engine(f"sqlite:///{path}")
    inspector = inspect(engine)
    keys = {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in tables().tables}
    engine.dispose()
    assert keys["T_KHZL"] == ["ID"]
    assert keys["T_DDZB"] == ["DDH"]
    assert keys["T_DDMX"] == ["DDH", "HH"]
    assert [name for name, key in keys.items() if not key] == ["T_CZRZ"]


def test_sqlalchemy_reads_its_own_types_and_compares_moments(tmp_path: Path) -> None:
    path = tmp_path / "erp.sqlite"
    write_sqlite(path, 60, NOW)
    engine, all_tables = create_engine(f"sqlite:///{path}"), tables().tables
    with engine.connect() as connection:
        customers, staff, assets = (all_tables[name].c for name in ("T_KHZL", "T_YGDA", "T_ZCDA"))
        row = connection.execute(select(customers.XYED, customers.CJSJ).order_by(customers.ID.desc())).first()
        same = connection.execute(select(customers.ID).where(customers.CJSJ == row.CJSJ)).all()
        person = connection.execute(select(staff.SBSJ, staff.CSRQ, staff.ZP)).first()
        settings = connection.execute(select(assets.PZXX).where(assets.PZXX.isnot(None))).scalars().first()
    engine.dispose()
    assert (type(row.XYED), type(row.CJSJ), len(same)) == (Decimal, datetime, 1)
    assert [type(value) for value in person] == [time, date, bytes]
    assert set(settings) == {"firmware", "ports", "location"}


def test_tables_can_stand_in_an_attached_schema() -> None:
    metadata = tables("erp")
    assert "erp.T_KHZL" in metadata.tables
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS erp")
        metadata.create_all(connection)
        assert len(inspect(connection).get_table_names("erp")) == 15
    engine.dispose()
    assert sqlite3.sqlite_version_info >= (3, 35)
