"""Months of a date column as SQL, for each way in which a legacy column keeps days.

The answer is a number such as 202603, the same on MariaDB, MySQL and SQLite. The WHERE keeps the bare column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, case, literal, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from charts.periods import Period, month_number
from fields.comparands import at_midnight
from models.wiring.nouns import Field

DATE_KINDS = frozenset({"date", "datetime", "yyyymmdd", "epoch"})


class _MonthOfDate(FunctionElement[int]):
    """Of DATE, DATETIME or TIMESTAMP."""

    type = Integer()
    inherit_cache = True


class _MonthOfDigits(FunctionElement[int]):
    """Of 20260331, kept as a number or as text."""

    type = Integer()
    inherit_cache = True


@compiles(_MonthOfDate)
def _extract(element: _MonthOfDate, compiler: SQLCompiler, **words: Any) -> str:
    return f"EXTRACT(YEAR_MONTH FROM {compiler.process(element.clauses, **words)})"


@compiles(_MonthOfDate, "sqlite")
def _cut_text(element: _MonthOfDate, compiler: SQLCompiler, **words: Any) -> str:
    column = compiler.process(element.clauses, **words)
    return f"CAST(substr({column}, 1, 4) || substr({column}, 6, 2) AS INTEGER)"


@compiles(_MonthOfDigits)
def _divide(element: _MonthOfDigits, compiler: SQLCompiler, **words: Any) -> str:
    return f"({compiler.process(element.clauses, **words)} DIV 100)"


@compiles(_MonthOfDigits, "sqlite")
def _divide_whole(element: _MonthOfDigits, compiler: SQLCompiler, **words: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **words)} AS INTEGER) / 100)"


def month_of(field: Field, attribute: Any, months: Sequence[Period]) -> Any:
    """The month of a column's value as 202603. `months` are those asked for, in order; instants need their borders."""
    if field.kind == "yyyymmdd":
        return _MonthOfDigits(attribute)
    if field.kind == "epoch":
        return _by_borders(field, attribute, months)
    return _MonthOfDate(attribute)


def _by_borders(field: Field, attribute: Any, months: Sequence[Period]) -> Any:
    """Instants have no month of their own: it depends on the zone, so the borders are worked out here."""
    number = type_coerce(attribute, BigInteger())
    steps = [(number < at_midnight(field, month.end), literal(month_number(month.start))) for month in months]
    return case(*steps)
