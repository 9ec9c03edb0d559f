"""How a person's values leave entries of the audit, and retention by class."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    MetaData,
    String,
    Table,
    false,
    inspect,
)

from models.audit.locks import renew
from models.change import BigKey
from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "redaction"
down_revision = "substitution"

tables = MetaData()

Table(
    "audit_redaction",
    tables,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("change_id", BigInteger, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("before_content", String(64), nullable=False),
    Column("after_content", String(64), nullable=False),
    Column("entry", BigInteger, nullable=False),
    Index("ix_audit_redaction_change", "change_id"),
    Index("ix_audit_redaction_entry", "entry"),
)
Table(
    "daily_job",
    tables,
    Column("name", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("result", LongText, nullable=False),
)


def upgrade() -> None:
    """Each step looks first whether it is done: MariaDB has no rollback for it."""
    connection = op.get_bind()
    ensure(connection, tables)
    held = {column["name"] for column in inspect(connection).get_columns("change")}
    if "salt" not in held:
        op.add_column("change", Column("salt", String(32), nullable=False, server_default=""))
    if "anonymised" not in held:
        op.add_column("change", Column("anonymised", Boolean, nullable=False, server_default=false()))
    links = {index["name"] for index in inspect(connection).get_indexes("audit_link")}
    if "ix_audit_link_kind" not in links:
        op.create_index("ix_audit_link_kind", "audit_link", ["kind", "change_id"])
    renew(connection)


def downgrade() -> None:
    """Going back would make entries that were made anonymous look altered."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
