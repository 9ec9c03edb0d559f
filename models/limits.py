"""Limits and questions that are put around one statement: how long it may run, and what the server expects of it.

They travel as execution options, so that they hold for statements of the ORM that the guard has already extended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pymysql.err import OperationalError
from sqlalchemy import Connection, Dialect, Engine, event

from app.database import LIMIT_OPTION
from models.heavy import is_heavy
from models.watchdog import HEAVY, marked

SECONDS = "veneer_seconds"
ESTIMATE = "veneer_estimate"
LOCK_SECONDS = "veneer_lock_seconds"
VIEW_NO_EXPLAIN = 1345
"""The server's number for a view over tables on which this account has no rights."""


@dataclass
class Estimate:
    """Filled in by the server: `rows` of the table read first, and whether an index narrows them down."""

    rows: int | None = None
    by_index: bool = False
    plan: list[dict[str, Any]] = field(default_factory=list)


def within(seconds: float) -> dict[str, Any]:
    """Execution options: the server ends the statement after this time (`dberrors.problem_of` has the words)."""
    return {SECONDS: seconds}


def waiting(seconds: int) -> dict[str, Any]:
    """Execution options: a write that meets a locked row gives up after this time (on MariaDB; elsewhere as always)."""
    return {LOCK_SECONDS: seconds}


def asking(estimate: Estimate) -> dict[str, Any]:
    """Execution options: do not run the statement (it selects one column and gives one 0), fill in `estimate`."""
    return {ESTIMATE: estimate}


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _apply(  # noqa: PLR0917 - SQLAlchemy's signature
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    options = context.execution_options if context is not None else {}
    if ESTIMATE in options:
        _explain(connection, statement, parameters, options[ESTIMATE])
        return "SELECT 0", ()
    bounded = _bounded(connection.dialect, statement, options)
    limit = options.get(SECONDS, options.get(LIMIT_OPTION))
    if (
        limit is None or executemany
    ):  # the driver makes one statement of many rows only when nothing follows them
        return bounded, parameters
    return marked(bounded, limit, HEAVY if is_heavy(options) else ""), parameters


def _bounded(dialect: Dialect, statement: str, options: Mapping[str, Any]) -> str:
    """The statement with the limits that its options ask for."""
    if SECONDS in options:
        return _limited(dialect, statement, options[SECONDS])
    if LOCK_SECONDS in options and getattr(dialect, "is_mariadb", False):
        return f"SET STATEMENT innodb_lock_wait_timeout={options[LOCK_SECONDS]:d} FOR {statement}"
    return statement


def _limited(dialect: Dialect, statement: str, seconds: float) -> str:
    if dialect.name not in {"mysql", "mariadb"} or not statement.startswith("SELECT"):
        return statement
    if getattr(dialect, "is_mariadb", False):
        return f"SET STATEMENT max_statement_time={seconds:.3f} FOR {statement}"
    return f"SELECT /*+ MAX_EXECUTION_TIME({int(seconds * 1000)}) */ {statement.removeprefix('SELECT ')}"


def _explain(connection: Connection, statement: str, parameters: Any, estimate: Estimate) -> None:
    """SQLite estimates nothing, and a view may hide its plan from this account: the estimate stays empty there."""
    if connection.dialect.name not in {"mysql", "mariadb"}:
        return
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"EXPLAIN {statement}", parameters)
        names = [column[0] for column in cursor.description or ()]
        estimate.plan = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except OperationalError as error:
        if error.args[0] != VIEW_NO_EXPLAIN:
            raise
        return
    finally:
        cursor.close()
    _read_plan(estimate)


def _read_plan(estimate: Estimate) -> None:
    tables = [step for step in estimate.plan if step["table"] and not re.match("<", str(step["table"]))]
    if not tables:
        estimate.rows, estimate.by_index = 0, True  # "Impossible WHERE": nothing will be found
        return
    first = tables[0]
    estimate.rows = int(first["rows"] or 0)
    estimate.by_index = first["type"] not in {"ALL", "index"}
