"""The migrations make exactly the tables that the program works with, and can be run again after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import app  # noqa: F401
import charts.store  # noqa: F401
import models.audit.redaction
import models.audit.retention
import models.export_requests
import models.hand_over
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
from models.overlay import metadata
from models.overlay.migrate import VERSION_TABLE, newest, upgrade, version_of
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


def test_a_run_that_was_interrupted_is_finished(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE saved_view"))
        connection.execute(text(f"DELETE FROM {VERSION_TABLE}"))
    upgrade(engine)
    assert "saved_view" in inspect(engine).get_table_names()
