"""A mapping suggested for another system's file, from its headings, its cells and what the host knows.

Headings are those of lists that firms keep by hand in Dutch, and of what ERPNext, GLPI and Odoo write out. What cannot
be found out stays empty in the constants and is said, for a person to fill in.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from powerup.actions.kit.host_questions import HostReadings
from powerup.contracts.file_mapping import FileMapping
from powerup.files.columns import COLUMN, REQUIRED, column_named, plain
from powerup.files.headings import Headings, find_headings
from powerup.files.intervals import Interval, read_interval
from powerup.files.problems import CellProblem, InvalidFile
from powerup.files.sheets import CellRow
from powerup.files.table import sheets_of
from powerup.texts import Text, text

_LOOKED_AT = 2000
"""Rows from which values are learned."""

_MOST = 0.8
"""Of so many cells of a column something has to be true, to be taken for true of the column."""

_EVERY = "every"
_HEADINGS: Mapping[str, str] = {
    "contract_no": "contractnr contractnummer contractno contract id nummer number num ref reference contractref code "
    "contractid contractcode referentie",
    "name": "naam contractnaam omschrijvingcontract name contractname title titel onderwerp subject",
    "customer": "klant klantnr klantnummer klantno debiteur debiteurnr debiteurnummer relatie relatienr relatienummer "
    "customer customerno customerid customercode partner partnerid party partyname suppliercustomer customername "
    "klantnaam relatienaam opdrachtgever",
    "objects": "object objectnr objectcode objecten installatie installatienr installatienummer toestel toestelnr "
    "machine machinenr serienr serienummer serialno serialnumber equipment equipmentid item itemcode asset assetid "
    "associateditems apparaat objectnummer",
    "start": "start startdatum begindatum ingangsdatum ingang contractdatum begin datestart begindate startdate "
    "validfrom transactiondate datumingang ingangsdatumcontract",
    "end": "eind einddatum contracteinde tot enddate dateend validtill validto end afloopdatum looptijdtot",
    "next_visit": "volgendebeurt volgendbezoek volgendonderhoud volgendeonderhoudsbeurt eerstvolgend "
    "eerstvolgendebeurt volgendedatum datumvolgendebeurt volgendeservice nextvisit nextdate nextdue nextduedate "
    "schedulednextdate scheduleddate nextmaintenancedate recurringnextdate dateofnextinvoice nextservice plandatum",
    _EVERY: "frequentie interval periodiciteit periodicity periode onderhoudsfrequentie freq frequency beurtenperjaar "
    "aantalperjaar recurringinterval maintenancefrequency invoiceevery repeatevery recurringruletype recurrence "
    "maintenanceperiod onderhoudsinterval",
    "duration_minutes": "duur duurminuten minuten durationminutes",
    "employee": "monteur monteurnr medewerker medewerkernr technician technicianid salesperson assignedto",
    "description": "omschrijving werkomschrijving description werkzaamheden opmerkingwerkbon",
    "type_of_work": "soortwerk werksoort typewerk typeofwork maintenancetype",
    "payment_method": "betaalwijze betaling paymentmethod",
    "terms": "voorwaarden terms contractvoorwaarden",
    "priority": "prioriteit priority",
    "invoice_customer": "factuurdebiteur factuurklant factuurrelatie invoicecustomer invoicedebtor billto",
    "project": "project projectnr projectcode",
    "address": "adres adrescode werkadres werkadrescode address addresscode",
    "contact": "contact contactpersoon contactcode contactperson contactpersooncode",
    "forms": "formulier checklist checklists checklijst checklijsten forms",
    "reference": "klantreferentie uwreferentie bestelnummer inkoopordernummer customerreference yourreference ponumber",
}
"""What a heading may be called, without capitals and blanks, by the column that it stands for."""

_COLUMN_OF = {name: column for column, names in _HEADINGS.items() for name in names.split()}
_MONTHS_IN_HEADING = re.compile(r"maand|mnd|month|recurringinterval", re.IGNORECASE)
_A_YEAR_IN_HEADING = re.compile(r"perjaar|ayear|peryear", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The mapping, and what a person still has to look at."""

    mapping: FileMapping
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Heading:
    """One heading with the values below it, each once and in their order."""

    name: str
    values: tuple[str, ...]

    @property
    def key(self) -> str:
        return plain(_IN_BRACKETS.sub("", self.name)).strip(".:*#")

    def are_mostly(self, known: Collection[str]) -> bool:
        """Whether the values are, most of them, among these."""
        return bool(self.values) and sum(each in known for each in self.values) >= _MOST * len(self.values)


