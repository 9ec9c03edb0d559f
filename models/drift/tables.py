"""The overlay's one row about the legacy schema: what it was when people reviewed it, and what is different now."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

watch = Table(
    "schema_watch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Counted up whenever workers have to build their catalogue anew.
    Column("generation", Integer, nullable=False),
    # The wiring version that was compared.
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("looked_at", UtcDateTime, nullable=False),
    # JSON: the columns and indexes of each wired table as they were when its wiring was reviewed.
    Column("baseline", LongText, nullable=False),
    # JSON: the present facts of wired tables that differ from the wiring; null for a table that is gone.
    Column("facts", LongText, nullable=False),
    # JSON: what changed, for the page and for the messages.
    Column("changes", LongText, nullable=False),
)
ROW = 1
