"""The columns of the import and export file (architecture: Import columns), one line each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from powerup.contracts.contract import CatchUp, ContractType, LeadUnit, Schedule, Shift, Spread, Status
from powerup.contracts.price import Invoiced, PricePer
from powerup.contracts.recurrence import ShortMonth, Unit
from powerup.files.cells import (
    ChoiceOf,
    DayOfObjects,
    ListOf,
    read_amount,
    read_anchor,
    read_closed_range,
    read_day,
    read_earlier_prices,
    read_indexation,
    read_material,
    read_moment,
    read_next_visit,
    read_period,
    read_replaced,
    read_text,
    read_time,
    read_truth,
    read_weekday,
    read_whole,
)

_TEXTS = ListOf(read_text)
_DAYS = ListOf(read_day)


class Belongs(StrEnum):
    """What a column says something of. Values of `own` are the contract's, and of a plan where its row differs; what is
    `told` is written for people, and passed over when it is read."""

    NUMBER = "number"
    CONTRACT = "contract"
    TEMPLATE = "template"
    OWN_TEMPLATE = "own_template"
    OWN = "own"
    PLAN = "plan"
    PRICE = "price"
    STATE = "state"
    TOLD = "told"


class Required(StrEnum):
    """The empty value of a column that may not be empty: the form says so."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class Column:
    """One column. read turns a cell that is not empty into a value of the contract's form; empty is the value of an
    empty cell. exact: blanks at the ends of the cell belong to the value."""

    name: str
    dutch: str
    belongs: Belongs
    read: Callable[[str], Any] = read_text
    empty: Any = None
    exact: bool = False

    @property
    def shows(self) -> bool:
        """Whether what the sheet shows counts: of a text, also 2.5 %. Of numbers and dates it is the value."""
        return self.read in (read_text, _TEXTS, read_indexation)

    @property
    def is_list(self) -> bool:
        """Whether a cell may hold several."""
        return isinstance(self.read, (ListOf, DayOfObjects))

    @property
    def may_differ(self) -> bool:
        """Whether a second row of a contract may say otherwise, for its plan alone."""
        return self.belongs in (Belongs.OWN, Belongs.OWN_TEMPLATE)


_TYPES = {"preventief": "preventive", "correctief": "corrective", "jaarlijks": "yearly"}
_LEAD_UNITS = {"kalenderdagen": "calendar", "werkdagen": "working"}
_UNITS = {"dag": "day", "werkdag": "workday", "week": "week", "maand": "month", "jaar": "year"}
_SHIFTS = {
    "ongewijzigd": "as_is",
    "vorige_werkdag": "previous_working_day",
    "volgende_werkdag": "next_working_day",
    "dichtstbijzijnde": "nearest",
    "overslaan": "skip",
}
_SHORT_MONTHS = {"laatste_dag": "last_day", "overslaan": "skip"}
_CATCH_UPS = {"laatste": "latest", "alle": "all", "geen": "none"}
_SCHEDULES = {"vast": "fixed", "zwevend": "floating"}
_STATUSES = {
    "nog_niet_gestart": "not_started",
    "actief": "active",
    "verlopen": "ended",
    "opgezegd": "terminated",
}
_PRICE_PER = {"factuurperiode": "invoice_period", "bezoek": "visit"}
_INVOICED = {"vooraf": "in_advance", "achteraf": "in_arrears"}
_SPREADS = {"gespreid": "spread", "aan_het_begin": "at_start", "op_afroep": "call_off"}

