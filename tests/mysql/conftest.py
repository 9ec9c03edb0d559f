"""Schemas that nobody of this project designed, loaded into a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from tests.harness import databases
from tests.harness.applications import over_schema
from tests.mysql import stored


@pytest.fixture(scope="module")
def schema(request: pytest.FixtureRequest, mariadb_url: str) -> Iterator[str]:
    """The address of a database with one of the dumps in it; parametrized with the dump's name."""
    with databases.fresh_database(mariadb_url, request.param) as name:
        databases.load_dump(mariadb_url, request.param, name)
        yield databases.url_of(mariadb_url, name)


@pytest.fixture(scope="module")
def nasty_schema(mariadb_url: str) -> Iterator[str]:
    """The address of a database with everything that old programs leave behind."""
    with databases.fresh_database(mariadb_url, "nasty") as name:
        with Path(__file__).with_name("nasty.sql").open("rb") as source:
            databases.load_sql(mariadb_url, source, name)
        yield databases.url_of(mariadb_url, name)


@pytest.fixture(scope="module")
def nasty_app(
    mariadb_url: str, nasty_schema: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """An application over that database, watched: whatever the tests of a file do, nothing there may be redefined."""
    name, built = str(make_url(nasty_schema).database), stored.definitions(nasty_schema)
    log = tmp_path_factory.mktemp("log")
    with stored.ddl_log(mariadb_url, log, name) as ddl, over_schema(mariadb_url, name) as app:
        yield app
    assert ddl == []
    assert stored.definitions(nasty_schema) == built
