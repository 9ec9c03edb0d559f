"""Requests of persons: what was asked, what was found, how far it is."""

from alembic import op
from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from models.overlay.migrate import ensure
from models.overlay.types import EncryptedText, LongText, UtcDateTime

revision = "persons"
down_revision = "organisation"

tables = MetaData()

Table(
    "person_request",
    tables,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_by", Integer, nullable=False),
    Column("made_by_name", String(128), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("ask", EncryptedText, nullable=False),
    Column("secret", EncryptedText, nullable=False),
    Column("choices", LongText, nullable=False),
    Column("skipped", LongText, nullable=False),
    Column("decided_by_name", String(128), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("answer", String(500), nullable=False),
    Column("place", LongText, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("leased_by", String(80), nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_person_request_state", "state", "id"),
    Index("ix_person_request_made_by", "made_by", "id"),
)
Table(
    "person_find",
    tables,
    Column("request", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entity", String(64), nullable=False),
    Column("record", String(255), nullable=False),
    Column("way", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", String(500), nullable=False),
)


def upgrade() -> None:
    """Create the tables; those of an interrupted run stay."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """Going back would forget what was asked in the name of persons."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
