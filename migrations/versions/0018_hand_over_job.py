"""Hand-overs as work of the runner: who is at one, how far it is, and the records that it left as they were."""

from alembic import op
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, inspect

from models.overlay.migrate import ensure
from models.overlay.types import UtcDateTime

revision = "hand_over_job"
down_revision = "approvals"

tables = MetaData()

Table(
    "hand_over_left",
    tables,
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("way", String(8), primary_key=True),
    Column("record", String(255), primary_key=True),
    Column("code", String(16), nullable=False),
    Column("text", String(500), nullable=False),
    Column("tries", Integer, nullable=False),
    Index("ix_hand_over_left_code", "run", "way", "code"),
)
ADDED = (
    Column("acts_id", Integer, nullable=False, server_default="0"),
    Column("expected", Integer),
    Column("leased_by", String(80), nullable=False, server_default=""),
    Column("lease_until", UtcDateTime),
    Column("worked_at", UtcDateTime),
)


def upgrade() -> None:
    """Create the table and what the table of runs lacks; what an interrupted run made stays."""
    ensure(op.get_bind(), tables)
    looked = inspect(op.get_bind())
    held = {column["name"] for column in looked.get_columns("hand_over")}
    for column in ADDED:
        if column.name not in held:
            op.add_column("hand_over", column)
    if "ix_hand_over_state" not in {index["name"] for index in looked.get_indexes("hand_over")}:
        op.create_index("ix_hand_over_state", "hand_over", ["state"])
    op.execute("UPDATE hand_over SET acts_id = by_id WHERE acts_id = 0")


def downgrade() -> None:
    """Going back would forget who is at which hand-over."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
