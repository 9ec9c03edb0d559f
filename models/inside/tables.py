"""The overlay's tables of the search index: a space for each field, a document for each row, its n-grams."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, SmallInteger, String, Table
from sqlalchemy.dialects import mysql

from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

Number = BigInteger().with_variant(mysql.INTEGER(unsigned=True), "mysql", "mariadb")
"""A whole number of 32 bits."""
Token = String(255).with_variant(
    mysql.VARCHAR(255, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
)
"""A record's token: capitals count, on MariaDB too."""

space_table = Table(
    "search_space",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("entity", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("shape", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("rows_done", BigInteger, nullable=False),
    Column("expected", BigInteger, nullable=False),
    Column("next_document", BigInteger, nullable=False),
    Column("garbage", BigInteger, nullable=False),
    Column("places", LongText, nullable=False),
    Column("looked_from", UtcDateTime),
    Column("pass_began", UtcDateTime),
    Column("error", String(255), nullable=False),
    Index("ix_search_space_field", "entity", "field"),
)
document_table = Table(
    "search_document",
    metadata,
    Column("space", SmallInteger, primary_key=True, autoincrement=False),
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("record", Token, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Index("ix_search_document_record", "space", "record", unique=True),
    sqlite_with_rowid=False,
)
gram_table = Table(
    "search_gram",
    metadata,
    Column("space", SmallInteger, primary_key=True, autoincrement=False),
    Column("gram", Number, primary_key=True, autoincrement=False),
    Column("document", Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
