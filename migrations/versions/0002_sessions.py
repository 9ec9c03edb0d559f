"""Sessions kept on the server."""

from alembic import op
from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "0002"
down_revision = "0001"

tables = MetaData()

Table(
    "web_session",
    tables,
    Column("id", String(64), primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("stamp", String(64), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(255), nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_web_session_user_id", "user_id"),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would sign everybody out without a word."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
