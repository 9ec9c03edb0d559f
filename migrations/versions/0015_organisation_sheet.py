"""A spreadsheet of the organisation that was uploaded and is not in place yet."""

from alembic import op
from sqlalchemy import Column, Integer, MetaData, String, Table

from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "organisation_sheet"
down_revision = "reads"

tables = MetaData()

Table(
    "org_sheet",
    tables,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("name", String(255), nullable=False),
    Column("content", LongText, nullable=False),
)


def upgrade() -> None:
    """Create the table; that of an interrupted run stays."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would drop what somebody has uploaded."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
