"""In which language customers read, as the host says it; it comes with the next cycle that reads them."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("host_names", sa.Column("language", sa.Text(), nullable=False, server_default=""))
