"""A change of a JSON document, made to the document as it is by now."""

from typing import Any


def changed_likewise(present: Any, base: Any, wanted: Any) -> Any:
    """The present value with what was changed between base and wanted.

    Members of objects are changed one by one, and of lists entries are taken out and added; anything else is replaced.
    So two people who each add a closed day to the same list have both of them in it.
    """
    if isinstance(present, dict) and isinstance(base, dict) and isinstance(wanted, dict):
        kept = {name: value for name, value in present.items() if name in wanted or name not in base}
        return kept | {
            name: changed_likewise(present.get(name), base.get(name), value)
            for name, value in wanted.items()
            if value != base.get(name)
        }
    if isinstance(present, list) and isinstance(base, list) and isinstance(wanted, list):
        kept_entries = [each for each in present if each in wanted or each not in base]
        return kept_entries + [each for each in wanted if each not in base and each not in present]
    return wanted


def parts_changed_likewise(present: dict[str, Any], base: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """The same of a document whose absent parts stay as they are: the parts that wanted names, as they would be."""
    return {name: changed_likewise(present.get(name), base.get(name), value) for name, value in wanted.items()}
