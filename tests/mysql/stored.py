"""What a database holds and how it is built, read past Veneer: row checksums, definitions, and DDL in the server's log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.harness import databases

DEFINITIONS = {
    "TABLE": "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type NOT IN ('VIEW', 'SEQUENCE')",
    "VIEW": "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'VIEW'",
    "TRIGGER": "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
    "PROCEDURE": "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE'",
    "FUNCTION": "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION'",
    "EVENT": "SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE()",
}
LINE = re.compile(r"^(?:\d{6}\s+[\d:]+)?\s*(\d+) (Connect|Init DB|Query|Prepare|Execute)\t(.*)$")
DDL = re.compile(
    r"(?:\s|/\*.*?\*/|--[^\n]*)*\b(CREATE|ALTER|DROP|TRUNCATE|RENAME|OPTIMIZE|REPAIR|ANALYZE\s+TABLE)\b"
    r"(?!\s+(?:OR\s+REPLACE\s+)?USER\b)",
    re.IGNORECASE,
)


CONNECT = re.compile(r"\S+?@\S* on (\S*)")
OVERLAY = "_overlay"
"""Veneer alone connects to schemas called so; what stands before is its legacy schema."""


def quoted(name: str) -> str:
    """A name as SQL."""
    return "`" + name.replace("`", "``") + "`"


def definitions(url: str) -> dict[str, str]:
    """The SQL of every table, view, trigger and routine of the URL's database, counters left out."""
    found = {}
    for kind, names in DEFINITIONS.items():
        for (name,) in databases.execute(url, names):
            row = databases.execute(url, f"SHOW CREATE {kind} {quoted(name)}")[0]
            text = next(str(part) for part in row[1:] if re.match(r"\s*CREATE", str(part)))
            found[f"{kind} {name}"] = re.sub(r" AUTO_INCREMENT=\d+", "", text)
    return found


def tables(url: str) -> list[str]:
    """The names of all base tables."""
    return [name for (name,) in databases.execute(url, DEFINITIONS["TABLE"])]


def checksums(url: str) -> dict[str, Any]:
    """A checksum over all rows of each table."""
    listed = ", ".join(quoted(name) for name in tables(url))
    return dict(databases.execute(url, f"CHECKSUM TABLE {listed} EXTENDED"))


def count(url: str, table: str) -> int:
    """Rows of a table or view."""
    return int(databases.execute(url, f"SELECT COUNT(*) FROM {quoted(table)}")[0][0])


def row_counts(url: str) -> dict[str, int]:
    """Rows of each table."""
    return {name: count(url, name) for name in tables(url)}


def columns(url: str, table: str) -> dict[str, str]:
    """Every column of a table, those too that `SELECT *` leaves out, with SQL that reads it bit by bit."""
    found = databases.execute(
        url,
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = DATABASE()"
        f" AND table_name = {literal(table)} ORDER BY ordinal_position",
    )
    return {name: _exactly(quoted(name), kind) for name, kind in found}


def _exactly(name: str, kind: str) -> str:
    if kind in {"float", "double"}:
        return f"{name} + 0E0"
    return f"HEX(CAST({name} AS BINARY))"


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def url_part(name: str) -> str:
    """A name as a part of an address."""
    return quote(name, safe="")


def rows(url: str, table: str) -> Counter[tuple[Any, ...]]:
    """Every row of a small table, bit by bit."""
    expressions = ", ".join(columns(url, table).values())
    return Counter(databases.execute(url, f"SELECT {expressions} FROM {quoted(table)}"))


@contextmanager
def ddl_log(url: str, folder: Path, schema: str) -> Iterator[list[str]]:
    """Filled when the block ends with every statement on `schema` that would change how it is built."""
    found: list[str] = []
    log = folder / "general.log"
    databases.execute(url, f"SET GLOBAL general_log_file = '{log}'", "SET GLOBAL general_log = 1")
    try:
        yield found
    finally:
        databases.execute(url, "SET GLOBAL general_log = 0")
        with log.open(encoding="utf-8", errors="replace") as lines:
            found.extend(ddl_on(schema, lines))
        log.unlink()


def ddl_on(schema: str, lines: Any) -> Iterator[str]:
    """Statements of the log that define something while `schema` is their database, or that name it."""
    database: dict[str, str] = {}
    for line in lines:
        parts = LINE.match(line)
        if parts is None:
            continue
        thread, command, text = parts.groups()
        if command == "Connect":
            database[thread] = (re.findall(r" on (\S*) using", text) or [""])[0]
        elif command == "Init DB":
            database[thread] = text.strip()
        elif DDL.match(text) and concerns(schema, text, database.get(thread, "")):
            yield text.strip()


def ddl_of_veneer(lines: Iterable[str]) -> tuple[Counter[str], list[str]]:
    """How many statements came from Veneer's accounts, and which of them would have redefined a legacy schema."""
    place: dict[str, str] = {}
    counted: Counter[str] = Counter()
    legacy = []
    for line in lines:
        parts = LINE.match(line)
        if parts is None:
            continue
        thread, command, text = parts.groups()
        if command == "Connect" and (found := CONNECT.match(text)):
            place[thread] = found[1]
        database = place.get(thread, "")
        if command != "Query" or not database.endswith(OVERLAY):
            continue
        counted["statements"] += 1
        if DDL.match(text):
            counted["ddl_in_overlays"] += 1
            legacy += [text] if concerns(database.removesuffix(OVERLAY), text, database) else []
    return counted, legacy


def concerns(schema: str, statement: str, database: str) -> bool:
    """Whether it names the schema, or stands in it without being about a database as a whole."""
    if re.search(rf"\b{re.escape(schema)}\b", statement):
        return True
    return database == schema and not re.match(r"\s*CREATE (DATABASE|SCHEMA)\b", statement, re.IGNORECASE)
