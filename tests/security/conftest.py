"""Applications that are attacked: one for the table of paths, one for each file of attacks, the core on MariaDB too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import applications
from tests.security.cast import Cast, assemble


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The embedded demo, fresh for each file."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with applications.embedded(folder) as app:
        yield assemble(app)


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def both(request: pytest.FixtureRequest) -> Iterator[Cast]:
    """The embedded demo and the same on a real server."""
    if request.param == "embedded":
        yield request.getfixturevalue("cast")
        return
    with applications.on_server(request.getfixturevalue("mariadb_url")) as app:
        yield assemble(app)
