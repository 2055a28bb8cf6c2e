"""Lines of the invoice list that were exported: once, unless somebody asks again (rules: Terms, Invoice list)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select

from powerup.store.batches import batches
from powerup.store.service_tables import invoiced_lines


@dataclass(frozen=True, slots=True)
class ExportedLine:
    """A line as it was exported last: its contract and key, the amount it had, when (UTC) and by whom."""

    contract: str
    line: str
    amount: Decimal
    exported_at: datetime
    exported_by: str


class InvoicedLines:
    """The exported lines of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def of_contracts(self, numbers: Sequence[str]) -> dict[tuple[str, str], ExportedLine]:
        """Those of some contracts, by contract and key."""
        found = {}
        for some in batches(numbers):
            query = select(invoiced_lines).where(
                invoiced_lines.c.tenant_id == self._tenant_id, invoiced_lines.c.contract.in_(some)
            )
            for row in self._connection.execute(query):
                line = ExportedLine(row.contract, row.line, Decimal(row.amount), row.exported_at, row.exported_by)
                found[row.contract, row.line] = line
        return found

    def write(self, lines: Iterable[ExportedLine]) -> None:
        """Write lines as they are exported now, in the place of what was kept of them."""
        rows = [
            {
                "tenant_id": self._tenant_id,
                "contract": line.contract,
                "line": line.line,
                "amount": str(line.amount),
                "exported_at": line.exported_at,
                "exported_by": line.exported_by,
            }
            for line in lines
        ]
        for some in batches(rows):
            for row in some:
                self._connection.execute(
                    delete(invoiced_lines).where(
                        invoiced_lines.c.tenant_id == self._tenant_id,
                        invoiced_lines.c.contract == row["contract"],
                        invoiced_lines.c.line == row["line"],
                    )
                )
            self._connection.execute(insert(invoiced_lines), list(some))
