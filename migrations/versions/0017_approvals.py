"""What a second person approves stands in one table; requests for exports and of persons keep what is their own."""

from alembic import op
from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, inspect, text

from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "approvals"
down_revision = "hand_over"

tables = MetaData()

Table(
    "approval_request",
    tables,
    Column("id", String(40), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("username", String(128), nullable=False),
    Column("stands_for", Integer),
    Column("reason", String(500), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("decided_by", Integer),
    Column("decided_name", String(128), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("sentence", String(500), nullable=False),
    Index("ix_approval_request_state", "kind", "state", "asked_at"),
    Index("ix_approval_request_decided", "kind", "decided_at"),
    Index("ix_approval_request_user", "user_id", "kind", "asked_at"),
)
MOVED = {
    "export_request": (
        "user_id", "username", "reason", "state", "asked_at", "expires_at", "decided_by", "decided_name",
        "decided_at", "sentence",
    ),
    "person_request": ("decided_by_name", "decided_at", "answer"),
}  # fmt: skip
INDEXES = ("ix_export_request_state", "ix_export_request_user")
ADDED = (
    Column("run_id", String(40), nullable=False, server_default=""),
    Column("taken_at", UtcDateTime),
)
EXPORTS = """
INSERT INTO approval_request (id, kind, user_id, username, reason, state, asked_at, expires_at, decided_by, decided_name,
  decided_at, sentence)
SELECT id, 'export', user_id, username, reason, state, asked_at, expires_at, decided_by, decided_name, decided_at, sentence
FROM export_request r WHERE NOT EXISTS (SELECT 1 FROM approval_request a WHERE a.id = r.id)"""
PERSONS = """
INSERT INTO approval_request (id, kind, user_id, username, reason, state, asked_at, expires_at, decided_name, decided_at,
  sentence)
SELECT {number}, 'person', made_by, made_by_name, reason,
  CASE WHEN state = 'waiting' THEN 'asked' WHEN state = 'refused' THEN 'refused' ELSE 'approved' END,
  made_at, {week}, decided_by_name, decided_at, answer
FROM person_request r WHERE (state = 'waiting' OR decided_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM approval_request a WHERE a.id = {number})"""
SPELLED = {
    "sqlite": ("'person-' || r.id", "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+7 days')"),
    "mysql": ("CONCAT('person-', r.id)", "UTC_TIMESTAMP(6) + INTERVAL 7 DAY"),
}


def upgrade() -> None:
    """Each step looks first whether it is done: MariaDB has no rollback for it."""
    connection = op.get_bind()
    ensure(connection, tables)
    _carry(connection)
    held = _columns(connection, "export_request")
    for column in ADDED:
        if column.name not in held:
            op.add_column("export_request", column)
    _drop(connection)


def _drop(connection: Connection) -> None:
    """What stands in the other table by now."""
    indexes = {index["name"] for index in inspect(connection).get_indexes("export_request")}
    for index in indexes & set(INDEXES):
        op.drop_index(index, "export_request")
    for table, columns in MOVED.items():
        for name in _columns(connection, table) & set(columns):
            op.drop_column(table, name)


def _carry(connection: Connection) -> None:
    """Rows are carried over before the first column of theirs goes; an interrupted run finds them there already."""
    if set(MOVED["export_request"]) <= _columns(connection, "export_request"):
        connection.execute(text(EXPORTS))
    if set(MOVED["person_request"]) <= _columns(connection, "person_request"):
        number, week = SPELLED.get(connection.dialect.name, SPELLED["mysql"])
        connection.execute(text(PERSONS.format(number=number, week=week)))


def _columns(connection: Connection, table: str) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns(table)}


def downgrade() -> None:
    """Going back would forget who approved what."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
