"""The chain finds every entry that was altered, removed or slipped in, and goes on after pruning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from app import database
from models.audit import NOBODY, chain, note, pruning
from models.audit.verify import verify
from models.change import change_table
from models.overlay.migrate import upgrade
from tests.harness.databases import url_of
from tests.models.small_erp import REP

ENTRIES = 12


@pytest.fixture(params=["embedded", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "embedded":
        made = database.open_embedded(tmp_path / "erp.sqlite", tmp_path / "overlay.sqlite")
    else:
        name = request.getfixturevalue("mariadb_database")
        address = url_of(request.getfixturevalue("mariadb_url"), name)
        database.ensure_overlay_schema(address, f"{name}_overlay")
        made = database.open_server(address, f"{name}_overlay")
    upgrade(made)
    with made.begin() as connection:
        for number in range(ENTRIES):
            title = f"张三 {number} 🐟 "
            subject = "@account" if number % 2 else "customer"
            note(
                connection, REP if number % 3 else NOBODY, subject, "change", record=str(number), title=title
            )
    yield made
    made.dispose()


def link(engine: Engine) -> int:
    with engine.begin() as connection:
        return chain.extend(connection)


def faults(engine: Engine, known: str = "") -> list[tuple[str, int]]:
    with engine.connect() as connection:
        return [(fault.kind, fault.change_id) for fault in verify(connection, known).faults]


def unlocked(engine: Engine, *statements: object) -> None:
    """What somebody does who owns the schema: drops the triggers and alters what he likes."""
    with engine.begin() as connection:
        for table, action, _unless in (
            ("change", "UPDATE", ""),
            ("change", "DELETE", ""),
            ("audit_link", "DELETE", ""),
        ):
            connection.execute(text(f"DROP TRIGGER IF EXISTS audit_{table}_{action.lower()}"))
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def test_entries_are_linked_once_and_the_chain_holds(engine: Engine) -> None:
    assert link(engine) == ENTRIES
    assert link(engine) == 0
    with engine.connect() as connection:
        report = verify(connection)
    assert (report.linked, report.waiting, report.faults) == (ENTRIES, 0, [])


def test_what_is_not_linked_yet_waits(engine: Engine) -> None:
    with engine.connect() as connection:
        report = verify(connection)
    assert (report.linked, report.waiting, report.holds) == (0, ENTRIES, True)


@pytest.mark.parametrize("column", ["title", "actor_name", "before", "record", "at"])
def test_an_altered_entry_is_found(engine: Engine, column: str) -> None:
    link(engine)
    value = datetime(2026, 1, 1, tzinfo=UTC) if column == "at" else "x"
    unlocked(engine, update(change_table).where(change_table.c.id == 5).values({column: value}))
    assert faults(engine) == [("altered", 5)]


def test_a_removed_entry_is_found_with_and_without_its_link(engine: Engine) -> None:
    link(engine)
    unlocked(engine, delete(change_table).where(change_table.c.id == 4))
    assert faults(engine) == [("missing", 4)]
    unlocked(engine, delete(chain.link_table).where(chain.link_table.c.change_id == 4))
    assert faults(engine) == [("broken", 5)]


def test_an_end_that_was_cut_off_is_found_by_a_head_kept_elsewhere(engine: Engine) -> None:
    link(engine)
    with engine.connect() as connection:
        known = verify(connection).head
    for table, key in ((change_table, change_table.c.id), (chain.link_table, chain.link_table.c.change_id)):
        unlocked(engine, delete(table).where(key > ENTRIES - 3))
    assert faults(engine) == []
    assert faults(engine, known) == [("cut", 0)]


def test_an_old_entry_that_was_slipped_in_is_found(engine: Engine) -> None:
    link(engine)
    values = {
        "at": datetime.now(UTC) - timedelta(hours=1),
        "actor_name": "x",
        "entity": "customer",
        "record": "1",
    }
    with engine.begin() as connection:
        connection.execute(insert(change_table).values(**values, action="change"))
    assert faults(engine) == [("unlinked", ENTRIES + 1)]


def test_an_entry_committed_late_is_linked_later(engine: Engine) -> None:
    with engine.begin() as connection:
        row = {
            "at": datetime.now(UTC),
            "actor_name": "x",
            "entity": "customer",
            "record": "1",
            "action": "change",
        }
        connection.execute(insert(change_table).values(id=ENTRIES + 5, **row))
    assert link(engine) == ENTRIES + 1
    with engine.begin() as connection:
        connection.execute(insert(change_table).values(id=ENTRIES + 3, **row))
    assert link(engine) == 1
    assert faults(engine) == []


@pytest.mark.parametrize(
    "statement",
    [
        update(change_table).values(title=""),
        delete(change_table),
        update(chain.link_table).values(digest=""),
        delete(chain.link_table),
    ],
    ids=["alter entries", "delete entries", "alter links", "delete links"],
)
def test_the_program_may_only_add(engine: Engine, statement: object) -> None:
    link(engine)
    with pytest.raises(DBAPIError, match="only added to"), engine.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def test_pruning_takes_old_entries_of_one_kind_and_keeps_the_chain(engine: Engine) -> None:
    link(engine)
    with engine.connect() as connection:
        assert pruning.prune(connection, "sign-in", 30) == 0
        assert pruning.prune(connection, "event", 0) == 0
        assert pruning.prune(connection, "sign-in", 0) == ENTRIES // 2
        report = verify(connection)
    assert (report.pruned, report.faults) == (ENTRIES // 2, [])
    unlocked(engine, delete(change_table).where(change_table.c.id == 5))
    assert faults(engine) == [("missing", 5)]
