"""Rights that are lent between two days."""

from alembic import op
from sqlalchemy import Column, Date, Index, Integer, MetaData, String, Table

from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "substitution"
down_revision = "search"

tables = MetaData()

Table(
    "substitution",
    tables,
    Column("id", Integer, primary_key=True),
    Column("absent_id", Integer, nullable=False),
    Column("substitute_id", Integer, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", String(255), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_substitution_absent_id", "absent_id"),
    Index("ix_substitution_substitute_id", "substitute_id"),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would take lent rights away without a word."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
