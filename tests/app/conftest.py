"""One application over the small demo for all tests of the app room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.harness.applications import embedded, signed_in


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("app")
    with embedded(folder) as made:
        yield made


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")
