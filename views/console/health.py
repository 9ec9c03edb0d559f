"""/it/checks/, /it/connections/, /it/versions/: how the database and Veneer are."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from flask_admin import expose
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.extensions import services
from app.theme.tables import Column, Row
from models import access, checks
from models.checks import reach, report
from models.wiring import store
from views.console.base import ConsoleView
from views.console.raw import text_of

PACKAGES = (
    "Flask", "Flask-AppBuilder", "Flask-Admin", "Flask-Babel", "Flask-Limiter", "SQLAlchemy", "PyMySQL", "WTForms",
    "marshmallow", "APScheduler", "plotly", "holidays", "gunicorn",
)  # fmt: skip
TONES = {"error": "bad", "warning": "warn", "notice": "info"}
PROCESS_COLUMNS = ("Id", "User", "Host", "db", "Command", "Time", "State", "Info")


class ChecksView(ConsoleView):
    """The findings of `run.py check`, looked for anew each time."""

    def __init__(self) -> None:
        super().__init__(name=_l("Checks"), endpoint="console_checks", url="/it/checks")

    @expose("/")
    def index(self) -> Any:
        findings = look()
        return self.render(
            "console/checks.html",
            findings=findings,
            summary=report.summary(findings),
            words={severity: report.severity_word(severity) for severity in checks.SEVERITIES},
            tones=TONES,
            shortened=report.shortened,
        )


class ConnectionsView(ConsoleView):
    """Who is connected to the server and what runs there."""

    def __init__(self) -> None:
        super().__init__(name=_l("Connections"), endpoint="console_connections", url="/it/connections")

    @expose("/")
    def index(self) -> Any:
        with services().engine.connect() as connection:
            is_server = connection.dialect.name != "sqlite"
            rows = processes(connection) if is_server else []
        columns = [
            Column(name, name, "end" if name in {"Id", "Time"} else "start") for name in PROCESS_COLUMNS
        ]
        context = {
            "rows": rows,
            "columns": columns,
            "is_server": is_server,
            "pool": pool_lines(services().engine.pool),
        }
        return self.render("console/connections.html", **context)


class VersionsView(ConsoleView):
    """What runs here, in which version."""

    def __init__(self) -> None:
        super().__init__(name=_l("Versions"), endpoint="console_versions", url="/it/versions")

    @expose("/")
    def index(self) -> Any:
        with services().engine.connect() as connection:
            server = server_version(connection)
            history = [
                (v.version, v.author, format_datetime(v.created_at, "short"), v.note)
                for v in store.history(connection, 20)
            ]
        programs = [
            ("Python", platform.python_version()),
            (_("Database server"), server),
            (_("System"), platform.platform()),
        ]
        packages = [(name, installed(name)) for name in PACKAGES]
        context = {
            "programs": programs,
            "packages": packages,
            "history": history,
            "failure": access.live().failure,
        }
        return self.render("console/versions.html", in_force=access.catalogue().version, **context)


def pool_lines(pool: Any) -> list[tuple[str, int]]:
    """How the pool stands; a pool that does not count its connections has nothing to say."""
    if not isinstance(pool, QueuePool):
        return []
    return [
        (_("In use"), pool.checkedout()),
        (_("Idle"), pool.checkedin()),
        (_("Kept open at most"), pool.size()),
        (_("Beyond that, now"), max(0, pool.overflow())),
    ]


def look() -> list[checks.Finding]:
    """All findings on the running application's own connection."""
    config = services().config
    try:
        with services().engine.connect() as connection:
            return checks.look(checks.Ground(config, connection))
    except SQLAlchemyError as error:
        return [reach.failed(config, error)]


def processes(connection: Connection) -> list[Row]:
    """The server's list; without the right PROCESS it shows this account's alone."""
    found = connection.execute(text("SHOW FULL PROCESSLIST")).mappings()
    return [Row("", "", "", "", [text_of(line.get(name), 300) for name in PROCESS_COLUMNS]) for line in found]  # type: ignore[misc]


def server_version(connection: Connection) -> str:
    """In the server's own words."""
    if connection.dialect.name == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    found = connection.execute(text("SELECT CONCAT(@@version, ' ', @@version_comment)")).scalar()
    return str(found)


def installed(name: str) -> str:
    """A package's version; a dash where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
