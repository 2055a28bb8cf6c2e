"""What Alembic runs to apply migrations: on the connection and in the transaction that it was given."""

from alembic import context

from powerup.store.service_tables import marks

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=marks.metadata,
    render_as_batch=True,
)
context.run_migrations()
