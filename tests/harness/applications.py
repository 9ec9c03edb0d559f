"""A whole application over a small demo, embedded or on a real server, and people signed in to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from app import accounts, create_app
from app.extensions import services
from config import Config, load
from demo.accounts import DEMO_PASSWORD
from demo.start import prepare
from demo.write import write_mariadb, write_sqlite
from fields import best_kind
from models.access import live
from models.signin.limits import limit_table
from models.wiring.publish import publish_tables
from tests.harness.databases import fresh_database, least_rights, url_of

CUSTOMERS = 400
KEY = "test-key-that-is-long-enough-for-a-test"
UNASKED = {
    "EXPORT_REASON_ROWS": "1000000000",
    "LIST_ROWS_TOLD": "0",
    "LIST_ROWS_A_DAY": "1000000000",
}
"""Exports begin at a link, and no page in a thousand has a statement more; the tests of these say their own numbers."""
USUAL = {
    "SECRET_KEY": KEY,
    "INLINE_RUNNER": "no",
    "TIME_ZONE": "UTC",
    "SIGN_IN_ADDRESS_TRIES": "1000000",
    **UNASKED,
}
"""All tests come from one address, and many of them with something wrong."""


@contextmanager
def embedded(folder: Path, **settings: str) -> Iterator[Flask]:
    """The demo on SQLite files in `folder`."""
    config = load({"DEMO_DIR": str(folder), **USUAL, **settings})
    write_sqlite(config.erp_path, CUSTOMERS)
    yield from _serving(config)


@contextmanager
def on_server(url: str, customers: int = CUSTOMERS, **settings: str) -> Iterator[Flask]:
    """The demo on a MariaDB database of its own, the overlay beside it."""
    with fresh_database(url) as name, least_rights(url, name) as account:
        write_mariadb(url_of(url, name), customers)
        address = url_of(account, name)
        overlay = {"DATABASE_URL": address, "OVERLAY_SCHEMA": f"{name}_overlay", "DEMO": "yes"}
        config = load({**overlay, **USUAL, **settings})
        yield from _serving(config)


@contextmanager
def on(kind: str, request: pytest.FixtureRequest, folder: Path, **settings: str) -> Iterator[Flask]:
    """The demo "embedded", or on the tests' server, which `request` is asked for only then."""
    url = request.getfixturevalue("mariadb_url") if kind != "embedded" else ""
    with on_server(url, **settings) if url else embedded(folder, **settings) as app:
        yield app


@contextmanager
def over_schema(url: str, name: str, **settings: str) -> Iterator[Flask]:
    """An application over the database `name` as it is: everything published as suggested, one account, "admin".

    Like all on a server, it reaches its database with the least rights and no others.
    """
    with least_rights(url, name) as account:
        own = {"DATABASE_URL": url_of(account, name), "OVERLAY_SCHEMA": f"{name}_overlay"}
        config = load({**own, **USUAL, **settings})
        yield from _serving(config, publish_everything)


def publish_everything(app: Flask) -> None:
    """What a person does after the first start: sign in, tick every table, publish."""
    with app.app_context():
        accounts.add_account("admin", "Ada", "Admin", "Admin", DEMO_PASSWORD)
        with services().engine.begin() as connection:
            publish_tables(connection, services().schema, best_kind)
        live().refresh()


def _serving(config: Config, prepare: Callable[[Flask], None] = prepare) -> Iterator[Flask]:
    app = create_app(config)
    prepare(app)
    try:
        yield app
    finally:
        app.extensions["veneer"].engine.dispose()


def clear_tries(app: Flask) -> None:
    """Forget all wrong passwords, codes and tokens."""
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(limit_table))


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
