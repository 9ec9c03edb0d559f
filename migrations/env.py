"""Alembic runs each migration on the connection that models.overlay.migrate hands in."""

from alembic import context

from models.overlay import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="overlay_version",
    compare_type=False,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
