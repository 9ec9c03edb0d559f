"""Which records an entry about reading names, so that a record's history finds it."""

from alembic import op
from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

from models.overlay.migrate import ensure

revision = "reads"
down_revision = "disclosure"

tables = MetaData()

Table(
    "audit_read",
    tables,
    Column("entity", String(64), primary_key=True),
    Column("record", String(255), primary_key=True),
    Column("change_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_audit_read_change", "change_id"),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would forget who opened what."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
