"""A small legacy database that other programs alter while Veneer serves it, on SQLite files or on MariaDB."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.extensions import Services, services
from config import load
from models.access import live
from models.drift import store
from models.drift.changes import Change
from models.drift.look import look
from models.drift.suspect import SUSPECT, Suspicion, teller
from rules.inbox import messages_of
from tests.harness import applications, databases
from tests.harness.applications import KEY

TABLES = (
    """CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL, phone VARCHAR(30), grade VARCHAR(2),
       note VARCHAR(200), city VARCHAR(40))""",
    "CREATE INDEX by_city ON customer (city)",
    """CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount DECIMAL(10,2), ordered_on DATE,
       status VARCHAR(10))""",
    "CREATE TABLE product (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL, price DECIMAL(10,2))",
    "CREATE VIEW big_order AS SELECT id, amount FROM orders WHERE amount > 10",
    """INSERT INTO customer VALUES (1,'Ada','13800138001','A','first','Bath'), (2,'Bo','13800138002','B','second','Wells'),
       (3,'Cy','13800138003','A','third','Bath')""",
    """INSERT INTO orders VALUES (10,1,'12.50','2026-01-05','new'), (11,2,'8.00','2026-02-05','paid'),
       (12,3,'99.00','2026-03-05','new')""",
    "INSERT INTO product VALUES (1,'Bolt','0.50'), (2,'Nut','0.20')",
)


@dataclass
class Place:
    """A served application and what other programs do to its tables."""

    app: Flask
    run: Callable[..., None]

    @property
    def running(self) -> Services:
        found: Services = self.app.extensions["veneer"]
        return found

    def look(self) -> bool:
        """What the runner does every few seconds."""
        with self.app.app_context():
            changed = look(self.running.engine, self.running.schema, teller(self.running))
            live().refresh()
        return changed

    def changes(self) -> list[tuple[str, str]]:
        return [(change.kind, change.name) for change in self.seen()]

    def seen(self) -> tuple[Change, ...]:
        with self.running.engine.connect() as connection:
            return store.load(connection).changes

    def told(self, user: int = 1) -> list[str]:
        with self.running.engine.connect() as connection:
            found = messages_of(connection, user)
            return [one.params["title"] for one in found if one.code == "schema.changed"]

    def generation(self) -> int:
        with self.app.app_context(), services().engine.connect() as connection:
            return store.load(connection).generation


def page(client: Any, path: str, status: int = 200) -> str:
    """A page's text; its status must be the one expected."""
    answer = client.get(path)
    shown = unescape(answer.get_data(as_text=True))
    assert answer.status_code == status, (path, answer.status_code, shown[-3000:])
    return shown


@contextmanager
def embedded(folder: Path) -> Iterator[Place]:
    settings = {"DEMO_DIR": str(folder), "DEMO": "no", "SECRET_KEY": KEY, "INLINE_RUNNER": "no"}
    config = load(settings)

    def run(*statements: str) -> None:
        with sqlite3.connect(config.erp_path) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    run(*TABLES)
    for app in applications._serving(config, applications.publish_everything):
        yield Place(app, run)


@contextmanager
def on_server(url: str) -> Iterator[Place]:
    with databases.fresh_database(url) as name:
        databases.execute(databases.url_of(url, name), *TABLES)
        with applications.over_schema(url, name) as app:
            app.extensions["veneer"].rooms[SUSPECT] = (
                Suspicion()
            )  # the first start met tables that were not there yet
            yield Place(app, lambda *statements: databases.execute(databases.url_of(url, name), *statements))


def drop_column(place: Place, table: str, column: str) -> None:
    place.run(f"ALTER TABLE {table} DROP COLUMN {column}")


def overlay(place: Place, statement: str, **values: Any) -> list[Any]:
    """Rows of the overlay."""
    with place.running.engine.connect() as connection:
        return list(connection.execute(text(statement), values))
