"""By which day somebody has to decide about a contract, and what becomes of it at its end, for the list of renewals."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_BY_HAND = '%"renewal": "by_hand"%'
_FILL = """
UPDATE contracts SET
    act_by = coalesce(last_notice_date, last_day, end_date),
    at_end = CASE
        WHEN last_notice_date IS NOT NULL THEN 'by_itself'
        WHEN last_day IS NULL AND end_date IS NOT NULL AND terms LIKE :by_hand THEN 'by_hand'
        WHEN coalesce(last_day, end_date) IS NOT NULL THEN 'ends'
    END
"""


def upgrade() -> None:
    op.add_column("contracts", sa.Column("act_by", sa.Date()))
    op.add_column("contracts", sa.Column("at_end", sa.Text()))
    given = sa.column("act_by").is_not(None)
    op.create_index(
        "contracts_by_act_by",
        "contracts",
        ["tenant_id", "act_by", "number"],
        sqlite_where=given,
        postgresql_where=given,
    )
    op.get_bind().execute(sa.text(_FILL), {"by_hand": _BY_HAND})
