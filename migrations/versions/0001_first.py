"""The first version of the overlay: its tables as they stood then, written out so that later code cannot change them."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from models.change import BigKey
from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "0001"
down_revision = None

tables = MetaData()

Table(
    "access_rule",
    tables,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("scope", String(16), nullable=False),
    Index("ix_access_rule_role", "role"),
)
Table(
    "change",
    tables,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", Integer),
    Column("actor_name", String(128), nullable=False),
    Column("cause", String(255), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("record", String(255), nullable=False),
    Column("title", String(255), nullable=False),
    Column("action", String(16), nullable=False),
    Column("before", LongText),
    Column("after", LongText),
    Column("reason", String(500), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("undone_by", BigInteger),
    Index("ix_change_actor_id", "actor_id"),
    Index("ix_change_at", "at"),
    Index("ix_change_record", "entity", "record", "id"),
)
Table(
    "console_unlock",
    tables,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_console_unlock_user_id", "user_id"),
)
Table(
    "dashboard",
    tables,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False, unique=True),
    Column("title_en", String(120), nullable=False),
    Column("title_zh", String(120), nullable=False),
)
Table(
    "field_rule",
    tables,
    Column("id", Integer, primary_key=True),
    Column("role", String(64), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("right", String(16), nullable=False),
    Index("ix_field_rule_role", "role"),
)
Table(
    "idempotency",
    tables,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("key", String(80), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("response", LongText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_idempotency_at", "at"),
)
Table(
    "notification",
    tables,
    Column("id", BigKey, primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("params", Text, nullable=False),
    Column("link", String(500), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Index("ix_notification_unread", "user_id", "read_at"),
    Index("ix_notification_user", "user_id", "id"),
)
Table(
    "org_closure",
    tables,
    Column("ancestor", String(64), primary_key=True),
    Column("descendant", String(64), primary_key=True),
    Column("depth", Integer, nullable=False),
    Index("ix_org_closure_descendant", "descendant"),
)
Table(
    "org_seat",
    tables,
    Column("staff", String(64), primary_key=True),
    Column("unit", String(64), primary_key=True),
    Column("is_main", Boolean, nullable=False),
    Index("ix_org_seat_unit", "unit"),
)
Table(
    "org_staff",
    tables,
    Column("code", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("user_id", Integer),
    Index("ix_org_staff_user_id", "user_id"),
)
Table(
    "org_unit",
    tables,
    Column("code", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("parent", String(64)),
    Column("head", String(64)),
    Index("ix_org_unit_parent", "parent"),
)
Table(
    "outbox",
    tables,
    Column("id", BigKey, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("payload", LongText, nullable=False),
    Column("dedupe_key", String(190), nullable=False, unique=True),
    Column("record_key", String(190), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("leased_by", String(80), nullable=False),
    Column("sent_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("last_error", String(500), nullable=False),
    Index("ix_outbox_next", "next_try_at"),
    Index("ix_outbox_record", "channel", "record_key", "id"),
)
Table(
    "runner_heartbeat",
    tables,
    Column("name", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("period_s", Float, nullable=False),
    Column("runner", String(80), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
)
Table(
    "saved_view",
    tables,
    Column("id", Integer, primary_key=True),
    Column("entity", String(64), nullable=False),
    Column("owner_id", Integer, nullable=False),
    Column("name", String(80), nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("definition", LongText, nullable=False),
    Index("ix_saved_view_entity", "entity"),
)
Table(
    "sla_calendar",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("version", Integer, nullable=False),
)
Table(
    "sla_calendar_version",
    tables,
    Column("calendar_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", String(120), nullable=False),
    Column("definition", LongText, nullable=False),
    Column("author", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Table(
    "sla_clock",
    tables,
    Column("id", BigKey, primary_key=True),
    Column("policy_id", Integer, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("calendar_id", Integer, nullable=False),
    Column("calendar_version", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("record", String(255), nullable=False),
    Column("title", String(255), nullable=False),
    Column("owner", String(64), nullable=False),
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
    Column("breach_cause", String(40), nullable=False),
    Column("worked_s", Float, nullable=False),
    Column("target_s", Integer, nullable=False),
    Column("next_event_at", UtcDateTime),
    Column("evaluated_at", UtcDateTime, nullable=False),
    Column("standing", String(80), nullable=False),
    Column("claimed_by", String(80), nullable=False),
    Column("error", String(500), nullable=False),
    UniqueConstraint("policy_id", "record", "cycle", name="uq_sla_clock"),
    Index("ix_sla_clock_breached", "breached_at", "id"),
    Index("ix_sla_clock_due", "is_open", "due_at", "id"),
    Index("ix_sla_clock_next", "next_event_at"),
    Index("ix_sla_clock_open", "policy_id", "is_open", "id"),
    Index("ix_sla_clock_owner", "owner", "is_open", "due_at", "id"),
    Index("ix_sla_clock_record", "entity", "record"),
)
Table(
    "sla_clock_event",
    tables,
    Column("id", BigKey, primary_key=True),
    Column("clock_id", BigKey, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("step", String(120), nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("type", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("detected_at", UtcDateTime, nullable=False),
    Column("cause", String(80), nullable=False),
    Column("receivers", Text, nullable=False),
    Column("runner", String(80), nullable=False),
    UniqueConstraint("clock_id", "cycle", "step", "due", name="uq_sla_clock_event"),
)
Table(
    "sla_cursor",
    tables,
    Column("name", String(120), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Table(
    "sla_policy",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_to", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("activated_at", UtcDateTime, nullable=False),
    Column("last_success_at", UtcDateTime),
    Column("lag_s", Float, nullable=False),
    Column("last_error", String(1000), nullable=False),
    Column("last_error_at", UtcDateTime),
    Index("ix_sla_policy_entity", "entity"),
)
Table(
    "sla_policy_version",
    tables,
    Column("policy_id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("definition", LongText, nullable=False),
    Column("author", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Table(
    "sla_reading",
    tables,
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
    Column("reason", String(40), nullable=False),
    UniqueConstraint("policy_id", "record", "sequence", name="uq_sla_reading"),
)
Table(
    "wiring_draft",
    tables,
    Column("author", String(191), primary_key=True),
    Column("based_on", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
Table(
    "wiring_draft_entity",
    tables,
    Column("author", String(191), primary_key=True),
    Column("table_name", String(191), primary_key=True),
    Column("document", LongText, nullable=False),
)
Table(
    "wiring_version",
    tables,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("based_on", Integer, nullable=False),
    Column("author", String(191), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("document", LongText, nullable=False),
)
Table(
    "dashboard_chart",
    tables,
    Column("id", Integer, primary_key=True),
    Column("dashboard_id", Integer, ForeignKey("dashboard.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("definition", LongText, nullable=False),
    UniqueConstraint("dashboard_id", "position", name="uq_dashboard_chart"),
)


def upgrade() -> None:
    """Create them; those of an interrupted run stay."""
    ensure(op.get_bind(), tables)


def downgrade() -> None:
    """There is no way back from the first version."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
