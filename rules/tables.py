"""Overlay tables of rules: calendars and policies with their versions, clocks and their ledger, messages, heartbeat."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from models.change import BigKey
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime

calendars = Table(
    "sla_calendar",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("version", Integer, nullable=False),
)
calendar_versions = Table(
    "sla_calendar_version",
    metadata,
    Column("calendar_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    Column("definition", LongText, nullable=False),
    Column("author", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
policies = Table(
    "sla_policy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("entity", String(64), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_to", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("activated_at", UtcDateTime, nullable=False),
    # How the engine fares with it, for the list of policies.
    Column("last_success_at", UtcDateTime),
    Column("lag_s", Float, nullable=False, default=0.0),
    Column("last_error", String(1000), nullable=False, default=""),
    Column("last_error_at", UtcDateTime),
)
policy_versions = Table(
    "sla_policy_version",
    metadata,
    Column("policy_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("definition", LongText, nullable=False),
    Column("author", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
readings = Table(
    "sla_reading",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("policy_id", Integer, nullable=False),
    Column("record", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("matches", Boolean, nullable=False),
    Column("starts", Boolean, nullable=False),
    Column("cancels", Boolean, nullable=False),
    Column("stops", Boolean, nullable=False),
    Column("pauses", Boolean, nullable=False),
    Column("target_s", Integer),
    Column("since", UtcDateTime),
    Column("reason", String(40), nullable=False, default=""),
    UniqueConstraint("policy_id", "record", "sequence", name="uq_sla_reading"),
)
"""The recorded history that clocks are folded from: one row whenever a record's standing changed."""

clocks = Table(
    "sla_clock",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("policy_id", Integer, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("calendar_id", Integer, nullable=False),
    Column("calendar_version", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("record", String(255), nullable=False),
    Column("title", String(255), nullable=False, default=""),
    Column("owner", String(64), nullable=False, default=""),
    Column("cycle", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("is_latest", Boolean, nullable=False),
    Column("is_paused", Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    Column("breached_at", UtcDateTime),
    Column("breach_due_at", UtcDateTime),
    Column("breach_cause", String(40), nullable=False, default=""),
    Column("worked_s", Float, nullable=False),
    Column("target_s", Integer, nullable=False),
    Column("next_event_at", UtcDateTime),
    Column("evaluated_at", UtcDateTime, nullable=False),
    # The last reading's flags in short, so that a sweep sees a change without reading the history.
    Column("standing", String(80), nullable=False),
    Column("claimed_by", String(80), nullable=False, default=""),
    Column("error", String(500), nullable=False, default=""),
    UniqueConstraint("policy_id", "record", "cycle", name="uq_sla_clock"),
    Index("ix_sla_clock_next", "next_event_at"),
    Index("ix_sla_clock_record", "entity", "record"),
    Index("ix_sla_clock_open", "policy_id", "is_open", "id"),
    Index("ix_sla_clock_due", "is_open", "due_at", "id"),
    Index("ix_sla_clock_owner", "owner", "is_open", "due_at", "id"),
    Index("ix_sla_clock_breached", "breached_at", "id"),
)
clock_events = Table(
    "sla_clock_event",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("clock_id", BigKey, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("step", String(120), nullable=False),
    # The due time that the step was for; of events without one, the start. Never NULL, or the key would not be unique.
    Column("due", UtcDateTime, nullable=False),
    Column("type", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("detected_at", UtcDateTime, nullable=False),
    Column("cause", String(80), nullable=False, default=""),
    Column("receivers", Text, nullable=False),
    Column("runner", String(80), nullable=False, default=""),
    UniqueConstraint("clock_id", "cycle", "step", "due", name="uq_sla_clock_event"),
)
"""The ledger: a notice is told in the transaction that wins its unique key, and so once."""

cursors = Table(
    "sla_cursor",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Where sweeps go on. Losing one costs time, never a notice: work is found again from data."""

notifications = Table(
    "notification",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("params", Text, nullable=False),
    Column("link", String(500), nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Index("ix_notification_user", "user_id", "id"),
    Index("ix_notification_unread", "user_id", "read_at"),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("payload", LongText, nullable=False),
    Column("dedupe_key", String(190), nullable=False, unique=True),
    Column("record_key", String(190), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("leased_by", String(80), nullable=False, default=""),
    Column("sent_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("last_error", String(500), nullable=False, default=""),
    Index("ix_outbox_next", "next_try_at"),
    Index("ix_outbox_record", "channel", "record_key", "id"),
)
"""`next_try_at` is NULL once a row is sent or dead, so that the index holds what is still to do."""

heartbeats = Table(
    "runner_heartbeat",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("period_s", Float, nullable=False),
    Column("runner", String(80), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
)
