"""The search index for words inside: spaces, documents, n-grams."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, SmallInteger, String, Table
from sqlalchemy.dialects import mysql

from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "search"
down_revision = "sign_in"

tables = MetaData()
Number = BigInteger().with_variant(mysql.INTEGER(unsigned=True), "mysql", "mariadb")
Token = String(255).with_variant(
    mysql.VARCHAR(255, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
)

Table(
    "search_space",
    tables,
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
Table(
    "search_document",
    tables,
    Column("space", SmallInteger, primary_key=True, autoincrement=False),
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("record", Token, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Index("ix_search_document_record", "space", "record", unique=True),
    sqlite_with_rowid=False,
)
Table(
    "search_gram",
    tables,
    Column("space", SmallInteger, primary_key=True, autoincrement=False),
    Column("gram", Number, primary_key=True, autoincrement=False),
    Column("document", Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    """Create the tables; those of an interrupted run stay."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back is not needed: the tables hurt nobody."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
