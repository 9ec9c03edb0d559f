"""The audit trail: entries are only added, and linked to a chain."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    inspect,
    select,
    update,
)

from models.audit.locks import lock
from models.change import BigKey
from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "audit"
down_revision = "exports"

tables = MetaData()

Table(
    "audit_link",
    tables,
    Column("seq", BigKey, primary_key=True, autoincrement=False),
    Column("change_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("content", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ux_audit_link_change", "change_id", unique=True),
)
Table(
    "audit_pruning",
    tables,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("below", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
change = Table(
    "change", MetaData(), Column("id", BigKey), Column("undone_by", BigInteger), Column("undoes", BigInteger)
)


def upgrade() -> None:
    """Each step looks first whether it is done: MariaDB has no rollback for it."""
    connection = op.get_bind()
    ensure(connection, tables)
    held = {column["name"] for column in inspect(connection).get_columns("change")}
    if "address" not in held:
        op.add_column("change", Column("address", String(64), nullable=False, server_default=""))
    if "undoes" not in held:
        op.add_column("change", Column("undoes", BigInteger))
    if "undone_by" in held:
        _turn_round(connection)
        op.drop_column("change", "undone_by")
    _index(connection)
    lock(connection)


def _turn_round(connection: Connection) -> None:
    """From "was undone by" to "undoes"."""
    pairs = connection.execute(select(change.c.id, change.c.undone_by).where(change.c.undone_by.is_not(None)))
    rows = [{"by": by, "what": what} for what, by in pairs]
    if rows:
        statement = update(change).where(change.c.id == bindparam("by")).values(undoes=bindparam("what"))
        connection.execute(statement, rows)


def _index(connection: Connection) -> None:
    held = {index["name"] for index in inspect(connection).get_indexes("change")}
    if "ix_change_entity" not in held:
        op.create_index("ix_change_entity", "change", ["entity", "id"])
    if "ix_change_actor_name" not in held:
        op.create_index("ix_change_actor_name", "change", ["actor_name", "id"])
    if "ux_change_undoes" not in held:
        op.create_index("ux_change_undoes", "change", ["undoes"], unique=True)


def downgrade() -> None:
    """Going back would lose what the audit holds."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
