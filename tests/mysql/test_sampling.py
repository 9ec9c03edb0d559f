"""Understanding a large schema hurts nobody: rows read and statements do not grow with the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from fields import best_kind
from models.legacy.reflect import reflect
from models.legacy.samples import ROWS, VALUES, LegacySamples
from models.wiring.infer import infer
from tests.harness import databases

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]

LARGE = 1_000_000
TABLES = (
    "CREATE TABLE customers (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, name VARCHAR(50)) ENGINE=InnoDB",
    (
        "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer_id INT, customer_code VARCHAR(20), subject_type VARCHAR(20),"
        " subject_id INT, customer_ids VARCHAR(60), city VARCHAR(20)) ENGINE=InnoDB"
    ),
    "CREATE TABLE ledger (entry_date DATE, customer_code VARCHAR(20), amount DECIMAL(12,2)) ENGINE=InnoDB",
)
FILL = (
    "INSERT INTO customers SELECT seq, CONCAT('KH', LPAD(seq, 8, '0')), CONCAT('Name ', seq) FROM seq_1_to_{n}",
    (
        "INSERT INTO orders SELECT seq, 1 + seq % {n}, CONCAT('KH', LPAD(1 + seq % {n}, 8, '0')), ELT(1 + seq % 2, 'customer', 'order'),"
        " seq, CONCAT(1 + seq % {n}, ',', 1 + (seq * 7) % {n}), 'X' FROM seq_1_to_{n}"
    ),
    "INSERT INTO ledger SELECT '2024-01-01', CONCAT('KH', LPAD(1 + seq % {n}, 8, '0')), seq FROM seq_1_to_{n}",
)


@pytest.fixture(scope="module")
def large(mariadb_url: str) -> Iterator[str]:
    with databases.fresh_database(mariadb_url, "large") as name:
        address = databases.url_of(mariadb_url, name)
        databases.execute(address, *TABLES, *(statement.format(n=LARGE) for statement in FILL))
        yield address


def rows_read(connection: Connection) -> int:
    """Rows that the server handed to its executor on this connection."""
    found = connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read_%'"))
    return sum(int(value) for name, value in found if name != "Handler_read_retry")


def test_a_million_rows_are_sampled_not_read(large: str) -> None:
    engine = create_engine(large)
    with engine.connect() as connection:
        facts = reflect(connection, str(engine.url.database))
        samples, before = LegacySamples(connection, str(engine.url.database)), rows_read(connection)
        found = infer(facts, best_kind, samples)
        cost = rows_read(connection) - before
    engine.dispose()
    ticked = {one.relation.columns for one in found["orders"].relations if one.is_ticked}
    assert {("customer_id",), ("customer_ids",)} <= ticked
    both_ends, look_up = 2 * (ROWS + 1), 3 * VALUES
    assert samples.statements <= 8 * len(facts.tables)
    assert cost <= len(facts.tables) * both_ends + samples.statements * look_up
    assert cost < LARGE / 50


def test_every_statement_is_bounded_by_a_limit_or_an_index(large: str) -> None:
    engine = create_engine(large)
    schema = str(engine.url.database)
    with engine.connect() as connection:
        facts = reflect(connection, schema)
        samples = LegacySamples(connection, schema)
        for table in facts.tables.values():
            before = rows_read(connection)
            assert len(samples.rows(table)) <= 2 * ROWS
            assert rows_read(connection) - before <= 2 * (ROWS + 1), table.name
        customers = facts.tables["customers"]
        for columns, values in (
            (["id"], range(1, VALUES)),
            (["code"], [f"KH{n:08}" for n in range(1, VALUES)]),
        ):
            before = rows_read(connection)
            known = samples.existing(customers, columns, list(values))
            assert known is not None
            assert len(known) == VALUES - 1
            assert rows_read(connection) - before <= 3 * VALUES, columns
    engine.dispose()
