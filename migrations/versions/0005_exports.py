"""Exports under way and done: their progress, and the connection on which they can be ended."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "exports"
down_revision = "policy"

tables = MetaData()

Table(
    "export_run",
    tables,
    Column("id", String(40), primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("entity", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("rows_done", BigInteger, nullable=False),
    Column("expected", BigInteger),
    Column("is_exact", Integer, nullable=False),
    Column("in_key_order", Integer, nullable=False),
    Column("connection", BigInteger),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_export_run_user", "user_id", "started_at"),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would forget exports that are under way."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
