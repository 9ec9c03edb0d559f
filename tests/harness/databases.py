"""Databases for tests: fresh ones, dumps of real schemas, and the server's log of statements."""

import gzip
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pymysql
from sqlalchemy.engine import make_url

from models.checks.grants import account_name, least
from tests.harness.mariadb import find
from tests.harness.strict import leave_out

ROOT = Path(__file__).resolve().parents[2]
DUMPS = ("jsherp", "litemall", "northwind", "sakila", "yudao")


def connect(url: str) -> "pymysql.connections.Connection[Any]":
    """A plain PyMySQL connection to what a SQLAlchemy URL names, with autocommit."""
    parts = make_url(url)
    return pymysql.connect(
        host=parts.host or "127.0.0.1",
        port=parts.port or 3306,
        user=parts.username or "root",
        password=parts.password or "",
        database=parts.database or None,
        charset="utf8mb4",
        autocommit=True,
        ssl_disabled=True,  # reading the machine's certificates takes longer than most statements
    )


def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements one after the other and return the rows of the last."""
    with connect(url) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


def url_of(url: str, database: str) -> str:
    """The same server and account, with another database."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def fresh_name(label: str = "legacy") -> str:
    """A database name that nobody else has."""
    return f"vt_{label}_{secrets.token_hex(4)}"


def drop_family(url: str, name: str) -> None:
    """Drop a database and all whose names begin with its name, such as an overlay beside it."""
    family = execute(
        url,
        f"SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, {len(name)}) = '{name}'",
    )
    execute(url, "SET SESSION foreign_key_checks = 0", *(f"DROP DATABASE `{row[0]}`" for row in family))


@contextmanager
def fresh_database(url: str, label: str = "legacy") -> Iterator[str]:
    """An empty database for one test; it and `<name>…` beside it are dropped afterwards. Yields its name."""
    name = fresh_name(label)
    execute(url, f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    try:
        yield name
    finally:
        drop_family(url, name)


@contextmanager
def least_rights(url: str, name: str) -> Iterator[str]:
    """The same server by an account that may do on `name` and its overlay what `run.py check --grants` prints, and no more."""
    account, password = (name[:32], "%"), secrets.token_hex(8)
    quoted = account_name(account)
    grants = least(name, f"{name}_overlay", account)
    execute(url, f"CREATE OR REPLACE USER {quoted} IDENTIFIED BY '{password}'", *grants)
    try:
        parts = make_url(url).set(username=account[0], password=password, database=None)
        yield parts.render_as_string(hide_password=False)
    finally:
        execute(url, f"DROP USER {quoted}")


def dump_folder() -> Path:
    """Where the dumps of real schemas lie: VENEER_SCHEMA_DATA, else shared/data beside the project."""
    named = os.environ.get("VENEER_SCHEMA_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def load_dump(url: str, name: str, database: str) -> None:
    """Load the dump `name` (one of DUMPS) into an existing database; leaves the test out when there is no dump."""
    dump = dump_folder() / f"{name}.sql.gz"
    if not dump.is_file():
        leave_out(
            "Tests on dumps of real schemas",
            "Put their .sql.gz files into a folder and name it in VENEER_SCHEMA_DATA to include them.",
        )
    with gzip.open(dump) as source:
        load_sql(url, source, database)


def load_sql(url: str, source: IO[bytes], database: str) -> None:
    """Run a script into an existing database with the server's own client; raises RuntimeError with what it said."""
    parts = make_url(url)
    command = [find("mariadb") or find("mysql") or "mariadb", "--no-defaults", "--protocol=tcp"]
    command += [f"--host={parts.host}", f"--port={parts.port or 3306}", f"--user={parts.username}"]
    command += ["--default-character-set=utf8mb4", database]
    environment = os.environ | ({"MYSQL_PWD": parts.password} if parts.password else {})
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as client:
        assert client.stdin is not None
        with suppress(BrokenPipeError):
            shutil.copyfileobj(source, client.stdin)
        _, errors = client.communicate()
    if client.returncode != 0:
        raise RuntimeError(f"The script could not be loaded: {errors.decode(errors='replace')[-1000:]}")


@contextmanager
def statements(url: str, folder: Path) -> Iterator[list[str]]:
    """Switch the server's general log on; the list is filled with its lines when the block ends.

    Needs a server on this machine, since the log is read as a file.
    """
    log = folder / f"general-{secrets.token_hex(4)}.log"
    lines: list[str] = []
    execute(url, f"SET GLOBAL general_log_file = '{log}'", "SET GLOBAL general_log = 1")
    try:
        yield lines
    finally:
        execute(url, "SET GLOBAL general_log = 0")
        lines.extend(log.read_text(encoding="utf-8", errors="replace").splitlines())
