"""In which street customers are, for letters to them; it comes with the next cycle that reads them."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("host_names", sa.Column("street", sa.Text(), nullable=False, server_default=""))
