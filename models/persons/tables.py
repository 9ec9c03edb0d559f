"""The overlay's tables of requests of persons."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from models.overlay import metadata
from models.overlay.types import EncryptedText, LongText, UtcDateTime

request_table = Table(
    "person_request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_by", Integer, nullable=False),
    Column("made_by_name", String(128), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("reason", String(500), nullable=False),
    # What is looked for, and what was found of it on the way; forgotten at the end.
    Column("ask", EncryptedText, nullable=False),
    Column("secret", EncryptedText, nullable=False),
    Column("choices", LongText, nullable=False),
    Column("skipped", LongText, nullable=False),
    Column("place", LongText, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("leased_by", String(80), nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_person_request_state", "state", "id"),
    Index("ix_person_request_made_by", "made_by", "id"),
)
find_table = Table(
    "person_find",
    metadata,
    Column("request", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entity", String(64), nullable=False),
    Column("record", String(255), nullable=False),
    Column("way", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("note", String(500), nullable=False),
)
