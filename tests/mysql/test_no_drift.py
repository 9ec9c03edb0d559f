"""Real schemas that nobody has changed show no change: a false alarm would teach people to look away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, make_url

from fields import best_kind
from models.drift.adapt import adapted, overrides_of
from models.drift.changes import changes
from models.drift.fingerprint import fingerprint
from models.drift.plain import table_from_plain, table_to_plain
from models.legacy.reflect import reflect
from models.wiring.document import from_plain, to_plain
from models.wiring.infer import infer, wiring_of
from models.wiring.nouns import Wiring
from tests.harness import databases

pytestmark = pytest.mark.mariadb


def opened(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def check(connection: Connection, name: str) -> None:
    facts = reflect(connection, name)
    made = wiring_of(infer(facts, best_kind), best_kind)
    wiring: Wiring = from_plain(to_plain(made), 1)
    assert len(wiring.entities) == len(facts.tables) > 3
    assert overrides_of(wiring, facts.tables) == {}
    kept = {table: table_from_plain(table_to_plain(one)) for table, one in facts.tables.items()}
    assert changes(wiring, kept, facts.tables) == []
    assert adapted(wiring, {}, best_kind).wiring is wiring
    before = fingerprint(connection, name)
    connection.rollback()
    for table in facts.tables.values():
        if not table.is_view:
            connection.exec_driver_sql(
                f"ANALYZE TABLE `{name}`.`{table.name.replace('`', '``').replace('%', '%%')}`"
            ).all()
    assert fingerprint(connection, name) == before


@pytest.mark.parametrize("schema", databases.DUMPS, indirect=True)
def test_a_real_schema_shows_none(schema: str) -> None:
    for connection in opened(schema):
        check(connection, make_url(schema).database or "")


def test_the_schema_of_nasty_cases_shows_none(nasty_schema: str) -> None:
    for connection in opened(nasty_schema):
        check(connection, make_url(nasty_schema).database or "")
