"""Columns that lists of contracts filter and sort by, and where customers are.

Both are worked out of what is there. Place, postal code and serial number come with the next cycle that reads them.
"""

import sqlalchemy as sa
from alembic import op

from powerup.store.columns import CODE

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contracts", sa.Column("sort_name", CODE, nullable=False, server_default=""))
    op.add_column("contracts", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    op.add_column("contracts", sa.Column("terms_code", CODE))
    op.add_column("contracts", sa.Column("ends_on", sa.Date()))
    op.add_column("contracts", sa.Column("last_notice_date", sa.Date()))
    for name in ("place", "postal_code", "house_number", "serial_number"):
        op.add_column("host_names", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("host_names", sa.Column("search_text", CODE, nullable=False, server_default=""))
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT count(*) FROM tenants")):
        # Only where there is something to list: the rules take their time to load.
        from powerup.store.migrations.earlier_lists import fill_in

        fill_in(connection)