def suggest_mapping(content: bytes, name: str, readings: HostReadings) -> Suggestion:
    """A mapping of that name for the file. Raises InvalidFile for what is no such file."""
    headings = _headings_of(content)
    return _Suggesting(name, list(_with_values(headings)), readings).made()


def _headings_of(content: bytes) -> Headings:
    """The row with the most names that could be headings, else with the most texts."""

    def is_known(heading: str) -> bool:
        return column_named(heading) is not None or _Heading(heading, ()).key in _COLUMN_OF

    def is_text(heading: str) -> bool:
        return bool(re.match(r"[^\W\d]", heading))

    try:
        return find_headings(sheets_of(content, is_known), is_known)
    except InvalidFile:
        return find_headings(sheets_of(content, is_text), is_text)


def _with_values(headings: Headings) -> Iterator[_Heading]:
    below = list(islice(headings.sheet.rows(len(headings.names)), headings.row, headings.row + _LOOKED_AT))
    for place, name in enumerate(headings.names):
        if name:
            values = dict.fromkeys(said for row in below if (said := said_at(row, place)))
            yield _Heading(" ".join(name.split()), tuple(values))


def said_at(row: CellRow, place: int) -> str:
    """What a cell of a row shows, its blanks folded; empty where there is none, or none that can be shown."""
    try:
        cell = row[place] if place < len(row) else None
        return " ".join(cell.shown().split()) if cell is not None else ""
    except CellProblem:
        return ""


