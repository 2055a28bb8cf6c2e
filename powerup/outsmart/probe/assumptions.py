"""What is taken for true of a host although its documentation does not say it, and what a host was seen to do.

Where the stand-in host has a switch for it, both have the same name and the same values, so that it can be set to what
was found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from powerup.texts import Text, counted, text

Value = str | int | bool
"""What a host does, as its switch would be set."""


class Verdict(StrEnum):
    """What is known of an assumption."""

    HELD = "held"
    NOT_HELD = "not_held"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a host was seen to do. value is None where it could not be seen; said has the host's words, or why not."""

    value: Value | None
    said: Text | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is taken for true.

    Args:
        name: the same for ever; behind a point, which of several it is about.
        section: of the host page.
        asks: what it is about.
        assumed: what is taken for true.
        answers: how the known values are said.
        otherwise: what follows where it does not hold, and somebody should know.
        has_switch: whether the stand-in host can be set to either.
        relied_on: whether something goes wrong here, and not only otherwise, where it does not hold.
    """

    name: str
    section: str
    asks: Text
    assumed: Value
    answers: Mapping[Value, Text]
    otherwise: Text | None = None
    has_switch: bool = True
    relied_on: bool = False

    def verdict(self, value: Value | None) -> Verdict:
        """Whether what was seen is what is assumed."""
        if value is None:
            return Verdict.NOT_SEEN
        return Verdict.HELD if value == self.assumed else Verdict.NOT_HELD

    def in_words(self, value: Value | None) -> Text | None:
        """A value in words; one that nobody expected as it is."""
        if value is None:
            return None
        if value in self.answers:
            return self.answers[value]
        return lag_in_words(value) if isinstance(value, int) else text("{words}", words=value)


YES_NO: Mapping[Value, Text] = {True: text("yes"), False: text("no")}

_FOLLOWED = text("Nothing is to be done: both are read.")
_NOT_DELETED = text("Nothing is to be done: only Klaargezet is deleted.")
_BY_HAND = text("Work orders that are withdrawn have to be deleted by hand at the host.")

UNKNOWN_OF = {
    "employees": text("employees"),
    "worktypes": text("types of work"),
    "paymentmethods": text("payment methods"),
    "objects": text("objects"),
    "projects": text("projects"),
    "priorities": text("priorities"),
    "workstatusses": text("work statuses"),
    "addresses": text("addresses"),
    "contactpersons": text("contact persons"),
}
"""Kinds of which an unknown code on a test order makes nothing. Customers are not among them: a host may make one."""

STATUSES = ("Klaargezet", "Opgehaald", "Compleet", "Afgehandeld")

ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption(
        "duplicate_workorder_no",
        "4.7",
        text("What a second post of a number does"),
        "create",
        {
            "create": text("makes a second work order"),
            "overwrite": text("overwrites the first one"),
            "skip": text("answers with the first one"),
            "reject": text("is refused"),
        },
        text("Nothing is to be done: a number is looked up before it is posted, whatever the host does."),
    ),
    Assumption(
        "skip_flag_honoured",
        "4.7",
        text("Whether skip_duplicate_workorder_no keeps a second one from being made"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: it is sent and not relied on."),
    ),
    Assumption(
        "skipped_in_reply",
        "4.7",
        text("What the answer has for an order that was skipped"),
        "existing",
        {"existing": text("the one that there is"), "omitted": text("nothing")},
        text("Nothing is to be done: what is missing in an answer is looked up."),
    ),
    Assumption(
        "numbers_remembered",
        "4.7",
        text("Whether the number of a deleted order stays taken"),
        assumed=False,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: another try takes another number."),
    ),
    Assumption(
        "required_fields",
        "4.7",
        text("Which fields a posted order has to have"),
        "documented",
        {"documented": text("the 15 that are documented"), "none": text("the number alone")},
        text(
            "Nothing is to be done: all 15 are sent. A field beyond them that is required would be named by the host."
        ),
        has_switch=False,
    ),
    Assumption(
        "batch_refused_whole",
        "4.3",
        text("Whether nothing is saved of a batch of which one record is refused"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: after a refusal each is looked up before it is sent alone."),
    ),
    Assumption(
        "first_status",
        "4.8",
        text("Status of a posted order"),
        "Klaargezet",
        {},
        _BY_HAND,
        relied_on=True,
    ),
    Assumption(
        "order_no_given_at",
        "4.7",
        text("When an order gets its OrderNr"),
        "pick_up",
        {"pick_up": text("when it is fetched"), "posting": text("when it is posted")},
        _FOLLOWED,
    ),
    Assumption(
        "free_fields_kept",
        "4.7",
        text("Whether free fields of a posted order are kept"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("A reference of a customer that belongs into a free field is sent in Comment, too."),
    ),
    Assumption(
        "bad_dates",
        "4.5",
        text("A date that is not d-m-Y"),
        "refuse",
        {"refuse": text("is refused"), "accept": text("is kept as it came")},
        text("Nothing is to be done: d-m-Y is sent."),
    ),
    Assumption(
        "too_long",
        "4.7",
        text("A text of more than 255 characters"),
        "refuse",
        {"refuse": text("is refused"), "cut": text("is cut off"), "keep": text("is kept as it came")},
        text("Long texts of a work order are not refused: look at the host what became of them."),
    ),
    *(
        Assumption(
            f"refuse_unknown.{kind}",
            "4.7",
            text("Whether unknown codes are refused: {kind}", kind=called),
            assumed=False,
            answers=YES_NO,
            otherwise=text("A work order that names one fails, and says so, until the contract is corrected."),
        )
        for kind, called in UNKNOWN_OF.items()
    ),
    Assumption(
        "order_moved",
        "4.7",
        text("Whether UpdateWorkorder moves an order to another day and time"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("Orders that are moved here have to be moved by hand at the host."),
        has_switch=False,
        relied_on=True,
    ),
    Assumption(
        "update_status_scope",
        "4.7",
        text("Which orders a reading with update_status=true settles"),
        "fetched",
        {
            "fetched": text("all that are read"),
            "compleet": text("those that are Compleet"),
            "none": text("none"),
        },
        text("Nothing is to be done: update_status=false is sent with every reading."),
    ),
    Assumption(
        "missing_workorder",
        "4.7",
        text("Asking for an order that is not there"),
        "1500",
        {"1500": text("code 1500"), "null": text("an empty answer")},
        _FOLLOWED,
    ),
    Assumption(
        "single_reply",
        "4.7",
        text("Asking for one order"),
        "object",
        {"object": text("one record"), "list": text("a list")},
        _FOLLOWED,
    ),
    Assumption(
        "status_missing",
        "4.7",
        text("Asking for work orders without a status"),
        "all",
        {"all": text("all of them"), "refuse": text("is refused")},
        text("Nothing is to be done: a status is sent with every reading."),
    ),
    Assumption(
        "archived_included",
        "4.11",
        text("Whether lists have archived orders"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: an order that has left the lists is asked for by itself."),
    ),
    Assumption(
        "list_lag_calls",
        "4.7",
        text("When a posted order is in the lists"),
        0,
        {0: text("at once")},
        text("Nothing is to be done: an order that is not in the lists is asked for by itself."),
    ),
    Assumption(
        "orders_by_id",
        "4.6",
        text("Whether GetWorkorders can be filtered by Id"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: it is not asked so."),
    ),
    Assumption(
        "projects_filtered",
        "4.6",
        text("Whether projects can be filtered by code"),
        assumed=True,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: what comes back is looked through."),
    ),
    Assumption(
        "undocumented_filters",
        "4.6",
        text("Whether lists can be filtered where no filter is documented"),
        assumed=False,
        answers=YES_NO,
        otherwise=text("Nothing is to be done: it is not asked so."),
    ),
    Assumption(
        "empty_list",
        "4.7",
        text("An answer with nothing in it"),
        "list",
        {"list": text("an empty list"), "null": text("null")},
        _FOLLOWED,
    ),
    Assumption(
        "deadline_echo",
        "4.5",
        text("How WorkDeadline comes back"),
        "as_posted",
        {"as_posted": text("as it was posted, d-m-Y"), "Y-m-d": text("Y-m-d"), "Y-m-d H:i:s": text("Y-m-d H:i:s")},
        _FOLLOWED,
    ),
    Assumption(
        "creation_date_seconds",
        "4.5",
        text("Whether CreationDate has seconds"),
        assumed=True,
        answers=YES_NO,
        otherwise=_FOLLOWED,
    ),
    Assumption(
        "creation_date_zone",
        "4.5",
        text("Whose clock CreationDate is on"),
        "tenant",
        {"tenant": text("that of the tenant"), "utc": text("UTC")},
        text("SLA times are counted on that clock where the setting of the tenant leaves it to the host."),
    ),
    *(
        Assumption(
            f"deletable_statuses.{status}",
            "4.9",
            text("Whether an order can be deleted that is {status}", status=status),
            assumed=True,
            answers=YES_NO,
            otherwise=_BY_HAND if status == "Klaargezet" else _NOT_DELETED,
            relied_on=status == "Klaargezet",
        )
        for status in STATUSES
    ),
    Assumption(
        "delete_of_nothing",
        "4.9",
        text("Deleting an order that is not there"),
        "zero",
        {"zero": text("0 rows"), "1600": text("code 1600")},
        _FOLLOWED,
    ),
)

ASSUMPTION_OF: Mapping[str, Assumption] = {each.name: each for each in ASSUMPTIONS}

UNASKED: Mapping[str, Text] = {
    "refuse_unknown.relations": text("An order for an unknown customer could make a customer."),
    "require_https": text("A token would go out without encryption."),
    "workstatus_missing_code": text("A record without its required fields could be kept, and not deleted again."),
    "events": text("It is no part of API 8."),
}
"""Switches of the stand-in host that no probe asks a host about, and why."""


def lag_in_words(reads: int) -> Text:
    """That a list has an order only after some reads."""
    return counted("after {number} call", "after {number} calls", reads)


def switches_of(values: Mapping[str, Value]) -> dict[str, object]:
    """What a host was seen to do, as switches of the stand-in host; what was not seen stays as it is assumed.

    Args:
        values: by the names of assumptions; a name that is none any more is passed over.
    """
    known = {name: value for name, value in values.items() if name in ASSUMPTION_OF and ASSUMPTION_OF[name].has_switch}
    lists = {name.partition(".")[0] for name in known if "." in name}
    return {name: value for name, value in known.items() if "." not in name} | {
        whole: [*_parts_of(whole, known)] for whole in sorted(lists)
    }


def _parts_of(whole: str, known: Mapping[str, Value]) -> Iterable[str]:
    for each in ASSUMPTIONS:
        name, _, part = each.name.partition(".")
        if name == whole and known.get(each.name, each.assumed):
            yield part
