"""What is kept by hand in the organisation: closed units, people who left, further seats, positions."""

from alembic import op
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, String, Table, inspect

from models.overlay.migrate import ensure

revision = "organisation"
down_revision = "redaction"

tables = MetaData()

Table(
    "org_position",
    tables,
    Column("id", Integer, primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("title", String(255), nullable=False),
    Column("holder", String(64)),
    Index("ix_org_position_unit", "unit"),
    Index("ix_org_position_holder", "holder"),
)

DAYS = (("org_unit", "closed_on"), ("org_staff", "left_on"))
MARKED = ("org_unit", "org_staff", "org_seat")
INDEX = "ix_org_staff_left_on"


def upgrade() -> None:
    """Create the tables, and add the columns that an interrupted run has not added yet."""
    ensure(op.get_bind(), tables)
    added = [(table, Column(name, Date)) for table, name in DAYS]
    added += [(table, Column("by_hand", Boolean, nullable=False, server_default="0")) for table in MARKED]
    for table, column in added:
        if column.name not in {one["name"] for one in inspect(op.get_bind()).get_columns(table)}:
            op.add_column(table, column)
    if INDEX not in {one["name"] for one in inspect(op.get_bind()).get_indexes("org_staff")}:
        op.create_index(INDEX, "org_staff", ["left_on"])


def downgrade() -> None:
    """Going back would lose what was kept by hand."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
