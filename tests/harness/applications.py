"""A whole application over a small demo, embedded or on a real server, and people signed in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Config, load
from demo.accounts import DEMO_PASSWORD
from demo.start import prepare
from demo.write import write_mariadb, write_sqlite
from tests.harness.databases import fresh_database

CUSTOMERS = 400
KEY = "test-key-that-is-long-enough-for-a-test"


@contextmanager
def embedded(folder: Path, **settings: str) -> Iterator[Flask]:
    """The demo on SQLite files in `folder`."""
    config = load({"DEMO_DIR": str(folder), "SECRET_KEY": KEY, "INLINE_RUNNER": "no", **settings})
    write_sqlite(config.erp_path, CUSTOMERS)
    yield from _serving(config)


@contextmanager
def on_server(url: str, **settings: str) -> Iterator[Flask]:
    """The demo on a MariaDB database of its own, the overlay beside it."""
    with fresh_database(url) as name:
        address = f"{url.rstrip('/')}/{name}"
        write_mariadb(address, CUSTOMERS)
        overlay = {"DATABASE_URL": address, "OVERLAY_SCHEMA": f"{name}_overlay", "DEMO": "yes"}
        config = load({**overlay, "SECRET_KEY": KEY, "INLINE_RUNNER": "no", **settings})
        yield from _serving(config)


def _serving(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    app.config["RATELIMIT_ENABLED"] = False
    prepare(app)
    try:
        yield app
    finally:
        app.extensions["veneer"].engine.dispose()


def signed_in(app: Flask, username: str, password: str = DEMO_PASSWORD, language: str = "en") -> FlaskClient:
    """A browser's session of one person."""
    client = app.test_client()
    answer = client.post(
        "/login/",
        data={"username": username, "password": password, "csrf_token": token_of(client, "/login/")},
        headers={"Accept-Language": language},
    )
    assert answer.status_code == 302, answer.get_data(as_text=True)[:500]
    assert "/login" not in answer.headers["Location"]
    return client


def token_of(client: FlaskClient, path: str = "/") -> str:
    """The CSRF token of a page."""
    page = client.get(path, follow_redirects=True).get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, f"{path} carries no CSRF token"
    return found[1]


def send(client: FlaskClient, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
    """A POST with the CSRF token, as a form sends it."""
    return client.post(path, data={"csrf_token": token_of(client), **(data or {})}, **options)
