"""The kinds of columns that the old ERP uses, each with its type in SQLite and in MariaDB."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
)
from sqlalchemy.dialects.mysql import BIT, ENUM, SET, YEAR
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine, UserDefinedType

MYSQL = ("mysql", "mariadb")


class Point(UserDefinedType[str]):
    """MariaDB's POINT; values are written as well-known text."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "POINT"


def table(metadata: MetaData, name: str, labels: tuple[str, str], *items: SchemaItem) -> Table:
    """A table with its Chinese and English label."""
    zh, en = labels
    return Table(
        name,
        metadata,
        *items,
        comment=zh,
        info={"en": en},
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_general_ci",
    )


def column(
    name: str, kind: TypeEngine[Any], zh: str, en: str, *items: SchemaItem, **options: Any
) -> Column[Any]:
    """A column with its labels; `codes` in the options names the dictionary type of its codes."""
    info = {"en": en, "codes": options.pop("codes", None)}
    return Column(name, kind, *items, comment=zh, info=info, **options)


def text(name: str, length: int, zh: str, en: str, *items: SchemaItem, **options: Any) -> Column[Any]:
    return column(name, String(length), zh, en, *items, **options)


def long_text(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, Text(), zh, en)


def coded(name: str, codes: str, zh: str, en: str, length: int = 1) -> Column[Any]:
    """A code that table T_ZDB explains under the type `codes`."""
    return column(name, CHAR(length), zh, en, codes=codes)


def flag(name: str, zh: str, en: str, default: str = "0") -> Column[Any]:
    """A CHAR(1) flag: '1' and '0', or 'Y' and 'N' as the default shows."""
    return column(name, CHAR(1), zh, en, nullable=False, server_default=default)


def number(name: str, zh: str, en: str, **options: Any) -> Column[Any]:
    return column(name, Integer(), zh, en, **options)


def serial(name: str, zh: str, en: str) -> Column[Any]:
    """A key that counts up."""
    return column(name, BigInteger().with_variant(Integer(), "sqlite"), zh, en, primary_key=True)


def day_number(name: str, zh: str, en: str) -> Column[Any]:
    """A day as the integer YYYYMMDD; 0 and NULL both mean that there is none."""
    return column(name, Integer(), zh, en)


def at(name: str, zh: str, en: str, **options: Any) -> Column[Any]:
    return column(name, DateTime(), zh, en, **options)


def clock_time(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, Time(), zh, en)


def money(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, Numeric(14, 2), zh, en)


def price(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, Numeric(12, 4), zh, en)


def percent(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, Numeric(5, 2), zh, en)


def degrees(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, Numeric(10, 6), zh, en)


def rating(name: str, zh: str, en: str) -> Column[Any]:
    """Stars from 1 to 5."""
    return column(name, SmallInteger(), zh, en)


def json_text(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, JSON(), zh, en)


def blob(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, LargeBinary(), zh, en)


def year(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, SmallInteger().with_variant(YEAR(), *MYSQL), zh, en)


def choice(name: str, codes: str, values: tuple[str, ...], zh: str, en: str) -> Column[Any]:
    """An ENUM in MariaDB, a short text in SQLite; T_ZDB explains the values."""
    return column(name, String(2).with_variant(ENUM(*values), *MYSQL), zh, en, codes=codes)


def choices(name: str, codes: str, values: tuple[str, ...], zh: str, en: str) -> Column[Any]:
    """A SET in MariaDB, values with commas between them in SQLite; T_ZDB explains the values."""
    return column(name, String(20).with_variant(SET(*values), *MYSQL), zh, en, codes=codes)


def bit(name: str, zh: str, en: str) -> Column[Any]:
    return column(name, SmallInteger().with_variant(BIT(1), *MYSQL), zh, en)


def point(name: str, zh: str, en: str) -> Column[Any]:
    """A POINT in MariaDB, its well-known text in SQLite; longitude comes first."""
    return column(name, String(40).with_variant(Point(), *MYSQL), zh, en)


def updated() -> Column[Any]:
    return at("GXSJ", "更新时间", "Updated at")


def deleted() -> Column[Any]:
    return flag("SCBZ", "删除标志", "Deleted")
