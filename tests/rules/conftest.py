"""The stage of the rules' tests, once on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from app.database import ensure_overlay_schema
from tests.rules.world import World


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def world(request: pytest.FixtureRequest, tmp_path) -> Iterator[World]:
    """An empty ticket table and an overlay."""
    address = str(tmp_path)
    if request.param == "mariadb":
        url = make_url(request.getfixturevalue("mariadb_url"))
        legacy = request.getfixturevalue("mariadb_database")
        address = url.set(database=legacy).render_as_string(hide_password=False)
        ensure_overlay_schema(address, f"{legacy}_veneer")
    opened = World.open(address).create()
    yield opened
    opened.engine.dispose()
