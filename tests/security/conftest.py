"""Applications that are attacked: one for the table of paths, one for each file of attacks, the core on MariaDB too.

What a browser or a program asks goes over sockets to a server that runs in a process of its own (gunicorn, as `run.py serve`
starts it), on the same databases; the application here only prepares them and looks at what they hold afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.harness import applications
from tests.harness.http_client import Line, client_over
from tests.harness.serving import serving_too
from tests.security import limits
from tests.security.cast import Cast, assemble
from tests.security.judge import judge


@contextmanager
def attacked(app: Flask, folder: Path) -> Iterator[Cast]:
    """The cast, asking a running server."""
    cast = assemble(app)
    with serving_too(app, folder, **applications.USUAL) as (serving, telling):
        app.test_client_class = client_over(Line(serving.url, serving.log, judge))
        cast.telling, cast.address = telling, serving.url
        yield cast
        app.test_client_class = FlaskClient


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The embedded demo, fresh for each file."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with applications.embedded(folder) as app, attacked(app, folder) as found:
        yield found


@pytest.fixture(scope="module")
def limited(cast: Cast) -> Iterator[Cast]:
    """The embedded demo with fields that some may not see."""
    limits.limit(cast)
    yield cast
    limits.lift(cast)


@pytest.fixture(scope="session")
def mariadb_cast(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The same on a real server, for all files."""
    with (
        applications.on_server(mariadb_url) as app,
        attacked(app, tmp_path_factory.mktemp("served")) as found,
    ):
        yield found


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def both(request: pytest.FixtureRequest) -> Cast:
    """One after the other."""
    found: Cast = request.getfixturevalue("cast" if request.param == "embedded" else "mariadb_cast")
    return found
