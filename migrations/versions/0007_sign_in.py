"""Signing in: the overlay's own key, limits, passwords used before, second factors, accounts kept elsewhere."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
)

from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "sign_in"
down_revision = "audit"

tables = MetaData()
BigKey = BigInteger().with_variant(Integer(), "sqlite")

Table(
    "overlay_secret",
    tables,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
Table(
    "sign_in_limit",
    tables,
    Column("key", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index("ix_sign_in_limit_last_at", "last_at"),
)
Table(
    "password_history",
    tables,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("user_id", Integer, nullable=False),
    Column("hash", String(256), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_password_history_user", "user_id", "id"),
)
Table(
    "second_factor",
    tables,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("secret", Text, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)
Table("second_factor_role", tables, Column("role", String(64), primary_key=True))
Table(
    "recovery_code",
    tables,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), primary_key=True),
    Column("used_at", UtcDateTime),
)
Table(
    "sign_in_identity",
    tables,
    Column("id", Integer, primary_key=True),
    Column("provider", String(8), nullable=False),
    Column("subject_hash", String(64), unique=True),
    Column("subject", String(500), nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("linked_at", UtcDateTime),
    UniqueConstraint("user_id", "provider", name="uq_sign_in_identity"),
)


def upgrade() -> None:
    """Create the tables, and note for each session how it began; what an interrupted run made stays."""
    ensure(op.get_bind(), tables)
    if "way" not in {column["name"] for column in inspect(op.get_bind()).get_columns("web_session")}:
        op.add_column("web_session", Column("way", String(8), nullable=False, server_default="page"))


def downgrade() -> None:
    """Going back would take second factors away without a word."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
