"""Hand-overs of somebody's records to another person."""

from alembic import op
from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from models.change import BigKey
from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "hand_over"
down_revision = "organisation_sheet"

tables = MetaData()

Table(
    "hand_over",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by_id", Integer, nullable=False),
    Column("by_name", String(128), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("giver", String(64), nullable=False),
    Column("taker", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cursor", LongText, nullable=False),
    Column("handed", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("first_change", BigKey),
    Column("last_change", BigKey),
    Column("reason", String(500), nullable=False),
    Index("ix_hand_over_giver", "giver"),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would forget which changes belong together."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
