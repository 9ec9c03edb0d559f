"""The tiny ERP with persons in it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from app.extensions import Services
from config import load
from rules import tables  # noqa: F401 messages may name a person
from tests.models.persons import world
from tests.models.small_erp import SmallErp
from views.records import saved  # noqa: F401 and so may views


@pytest.fixture(params=["embedded", "mariadb"])
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallErp]:
    app = Flask("test")
    Babel(app)
    app.extensions["veneer"] = Services(config=load({"SECRET_KEY": "k3y-" * 10}), engine=None, schema="")  # type: ignore[arg-type]
    with app.app_context():
        if request.param == "embedded":
            with world.embedded(tmp_path) as made:
                yield made
        else:
            name = request.getfixturevalue("mariadb_database")
            with world.on_server(request.getfixturevalue("mariadb_url"), name) as made:
                yield made
