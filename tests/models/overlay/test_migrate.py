"""The migrations make exactly the tables that the program works with, and can be run again after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import app  # noqa: F401
import charts.store  # noqa: F401
import models.audit.redaction
import models.audit.retention
import models.export_requests
import models.hand_over.tables
import models.organisation_sheet
import models.persons.tables
import models.quota
import models.records.transaction
import models.signin.identities
import models.signin.limits
import models.signin.passwords
import models.signin.recovery
import models.signin.second_factor  # noqa: F401
import rules.tables  # noqa: F401
import views.charts
import views.console
import views.records  # noqa: F401
from app import database
from models import approvals
from models.overlay import metadata
from models.overlay.migrate import VERSION_TABLE, _settings, newest, upgrade, version_of
from tests.harness.databases import url_of


@pytest.fixture(params=["embedded", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "embedded":
        made = database.open_embedded(tmp_path / "erp.sqlite", tmp_path / "overlay.sqlite")
    else:
        name = request.getfixturevalue("mariadb_database")
        address = url_of(request.getfixturevalue("mariadb_url"), name)
        database.ensure_overlay_schema(address, f"{name}_overlay")
        made = database.open_server(address, f"{name}_overlay")
    yield made
    made.dispose()


def test_the_migrations_make_the_programs_tables(engine: Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": False}
        )
        assert compare_metadata(context, metadata) == []
        assert version_of(connection) == newest()


def test_a_second_start_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    upgrade(engine)
    with engine.connect() as connection:
        assert version_of(connection) == newest()


def test_what_waited_for_a_second_person_is_carried_over(engine: Engine) -> None:
    """Requests for exports and of persons had columns of their own for it."""
    stamp = "'2026-05-04 12:00:00.000000'"
    with engine.connect() as connection:
        command.upgrade(_settings(connection), "hand_over")
        for number, state, decided in (("a1", "asked", "NULL"), ("a2", "approved", stamp)):
            connection.execute(
                text(f"""INSERT INTO export_request (id, user_id, username, entity, kind, search, columns, most,
                reason, state, asked_at, expires_at, decided_by, decided_name, decided_at, sentence, downloads)
                VALUES ('{number}', 7, 'ada', 'customers', 'csv', '', '[]', 5, 'why', '{state}', {stamp}, {stamp}, 8, 'bo', {decided}, 'well', 1)""")
            )
        for number, state, decided in (
            (1, "draft", "NULL"),
            (2, "waiting", "NULL"),
            (3, "refused", stamp),
            (4, "done", stamp),
        ):
            connection.execute(
                text(f"""INSERT INTO person_request (id, kind, state, made_by, made_by_name, made_at, reason, ask,
                secret, choices, skipped, decided_by_name, decided_at, answer, place, leased_by)
                VALUES ({number}, 'erase', '{state}', 7, 'ada', {stamp}, 'letter', '', '', '[]', '[]', 'bo', {decided}, 'no', '{{}}', '')""")
            )
        connection.commit()
    upgrade(engine)
    with engine.connect() as connection:
        found = approvals.with_ids(connection, ["a1", "a2", *(f"person-{n}" for n in range(1, 5))])
        states = {
            number: (one.kind, one.state, one.user_id, one.decided_name) for number, one in found.items()
        }
        downloads = connection.execute(
            text("SELECT id, downloads, run_id FROM export_request ORDER BY id")
        ).all()
    assert states == {
        "a1": ("export", "asked", 7, "bo"), "a2": ("export", "approved", 7, "bo"), "person-2": ("person", "asked", 7, "bo"),
        "person-3": ("person", "refused", 7, "bo"), "person-4": ("person", "approved", 7, "bo"),
    }  # fmt: skip
    assert not found["person-2"].is_over, "what waits has a week from now on"
    assert (found["a2"].sentence, found["a2"].reason, found["person-3"].sentence) == ("well", "why", "no")
    assert downloads == [("a1", 1, ""), ("a2", 1, "")]


def test_a_run_that_was_interrupted_is_finished(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE saved_view"))
        connection.execute(text(f"DELETE FROM {VERSION_TABLE}"))
    upgrade(engine)
    assert "saved_view" in inspect(engine).get_table_names()
