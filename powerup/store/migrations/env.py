"""What Alembic runs to apply migrations: on the connection and in the transaction that it was given."""

from alembic import context

from powerup.store.all_tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
