"""Applications over the small demo: the same tests run embedded and on a real MariaDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.harness import applications


@pytest.fixture(scope="session", params=["embedded", "mariadb"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo's application, shared by all tests of pages: they put back what they change."""
    if request.param == "embedded":
        folder: Path = tmp_path_factory.mktemp("demo")
        with applications.embedded(folder) as app:
            yield app
    else:
        with applications.on_server(request.getfixturevalue("mariadb_url")) as app:
            yield app
