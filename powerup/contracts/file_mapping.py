"""How a file whose columns are another system's is read as contracts (architecture: Mappings)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileMapping:
    """One mapping of a tenant, by its name.

    columns has the columns that a heading stands for, several with `;`, none where it is passed over. values has, by
    heading and by what a cell of it says, the cells that it stands for by column; other columns of the heading get the
    cell itself. constants fills cells that are empty
    or not there, by column. Columns are those of our own file, in English or Dutch.
    """

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the other file that it names, each once."""
        return tuple(dict.fromkeys((*self.columns, *self.values)))
