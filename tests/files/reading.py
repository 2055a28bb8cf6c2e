"""Reading a file that is to be right in all its cells."""

from powerup.files.contract_import import Sheet, read_cells
from powerup.files.problems import InvalidFile


def read_sheet(content: bytes) -> Sheet:
    """The contracts of a file. Raises InvalidFile with every cell that cannot be read."""
    sheet = read_cells(content)
    if sheet.problems:
        raise InvalidFile(sheet.problems)
    return sheet
