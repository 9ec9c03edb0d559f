"""Applications that are attacked: one for the table of paths, one for each file of attacks, the core on MariaDB too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import applications
from tests.security import limits
from tests.security.cast import Cast, assemble


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The embedded demo, fresh for each file."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with applications.embedded(folder) as app:
        yield assemble(app)


@pytest.fixture(scope="module")
def limited(cast: Cast) -> Iterator[Cast]:
    """The embedded demo with fields that some may not see."""
    limits.limit(cast)
    yield cast
    limits.lift(cast)


@pytest.fixture(scope="session")
def mariadb_cast(mariadb_url: str) -> Iterator[Cast]:
    """The same on a real server, for all files."""
    with applications.on_server(mariadb_url) as app:
        yield assemble(app)


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def both(request: pytest.FixtureRequest) -> Cast:
    """One after the other."""
    found: Cast = request.getfixturevalue("cast" if request.param == "embedded" else "mariadb_cast")
    return found
