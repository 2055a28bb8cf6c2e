"""Which of a tenant's mappings a file is read with, so that next month's file needs nothing."""

from collections.abc import Sequence

from powerup.contracts.file_mapping import FileMapping
from powerup.files.columns import column_named, plain
from powerup.files.headings import find_headings
from powerup.files.problems import InvalidFile
from powerup.files.table import sheets_of


def mapping_for(content: bytes, saved: Sequence[FileMapping]) -> FileMapping | None:
    """The saved mapping all of whose headings the file has, the one that names most; None for a file of our own.

    Of our own is a file that names more of our columns than of any mapping's.
    """
    if not saved:
        return None
    best, most = None, _found(content, None)
    for mapping in saved:
        found = _found(content, mapping)
        if found > most:
            best, most = mapping, found
    return best


def _found(content: bytes, mapping: FileMapping | None) -> int:
    """How many names the file's headings have of the mapping, 0 unless all of them; without one, of our own."""
    wanted = {plain(heading) for heading in mapping.headings} if mapping else set()

    def is_known(heading: str) -> bool:
        return plain(heading) in wanted or column_named(heading) is not None

    try:
        names = {plain(name) for name in find_headings(sheets_of(content, is_known), is_known).names if name}
    except InvalidFile:
        return 0
    if mapping is None:
        return sum(column_named(name) is not None for name in names)
    return sum(map(is_known, names)) if wanted and wanted <= names else 0