class _Suggesting:
    """Finds out what each heading stands for; a column is given once."""

    def __init__(self, name: str, headings: Sequence[_Heading], readings: HostReadings) -> None:
        self._name = name
        self._headings = headings
        self._readings = readings
        self._columns: dict[str, str] = {}
        self._values: dict[str, dict[str, dict[str, str]]] = {}
        self._constants: dict[str, str] = {}
        self._notes: list[Text] = []

    def made(self) -> Suggestion:
        """The whole mapping."""
        for heading in self._headings:
            if column := self._by_content(heading):
                self._give(heading, column)
        for heading in self._headings:
            if not self._is_given(heading) and (column := _COLUMN_OF.get(heading.key)):
                self._give(heading, column)
        for heading in self._headings:  # a second start is that of the visits, and not of the contract
            if not self._is_given(heading) and _COLUMN_OF.get(heading.key) == "start":
                self._give(heading, "next_visit")
        self._customers_by_name()
        self._fill_in()
        mapping = FileMapping(self._name, self._columns, self._values, self._constants)
        return Suggestion(mapping, tuple(self._notes))

    def _by_content(self, heading: _Heading) -> str | None:
        """What the host or the cells say that it is."""
        host = self._readings
        known: tuple[tuple[str, Collection[str] | None], ...] = (
            ("objects", host.objects),
            ("customer", host.relations),
            ("type_of_work", host.work_types),
            ("payment_method", host.payment_methods),
        )
        for column, codes in known:
            if codes and heading.are_mostly(codes):
                return column
        if heading.values and all(read_interval(each) and not each.isdigit() for each in heading.values):
            return _EVERY
        return None

    def _give(self, heading: _Heading, column: str) -> None:
        if self._stands_for(heading, column):
            return
        if column == "customer" and column in self._given():
            column = "name"  # a number and a name of the customer: contracts are called by the latter
        if column == _EVERY:
            self._give_interval(heading)
        elif column not in self._given():
            own = column_named(heading.name)
            if own is None or own.name != column:
                self._columns[heading.name] = column

    def _give_interval(self, heading: _Heading) -> None:
        if _EVERY in self._given():
            return
        if heading.values and all(each.isdigit() for each in heading.values) and not self._is_a_year(heading):
            self._columns[heading.name] = _EVERY
            if _MONTHS_IN_HEADING.search(heading.key):
                self._constants["unit"] = "month"
            return
        values = {}
        for said in heading.values:
            interval = read_interval(f"{said} x per jaar" if said.isdigit() else said)
            if interval is None:
                self._notes.append(
                    text("{heading}: fill in unit and every for {value}.", heading=heading.name, value=said)
                )
            values[said] = _cells_of(interval)
        if values:
            self._values[heading.name] = values

    def _is_a_year(self, heading: _Heading) -> bool:
        return _A_YEAR_IN_HEADING.search(heading.key) is not None

    def _customers_by_name(self) -> None:
        """A list that names its customers and does not number them: the numbers that the host has for the names."""
        heading = next((each for each in self._headings if self._stands_for(each, "customer")), None)
        if heading is None or not heading.values or heading.are_mostly(self._readings.relations):
            return
        numbers: dict[str, list[str]] = {}
        for number, relation in self._readings.relations.items():
            if relation is not None:
                numbers.setdefault(relation.name.strip().lower(), []).append(number)
        found = {said: own[0] for said in heading.values if len(own := numbers.get(said.lower(), [])) == 1}
        if not found:
            return
        self._columns.pop(heading.name, None)
        self._values[heading.name] = {said: {"customer": found.get(said, "")} for said in heading.values}
        self._notes += [
            text("{heading}: the host has no such customer, or several: {value}.", heading=heading.name, value=said)
            for said in heading.values
            if said not in found
        ]

    def _fill_in(self) -> None:
        """Constants for what has to be there and no heading stands for."""
        given = self._given()
        start, coming = self._heading_of("start"), self._heading_of("next_visit")
        if start is None and coming is not None:
            self._columns[coming] = "start;next_visit"
        if "name" not in given and (heading := self._heading_of("customer")):
            self._columns[heading] = ";".join(filter(None, (self._stand_for(heading), "name")))
        usual = {
            "type": "preventive",
            "plan": "A",
            "type_of_work": _only(self._readings.work_types, "onderhoud"),
            "payment_method": _only(self._readings.payment_methods, "rekening"),
        }
        for column, said in usual.items():
            if column not in given:
                self._constants[column] = said
        if "every" not in given and "unit" not in given:
            self._constants["unit"] = ""
        for column, said in self._constants.items():
            if not said:
                self._notes.append(text("Fill in the constant {column}.", column=column))
        given = self._given()
        for each in ("name", "customer", "start"):
            if COLUMN[each].empty is REQUIRED and each not in given:
                self._notes.append(text("No heading stands for {column}.", column=each))

    def _given(self) -> set[str]:
        """The columns that headings and constants stand for by now."""
        own = {
            column.name
            for each in self._headings
            if (column := column_named(each.name)) and each.name not in self._columns
        }
        mapped = {name for names in self._columns.values() for name in names.split(";")}
        values = {name for by_value in self._values.values() for cells in by_value.values() for name in cells}
        return own | mapped | values | {name for name, said in self._constants.items() if said}

    def _is_given(self, heading: _Heading) -> bool:
        return heading.name in self._columns or heading.name in self._values or column_named(heading.name) is not None

    def _stands_for(self, heading: _Heading, column: str) -> bool:
        return column in self._stand_for(heading.name).split(";")

    def _stand_for(self, heading: str) -> str:
        """The columns that a heading stands for by now."""
        own = None if heading in self._values else column_named(heading)
        return self._columns.get(heading, own.name if own else "")

    def _heading_of(self, column: str) -> str | None:
        found = next((each.name for each in self._headings if self._stands_for(each, column)), None)
        by_value = next(
            (name for name, values in self._values.items() if any(column in each for each in values.values())), None
        )
        return found or by_value


def _cells_of(interval: Interval | None) -> dict[str, str]:
    unit, every = interval or ("", "")
    return {"unit": unit, "every": str(every)}


def _only(values: Collection[str] | None, word: str) -> str:
    """The value, where the host has one alone, or one alone with that word in it."""
    known = sorted(values or ())
    fitting = [each for each in known if word in each.lower()]
    exact = [each for each in fitting if each.lower() == word]
    for some in (known, exact, fitting):
        if len(some) == 1:
            return some[0]
    return ""
