"""Chosen units and conditions of access rules, conditions of field rules."""

from alembic import op
from sqlalchemy import Column, inspect

from models.overlay.types import LongText

revision = "policy"
down_revision = "schema_watch"

ADDED = (("access_rule", "units"), ("access_rule", "matching"), ("field_rule", "matching"))


def upgrade() -> None:
    """Add the columns that an interrupted run has not added yet."""
    for table, name in ADDED:
        if name not in {column["name"] for column in inspect(op.get_bind()).get_columns(table)}:
            op.add_column(table, Column(name, LongText))


def downgrade() -> None:
    """Rules with a condition would become rules without one."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
