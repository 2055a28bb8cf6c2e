"""By what a host account is known, which number prefixes its tenants used, and what stays of one that was erased.

Tokens that are there already are marked when the first account is given, since a migration has no key to open them.
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CODE = sa.Text().with_variant(TEXT(collation="C"), "postgresql")

_tenants = sa.table(
    "tenants", sa.column("id", sa.Text()), sa.column("configuration", sa.Text()), sa.column("prefixes", sa.JSON())
)


def upgrade() -> None:
    op.create_table(
        "account_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="account_keys_one_each"),
    )
    op.add_column("tenants", sa.Column("token_mark", sa.Text()))
    op.add_column("tenants", sa.Column("prefixes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("tenants", sa.Column("linked_installation", CODE))
    op.create_index("tenants_by_token_mark", "tenants", ["token_mark"])
    op.create_index("tenants_by_linked_installation", "tenants", ["linked_installation"])
    op.add_column("erasures", sa.Column("prefixes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("erasures", sa.Column("host_tenant_mark", sa.Text()))
    op.add_column("erasures", sa.Column("token_mark", sa.Text()))
    op.create_index("erasures_by_host_tenant_mark", "erasures", ["host_tenant_mark"])
    op.create_index("erasures_by_token_mark", "erasures", ["token_mark"])
    _write_prefixes()


def _write_prefixes() -> None:
    """The prefix that each tenant has now is the one that it is known to have used."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_tenants.c.id, _tenants.c.configuration)).all():
        prefix = json.loads(row.configuration).get("settings", {}).get("number_prefix", "C")
        connection.execute(_tenants.update().where(_tenants.c.id == row.id).values(prefixes=[prefix]))
