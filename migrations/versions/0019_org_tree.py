"""The row that every change of the organisation writes first, so that one follows the other."""

from alembic import op
from sqlalchemy import Column, Integer, MetaData, Table

from models.overlay.migrate import ensure

revision = "org_tree"
down_revision = "hand_over_job"

tables = MetaData()

tree = Table(
    "org_tree",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
)


def upgrade() -> None:
    """Create the table with its row; what an interrupted run made stays."""
    connection = op.get_bind()
    ensure(connection, tables)
    if connection.execute(tree.select()).first() is None:
        connection.execute(tree.insert().values(id=1, version=0))


def downgrade() -> None:
    """Going back would let two changes at once make a circle."""
    raise NotImplementedError("Restore a back-up of the overlay instead.")
