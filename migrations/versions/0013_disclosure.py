"""Allowances of roles, what was used of them, requests for exports, and what an export says of itself."""

from alembic import op
from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, String, Table, inspect

from models.overlay.migrate import ensure
from models.overlay.types import LongText, UtcDateTime

revision = "disclosure"
down_revision = "persons"

tables = MetaData()

Table(
    "role_allowance",
    tables,
    Column("role", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("most", BigInteger, nullable=False),
)
Table(
    "daily_use",
    tables,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("used", BigInteger, nullable=False),
    Index("ix_daily_use_day", "name", "day"),
)
Table(
    "export_request",
    tables,
    Column("id", String(40), primary_key=True),
    Column("user_id", Integer, nullable=False),
    Column("username", String(64), nullable=False),
    Column("entity", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("filter", LongText),
    Column("condition", LongText),
    Column("search", String(200), nullable=False),
    Column("sort", LongText),
    Column("columns", LongText, nullable=False),
    Column("expected", BigInteger),
    Column("most", BigInteger, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("decided_by", Integer),
    Column("decided_name", String(64), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("sentence", String(500), nullable=False),
    Column("downloads", Integer, nullable=False),
    Index("ix_export_request_state", "state", "asked_at"),
    Index("ix_export_request_user", "user_id", "asked_at"),
)
ADDED = (
    Column("username", String(64), nullable=False, server_default=""),
    Column("reason", String(500), nullable=False, server_default=""),
    Column("filter", LongText),
    Column("search", String(200), nullable=False, server_default=""),
    Column("columns", LongText),
    Column("request_id", String(40), nullable=False, server_default=""),
)
INDEXES = {"ix_export_run_started": ["started_at", "id"], "ix_export_run_request": ["request_id"]}


def upgrade() -> None:
    """Create the tables and what the table of exports lacks; what an interrupted run made stays."""
    ensure(op.get_bind(), tables)
    looked = inspect(op.get_bind())
    held = {column["name"] for column in looked.get_columns("export_run")}
    for column in ADDED:
        if column.name not in held:
            op.add_column("export_run", column)
    indexes = {index["name"] for index in looked.get_indexes("export_run")}
    for name, columns in INDEXES.items():
        if name not in indexes:
            op.create_index(name, "export_run", columns)


def downgrade() -> None:
    """Going back would forget what people took and what was allowed."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
