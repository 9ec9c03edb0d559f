"""An account's rights, read from SHOW GRANTS, and the statements that would add the missing ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

LEGACY_READ = frozenset({"SELECT"})
LEGACY_WRITE = frozenset({"INSERT", "UPDATE", "DELETE"})
OVERLAY = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"}
)
STRUCTURE = frozenset({"CREATE", "ALTER", "DROP", "INDEX"})
"""Rights over the legacy schema's structure, which Veneer never uses."""
ALL = frozenset({"ALL"})

_NAME = r"(\*|`(?:[^`]|``)+`)"
_LINE = re.compile(
    rf"GRANT (?P<rights>.+?) ON (?:TABLE )?(?P<schema>{_NAME})\.(?P<table>{_NAME}) TO ", re.DOTALL
)


@dataclass
class Grants:
    """Rights on everything, by schema pattern, and by table."""

    everywhere: set[str] = field(default_factory=set)
    by_pattern: dict[str, set[str]] = field(default_factory=dict)
    by_table: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    fold: bool = False
    """The server takes names of schemas and tables in any case."""

    @classmethod
    def read(cls, lines: Iterable[str], *, fold: bool = False) -> Grants:
        """From the lines of SHOW GRANTS. Rights on single columns and on routines do not count."""
        grants = cls(fold=fold)
        for line in lines:
            match = _LINE.match(line)
            if match:
                grants._add(_rights(match["rights"]), _unquoted(match["schema"]), _unquoted(match["table"]))
        return grants

    def _add(self, rights: set[str], schema: str, table: str) -> None:
        if schema == "*":
            self.everywhere |= rights
        elif table == "*":
            self.by_pattern.setdefault(self._case(schema), set()).update(rights)
        else:
            self.by_table.setdefault((self._case(schema), self._case(table)), set()).update(rights)

    def on_schema(self, schema: str) -> set[str]:
        """Rights on every table of a schema."""
        patterns = (
            rights for pattern, rights in self.by_pattern.items() if _fits(pattern, self._case(schema))
        )
        return set(self.everywhere).union(*patterns)

    def on_table(self, schema: str, table: str) -> set[str]:
        """Rights on one table."""
        return self.on_schema(schema) | self.by_table.get((self._case(schema), self._case(table)), set())

    def names_tables_of(self, schema: str) -> bool:
        """Are rights given table by table there?"""
        return any(named == self._case(schema) for named, _table in self.by_table)

    def _case(self, name: str) -> str:
        return name.casefold() if self.fold else name


def missing(held: set[str], needed: Iterable[str]) -> list[str]:
    """Needed rights that are not held, in the order in which a GRANT names them."""
    order = ("SELECT", "INSERT", "UPDATE", "DELETE")
    lacking = set() if held & ALL else set(needed) - held
    return [*(r for r in order if r in lacking), *sorted(lacking - set(order))]


def grant(rights: Iterable[str], schema: str, table: str, account: tuple[str, str]) -> str:
    """A GRANT statement; `table` "*" means all of them."""
    place = f"{quoted(schema)}.{quoted(table)}" if table != "*" else f"{quoted(pattern_of(schema))}.*"
    return f"GRANT {', '.join(rights)} ON {place} TO {account_name(account)};"


def least(schema: str, overlay: str, account: tuple[str, str]) -> tuple[str, ...]:
    """The least that Veneer needs: rows of the legacy schema, everything in the overlay."""
    return (
        grant(("SELECT", "INSERT", "UPDATE", "DELETE"), schema, "*", account),
        grant(("ALL PRIVILEGES",), overlay, "*", account),
    )


ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")
REDACTED = ("title", "reason", "before", "after", "salt", "anonymised")
AUDIT = {
    "change": ("SELECT", "INSERT", "DELETE"),
    "audit_link": ("SELECT", "INSERT"),
    "audit_pruning": ("SELECT", "INSERT"),
    "audit_redaction": ("SELECT", "INSERT"),
}
"""What the app's account may do with the audit's own tables; `change` also lets it alter REDACTED, where its triggers agree."""
VERSION_TABLES = ("overlay_version",)


def rights_on(table: str) -> tuple[str, ...]:
    """What the app's account needs on a table of the overlay that somebody else owns."""
    return ("SELECT",) if table in VERSION_TABLES else AUDIT.get(table, ROWS)


def owned(schema: str, overlay: str, owner: tuple[str, str]) -> tuple[str, ...]:
    """What the overlay's owner needs, who makes it and brings it up to date."""
    return (grant(("SELECT",), schema, "*", owner), grant(("ALL PRIVILEGES",), overlay, "*", owner))


def guarded(schema: str, overlay: str, account: tuple[str, str], tables: Iterable[str]) -> tuple[str, ...]:
    """What the app's account needs beside an owner: rows, table by table, and no right over structure or triggers."""
    columns = ", ".join(quoted(name) for name in REDACTED)
    found = [grant(rights_on(name), overlay, name, account) for name in sorted({*tables, *VERSION_TABLES})]
    redaction = (
        f"GRANT UPDATE ({columns}) ON {quoted(overlay)}.{quoted('change')} TO {account_name(account)};"
    )
    return (grant(ROWS, schema, "*", account), *found, redaction)


def quoted(name: str) -> str:
    """A name in back-quotes."""
    return "`" + name.replace("`", "``") + "`"


def pattern_of(schema: str) -> str:
    """A schema's name as GRANT wants it: without this, "_" would stand for any character."""
    return re.sub(r"([\\_%])", r"\\\1", schema)


def account_name(account: tuple[str, str]) -> str:
    """'user'@'host' for SQL."""
    return "@".join("'" + part.replace("\\", "\\\\").replace("'", "''") + "'" for part in account)


def _rights(words: str) -> set[str]:
    """From "SELECT, UPDATE (a, b)" only SELECT: a right on some columns is not a right on the table."""
    whole = re.sub(r",?\s*[A-Z ]+\([^)]*\)", "", words)
    rights = {right.strip().upper() for right in whole.split(",") if right.strip()}
    return (rights - {"ALL PRIVILEGES"}) | ALL if "ALL PRIVILEGES" in rights else rights - {"USAGE"}


def _unquoted(name: str) -> str:
    return name if name == "*" else name[1:-1].replace("``", "`")


def _fits(pattern: str, name: str) -> bool:
    parts = re.findall(r"\\.|[%_]|[^\\%_]+|\\", pattern, re.DOTALL)
    return (
        re.fullmatch("".join(_PART.get(part, re.escape(part.removeprefix("\\"))) for part in parts), name)
        is not None
    )


_PART = {"%": ".*", "_": ".", "\\": re.escape("\\")}
