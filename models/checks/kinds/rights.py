"""The account's rights: enough on the rows and on the overlay, and none on the legacy schema's structure."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from models.checks.finding import Finding
from models.checks.grants import (
    ALL,
    LEGACY_READ,
    LEGACY_WRITE,
    OVERLAY,
    STRUCTURE,
    grant,
    missing,
    rights_on,
)
from models.checks.ground import Ground
from models.checks.held import names
from models.overlay.migrate import newest, version_of

IDS = ("V141", "V142", "V143", "V144", "V145")
MOST_STATEMENTS = 100


def look(ground: Ground) -> Iterator[Finding]:
    """What is missing comes with the statement that adds it."""
    if not ground.is_server:
        return
    yield from _reading(ground)
    yield from _writing(ground)
    yield from _overlay(ground)
    yield from _too_much(ground)


def _reading(ground: Ground) -> Iterator[Finding]:
    statements = _statements(ground, LEGACY_READ)
    if statements:
        yield Finding(
            "V141",
            "warning" if _reads_something(ground) else "error",
            _("The account may not read all tables of “%(schema)s”.", schema=ground.schema),
            _(
                "Run these statements as an account that may grant rights, unless tables are left out on purpose."
            ),
            statements=statements,
        )


def _reads_something(ground: Ground) -> bool:
    """Rights that are given table by table may leave some out on purpose."""
    return any(
        not missing(ground.grants.on_table(ground.schema, name), LEGACY_READ) for name in ground.facts.tables
    )


def _writing(ground: Ground) -> Iterator[Finding]:
    statements = _statements(ground, LEGACY_WRITE)
    if statements:
        yield Finding(
            "V142",
            "warning",
            _(
                "The account may not write to all tables of “%(schema)s”: saving will fail there.",
                schema=ground.schema,
            ),
            _(
                "Run these statements as an account that may grant rights, unless you want Veneer to read only."
            ),
            statements=statements,
        )


def _statements(ground: Ground, needed: frozenset[str]) -> tuple[str, ...]:
    """One GRANT on the schema; or one on each table that lacks it, where rights are given table by table."""
    lacking = missing(ground.grants.on_schema(ground.schema), needed)
    if not lacking:
        return ()
    if not ground.grants.names_tables_of(ground.schema):
        return (grant(lacking, ground.schema, "*", ground.account),)
    found = []
    for name, is_view in ground.tables.items():
        rights = missing(ground.grants.on_table(ground.schema, name), needed)
        if rights and not (is_view and needed is LEGACY_WRITE):
            found.append(grant(rights, ground.schema, name, ground.account))
    return tuple(found[:MOST_STATEMENTS])


def _overlay(ground: Ground) -> Iterator[Finding]:
    overlay = ground.config.overlay_schema
    if ground.grants.names_tables_of(overlay):
        yield from _guarded(ground, overlay)
    elif missing(ground.grants.on_schema(overlay), OVERLAY):
        yield Finding(
            "V143",
            "error",
            _(
                "The account lacks rights on the overlay “%(schema)s”, where Veneer keeps everything it adds.",
                schema=overlay,
            ),
            _("Run this statement as an account that may grant rights, then check again."),
            statements=(grant(("ALL PRIVILEGES",), overlay, "*", ground.account),),
        )


def _guarded(ground: Ground, overlay: str) -> Iterator[Finding]:
    """Somebody else owns the overlay, and this account has rights table by table."""
    if version_of(ground.connection, overlay) != newest():
        yield Finding(
            "V145",
            "error",
            _("The overlay is of another version, and this account may not bring it up to date."),
            _("Run “run.py prepare” with the overlay's owner in DATABASE_URL, then check again."),
        )
        return
    statements = []
    for table in sorted(names()):
        lacking = missing(ground.grants.on_table(overlay, table), rights_on(table))
        if lacking:
            statements.append(grant(lacking, overlay, table, ground.account))
    if statements:
        yield Finding(
            "V143",
            "error",
            _(
                "The account lacks rights on the overlay “%(schema)s”, where Veneer keeps everything it adds.",
                schema=overlay,
            ),
            _("Run these statements as an account that may grant rights, then check again."),
            statements=tuple(statements[:MOST_STATEMENTS]),
        )


def _too_much(ground: Ground) -> Iterator[Finding]:
    held = ground.grants.on_schema(ground.schema)
    if held & (STRUCTURE | ALL):
        yield Finding(
            "V144",
            "notice",
            _(
                "The account may change the structure of “%(schema)s”. Veneer never does and does not need it.",
                schema=ground.schema,
            ),
            _("Give Veneer an account of its own with the rights that run.py check --grants prints."),
        )
