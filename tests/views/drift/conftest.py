"""One place a test: each alters the schema."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.harness.applications import signed_in
from tests.views.drift import place as places
from tests.views.drift.place import Place


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        with places.embedded(tmp_path) as made:
            yield made
    else:
        with places.on_server(request.getfixturevalue("mariadb_url")) as made:
            yield made


@pytest.fixture
def admin(place: Place) -> FlaskClient:
    return signed_in(place.app, "admin")
