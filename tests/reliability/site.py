"""A legacy database with a few tables, and Veneer over it in processes of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tests.harness import databases
from tests.harness.applications import KEY, over_schema
from tests.harness.serving import Serving, serving
from tests.reliability.people import Person, Program

TABLES = (
    """CREATE TABLE gauge (
        id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0, large BIGINT UNSIGNED, price DECIMAL(30,10), f FLOAT, d DOUBLE,
        name VARCHAR(60), padded CHAR(12), body TEXT, day DATE, moment DATETIME(6), span TIME, kind ENUM('a','b','c'),
        flags SET('x','y','z'), bits BIT(8), data JSON
    )""",
    """INSERT INTO gauge (id, name, day) VALUES
        (1,'one','2024-01-01'), (2,'two','0000-00-00'), (3,'three',NULL), (4,'four',NULL), (5,'five','2024-02-29')""",
    "CREATE TABLE memo (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(80) NOT NULL, body TEXT)",
    "CREATE TABLE heap (id INT AUTO_INCREMENT PRIMARY KEY, words VARCHAR(400), INDEX (id))",
)


@dataclass(frozen=True)
class Site:
    """A served application. `server` is the address of the database server, `name` the legacy database there."""

    url: str
    server: str
    name: str
    serving: Serving
    visitors: dict[str, Any] = field(default_factory=dict, repr=False)
    """Who has signed in already: signing in is limited to a few times a minute."""

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """What another program does on the legacy database."""
        return databases.execute(databases.url_of(self.server, self.name), *statements)

    def number(self, statement: str) -> int:
        """The one number that a statement gives; {o} is the overlay."""
        return int(self.sql(statement.format(o=f"`{self.name}_overlay`"))[0][0] or 0)

    def program(self) -> Program:
        """The administrator's program."""
        if "program" not in self.visitors:
            self.visitors["program"] = Program.signed_in(self.url)
        found: Program = self.visitors["program"]
        return found

    def person(self) -> Person:
        """The administrator in a browser."""
        if "person" not in self.visitors:
            self.visitors["person"] = Person.signed_in(self.url)
        found: Person = self.visitors["person"]
        return found

    def key(self) -> str:
        """An idempotency key that nobody used before."""
        return secrets.token_hex(8)

    @property
    def log(self) -> str:
        return self.serving.log.read_text(errors="replace")


def make_tables(server: str, name: str) -> None:
    databases.execute(databases.url_of(server, name), "SET SESSION sql_mode=''", *TABLES)


@contextmanager
def site(server: str, folder: Path, through: str = "", **settings: str) -> Iterator[Site]:
    """A database with TABLES, published as suggested and served; `through` is another address of the same server."""
    with databases.fresh_database(server, "reliable") as name:
        make_tables(server, name)
        with over_schema(server, name):
            pass  # publishes every table and makes the account
        own = {"DATABASE_URL": databases.url_of(through or server, name), "OVERLAY_SCHEMA": f"{name}_overlay"}
        own |= {"SECRET_KEY": KEY, "WORKERS": "2", **settings}
        with serving(folder, **own) as served:
            yield Site(served.url, server, name, served)


def port_of(server: str) -> int:
    return make_url(server).port or 3306
