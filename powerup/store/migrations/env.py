"""What Alembic runs to apply migrations: on the connection and in the transaction that it was given."""

from alembic import context

from powerup.store import tables, traffic_tables

# Importing it puts its tables into the metadata.
assert traffic_tables.installations.metadata is tables.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
)
context.run_migrations()
