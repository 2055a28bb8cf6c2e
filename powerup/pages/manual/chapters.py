"""The chapters of the manual, in their order, and which one fits a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its name in addresses and of its file, its Dutch title, and how the addresses of its pages begin."""

    name: str
    title: str
    pages: tuple[str, ...]


CHAPTERS = (
    Chapter("vandaag", "Vandaag", ("", "today", "cycles", "cycle")),
    Chapter("contracten", "Contracten", ("contracts",)),
    Chapter("contract", "Een contract", ("contract",)),
    Chapter(
        "bewerken", "Nieuw en bewerken", ("contract-new", "contract-edit", "contract-many", "contract-preview", "forms")
    ),
    Chapter("acties", "Acties", ("actions", "bulk", "runs")),
    Chapter("bezoeken", "Bezoeken", ("visits",)),
    Chapter("klant", "Klant en jaarplan", ("customer", "object", "year-plan", "customer-account", "calendar-address")),
    Chapter("planning", "Planning", ("planning", "what-ifs")),
    Chapter(
        "verlengingen", "Verlengingen, facturen en brieven", ("renewals", "invoices", "letters", "planned-against-done")
    ),
    Chapter("storingen", "Storingen", ("faults",)),
    Chapter("importeren", "Importeren", ("importing",)),
    Chapter("instellingen", "Instellingen", ("settings", "users")),
    Chapter("zoeken", "Zoeken", ("search",)),
    Chapter("aanmelden", "Aanmelden", ("sign-in", "sign-out", "account", "invitation", "panel")),
)

NAMES = tuple(each.name for each in CHAPTERS)

_BY_PAGE = {page: chapter for chapter in CHAPTERS for page in chapter.pages}


def chapter_of(path: str) -> Chapter | None:
    """The chapter about the page at a path; None for what is no page of the office, as the manual itself."""
    return _BY_PAGE.get(path.removeprefix("/").partition("/")[0])


def chapter_named(name: str) -> Chapter:
    """The chapter of that name. Raises StopIteration where there is none."""
    return next(each for each in CHAPTERS if each.name == name)
