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
from tests.harness.applications import KEY, UNASKED, over_schema
from tests.harness.serving import Serving, serving
from tests.mysql import stored
from tests.reliability.people import Person, Program

TABLES = (
    """CREATE TABLE gauge (
        id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0, large BIGINT UNSIGNED, price DECIMAL(30,10), f FLOAT, d DOUBLE,
        name VARCHAR(60), padded CHAR(12), body TEXT, day DATE, moment DATETIME(6), span TIME, kind ENUM('a','b','c'),
        flags SET('x','y','z'), bits BIT(8), data JSON, yesno BOOL, small TINYINT UNSIGNED, zeros INT(8) ZEROFILL, cut FLOAT(7,2),
        wide DECIMAL(65,30), all_bits BIT(64), stamp TIMESTAMP(3) NULL, fine TIME(6), the_year YEAR, who UUID, host INET6,
        four BINARY(4), some VARBINARY(40), western VARCHAR(40) CHARACTER SET latin1, gbk VARCHAR(40) CHARACTER SET gbk,
        long_note MEDIUMTEXT, maybe ENUM('Y','N')
    )""",
    """INSERT INTO gauge (id, name, day) VALUES
        (1,'one','2024-01-01'), (2,'two','0000-00-00'), (3,'three',NULL), (4,'four',NULL), (5,'five','2024-02-29')""",
    "CREATE TABLE memo (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(80) NOT NULL, body TEXT)",
    "CREATE TABLE shelf (id INT PRIMARY KEY, name VARCHAR(20))",
    "CREATE TABLE box (id INT PRIMARY KEY, shelf_id INT, name VARCHAR(20), FOREIGN KEY (shelf_id) REFERENCES shelf (id))",
    """CREATE TABLE legacy (
        id INT PRIMARY KEY, day DATE, at DATETIME NOT NULL DEFAULT '0000-00-00', stamp TIMESTAMP NULL, f FLOAT, f2 FLOAT(7,2), d DOUBLE,
        n DECIMAL(65,30), u BIGINT UNSIGNED, z INT(8) ZEROFILL, span TIME, fine TIME(6), the_year YEAR, padded CHAR(10), blanks VARCHAR(20),
        western VARCHAR(20) CHARACTER SET latin1, gbk VARCHAR(20) CHARACTER SET gbk, wide VARCHAR(40), body TEXT, bits BIT(9),
        flags SET('x','y','z'), kind ENUM('a','b'), raw BINARY(4), data JSON, odd TINYINT(1), host INET6, who UUID, shape POINT,
        doubled INT AS (id * 2) VIRTUAL
    )""",
    """INSERT INTO legacy (id, day, at, stamp, f, f2, d, n, u, z, span, fine, the_year, padded, blanks, western, gbk, wide, body,
        bits, flags, kind, raw, data, odd, host, who, shape)
    SELECT seq, ELT(1 + seq % 5, '0000-00-00', '2026-00-15', '2024-02-29', NULL, '0001-01-01'),
        ELT(1 + seq % 4, '0000-00-00', '2026-03-31 14:30:59', '9999-12-31 23:59:59', '2026-05-00 00:00:01'),
        ELT(1 + seq % 3, NULL, '0000-00-00', '2038-01-19 03:14:07'), seq / 7, seq / 3, seq * 1.1e-12, seq / 13, 18446744073709551615 - seq,
        seq, ELT(1 + seq % 4, '36:30:00', '-838:59:59', '00:00:00', NULL), ELT(1 + seq % 3, '-36:30:00.000001', '08:05:09.1', NULL),
        ELT(1 + seq % 4, '0000', '1901', '2155', NULL), ELT(1 + seq % 4, 'ab   ', '  ab', '', NULL), ELT(1 + seq % 4, 'a  ', ' ', '', NULL),
        ELT(1 + seq % 3, 'Zoë €', '', NULL), ELT(1 + seq % 3, '中文客户', '丂', NULL), ELT(1 + seq % 4, '星海 😀', '𠮷', '', NULL),
        ELT(1 + seq % 5, 'one\r\ntwo', '\nfirst\n', 'a\rb', '', NULL), seq % 512, seq % 8, ELT(1 + seq % 4, 'a', 'b', 'nonsense', NULL),
        UNHEX(LPAD(HEX(seq), 8, '0')), ELT(1 + seq % 3, '{"b":1.0, "a": [1e2]}', '[]', NULL), CAST(seq % 4 AS SIGNED) - 1,
        ELT(1 + seq % 3, '::1', '2001:db8::1', NULL), UUID(), IF(seq % 2, POINT(seq, seq / -7.0), NULL)
    FROM seq_1_to_1000""",
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
    account: str = ""
    """The address that Veneer itself uses, where a test needs it."""

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
    """A database with TABLES, published as suggested and served with the least rights; it must be built the same afterwards.

    through: another address of the same server.
    """
    with databases.fresh_database(server, "reliable") as name:
        make_tables(server, name)
        built = stored.definitions(databases.url_of(server, name))
        with over_schema(server, name):
            pass  # publishes every table and makes the account
        with databases.least_rights(server, name) as account:
            reached = make_url(account).set(port=port_of(through or server), database=name)
            own = {"DATABASE_URL": reached.render_as_string(hide_password=False)}
            own |= {
                "OVERLAY_SCHEMA": f"{name}_overlay",
                "SECRET_KEY": KEY,
                "WORKERS": "2",
                **UNASKED,
                **settings,
            }
            with serving(folder, **own) as served:
                yield Site(served.url, server, name, served)
        assert stored.definitions(databases.url_of(server, name)) == built, "the legacy schema was redefined"


def port_of(server: str) -> int:
    return make_url(server).port or 3306