COLUMNS: tuple[Column, ...] = (
    Column("contract_no", "contractnummer", Belongs.NUMBER),
    Column("name", "naam", Belongs.CONTRACT, empty=REQUIRED),
    Column("type", "soort", Belongs.CONTRACT, ChoiceOf(ContractType, _TYPES), REQUIRED),
    Column("customer", "relatie", Belongs.CONTRACT, empty=REQUIRED),
    Column("objects", "objecten", Belongs.CONTRACT, _TEXTS, ()),
    Column("replaced_objects", "vervangen_objecten", Belongs.STATE, ListOf(read_replaced), ()),
    Column("address", "werkadres", Belongs.CONTRACT),
    Column("contact", "contactpersoon", Belongs.CONTRACT),
    Column("reference", "referentie_relatie", Belongs.CONTRACT),
    Column("start", "startdatum", Belongs.CONTRACT, read_day, REQUIRED),
    Column("end", "einddatum", Belongs.CONTRACT, read_day),
    Column("terms", "voorwaarden", Belongs.CONTRACT),
    Column("sla_policy", "sla_beleid", Belongs.CONTRACT),
    Column("type_of_work", "soort_werk", Belongs.OWN_TEMPLATE, empty=REQUIRED),
    Column("payment_method", "betaalwijze", Belongs.TEMPLATE, empty=REQUIRED),
    Column("description", "omschrijving", Belongs.OWN_TEMPLATE, empty="", exact=True),
    Column("employee", "medewerker", Belongs.OWN_TEMPLATE),
    Column("duration_minutes", "duur_minuten", Belongs.OWN_TEMPLATE, read_whole),
    Column("order_per_object", "werkbon_per_object", Belongs.CONTRACT, read_truth, False),
    Column("days_in_advance", "dagen_vooraf", Belongs.OWN, read_whole),
    Column("days_in_advance_unit", "eenheid_dagen_vooraf", Belongs.OWN, ChoiceOf(LeadUnit, _LEAD_UNITS)),
    Column("plan", "beurt", Belongs.PLAN, empty=REQUIRED),
    Column("unit", "eenheid", Belongs.PLAN, ChoiceOf(Unit, _UNITS), REQUIRED),
    Column("every", "elke", Belongs.PLAN, read_whole, 1),
    Column("weekdays", "weekdagen", Belongs.PLAN, ListOf(read_weekday), ()),
    Column("month_day", "dag_van_de_maand", Belongs.PLAN, read_whole),
    Column("moment", "moment", Belongs.PLAN, read_moment),
    Column("months", "maanden", Belongs.PLAN, ListOf(read_whole), ()),
    Column("extra_dates", "extra_datums", Belongs.PLAN, _DAYS, ()),
    Column("excluded_dates", "uitgesloten_datums", Belongs.PLAN, _DAYS, ()),
    Column("shift", "verschuiving", Belongs.PLAN, ChoiceOf(Shift, _SHIFTS), Shift.AS_IS.value),
    Column(
        "at_short_month",
        "bij_korte_maand",
        Belongs.PLAN,
        ChoiceOf(ShortMonth, _SHORT_MONTHS),
        ShortMonth.LAST_DAY.value,
    ),
    Column("window_before", "speling_ervoor", Belongs.PLAN, read_whole, 0),
    Column("window_after", "speling_erna", Belongs.PLAN, read_whole, 0),
    Column("rank", "rang", Belongs.PLAN, read_whole, 0),
    Column("catch_up", "inhalen", Belongs.PLAN, ChoiceOf(CatchUp, _CATCH_UPS)),
    Column("schedule", "schema", Belongs.PLAN, ChoiceOf(Schedule, _SCHEDULES), Schedule.FIXED.value),
    Column("anchor", "ankerdatum", Belongs.PLAN, read_anchor, read_anchor.empty()),
    Column("previous_open", "vorige_nog_open", Belongs.PLAN, read_truth),
    Column("next_visit", "volgend_bezoek", Belongs.PLAN, read_next_visit, read_next_visit.empty()),
    Column("latest_after", "uiterlijk_na", Belongs.PLAN, read_period),
    Column("basis", "grondslag", Belongs.PLAN, empty=""),
    Column("project", "project", Belongs.TEMPLATE),
    Column("priority", "prioriteit", Belongs.TEMPLATE),
    Column("invoice_customer", "factuurrelatie", Belongs.CONTRACT),
    Column("contract_template", "contractsjabloon", Belongs.CONTRACT),
    Column("price", "prijs", Belongs.PRICE, read_amount),
    Column("price_per", "prijs_per", Belongs.PRICE, ChoiceOf(PricePer, _PRICE_PER)),
    Column("price_date", "prijs_vanaf", Belongs.PRICE, read_day),
    Column("invoice_period", "factuurperiode", Belongs.PRICE, read_period),
    Column("invoiced", "gefactureerd", Belongs.PRICE, ChoiceOf(Invoiced, _INVOICED)),
    Column("indexation", "indexering", Belongs.PRICE, read_indexation),
    Column("vat_code", "btw_code", Belongs.PRICE),
    Column("ledger_code", "grootboekcode", Belongs.PRICE),
    Column("earlier_prices", "eerdere_prijzen", Belongs.STATE, read_earlier_prices),
    Column("start_time", "begintijd", Belongs.OWN_TEMPLATE, read_time),
    Column("forms", "formulieren", Belongs.OWN_TEMPLATE, _TEXTS, ()),
    Column("materials", "materialen", Belongs.OWN_TEMPLATE, ListOf(read_material), ()),
    Column("overlap_days", "overlap_dagen", Belongs.CONTRACT, read_whole, 0),
    Column("closed_ranges", "gesloten_periodes", Belongs.CONTRACT, ListOf(read_closed_range), ()),
    Column("last_day", "laatste_dag", Belongs.STATE, read_day),
    Column("reason", "reden", Belongs.STATE),
    Column("paused_from", "gepauzeerd_vanaf", Belongs.STATE, _DAYS, ()),
    Column("paused_until", "gepauzeerd_tot_en_met", Belongs.STATE, _DAYS, ()),
    Column("paused_every_year", "elk_jaar_gepauzeerd", Belongs.STATE, ListOf(read_truth), ()),
    Column("goes_on_from", "loopt_door_vanaf", Belongs.STATE, read_day),
    Column("orders_per_year", "werkbonnen_per_jaar", Belongs.CONTRACT, read_whole),
    Column("spread", "verdeling", Belongs.CONTRACT, ChoiceOf(Spread, _SPREADS), Spread.SPREAD.value),
    Column("status", "status", Belongs.TOLD, ChoiceOf(Status, _STATUSES)),
    Column("customer_name", "relatienaam", Belongs.TOLD),
    Column("coming_visit", "eerstvolgend_bezoek", Belongs.TOLD, read_day),
    Column("last_notice_date", "uiterste_opzegdatum", Belongs.TOLD, read_day),
)

COLUMN: Mapping[str, Column] = {column.name: column for column in COLUMNS}
"""Every column by its English name."""

_BETWEEN_WORDS = re.compile(r"[\s_\-\u00ad\u200b-\u200d\u2060\ufeff]+")


def plain(heading: str) -> str:
    """A heading without capitals and what stands between its words: blanks of all kinds, `_` and `-`."""
    return _BETWEEN_WORDS.sub("", heading).lower()


_BY_EITHER_NAME = {plain(name): column for column in COLUMNS for name in (column.name, column.dutch)}


def column_named(heading: str) -> Column | None:
    """The column that a heading means, in English or Dutch, capitals and blanks aside; None where it is none."""
    return _BY_EITHER_NAME.get(plain(heading))
