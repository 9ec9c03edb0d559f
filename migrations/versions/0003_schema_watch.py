"""What the legacy schema was when its wiring was reviewed, and what is different now."""

from alembic import op
from sqlalchemy import Column, Integer, MetaData, String, Table

from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "schema_watch"
down_revision = "0002"

tables = MetaData()

Table(
    "schema_watch",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("looked_at", UtcDateTime, nullable=False),
    Column("baseline", LongText, nullable=False),
    Column("facts", LongText, nullable=False),
    Column("changes", LongText, nullable=False),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Nothing is lost without it, but older programs have never been tried on a newer overlay."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
