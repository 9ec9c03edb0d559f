"""Overlay tables of the wiring: published versions, and what each author has prepared."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

versions = Table(
    "wiring_version",
    metadata,
    # Counted by us, not by the server: two people who publish on the same version meet at this key.
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("based_on", Integer, nullable=False),
    Column("author", String(191), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("document", LongText, nullable=False),
)

drafts = Table(
    "wiring_draft",
    metadata,
    Column("author", String(191), primary_key=True),
    Column("based_on", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

draft_entities = Table(
    "wiring_draft_entity",
    metadata,
    Column("author", String(191), primary_key=True),
    Column("table_name", String(191), primary_key=True),
    Column("document", LongText, nullable=False),
)
"""One row for each table that the draft changes: {"entity": …}, or {} for a table to be taken out."""
