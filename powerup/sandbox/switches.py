"""One table of everything the host's documentation leaves open, with a switch for each.

The defaults are the behaviour that is hardest on a client, unless a comment says otherwise. Names of statuses
and fields are the host's own.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from powerup.sandbox.errors import SandboxError


@dataclass(frozen=True, slots=True)
class Switches:
    """How the host behaves where its documentation is silent (host page 7). Lives as long as the process."""

    # -- posting work orders (host page 4.7) --
    # A WorkorderNo that exists: a second order | the batch is refused (1504) | the existing one is answered, as it
    # was, or with the fields that were posted.
    duplicate_workorder_no: Literal["create", "reject", "skip", "overwrite"] = "create"
    # Whether `skip_duplicate_workorder_no=true` has any effect.
    skip_flag_honoured: bool = True
    # What the reply holds for a skipped record: the row that exists, or no element at all.
    skipped_in_reply: Literal["existing", "omitted"] = "existing"
    # Whether the number of a deleted order still counts as taken.
    numbers_remembered: bool = False
    # Kinds whose unknown codes are refused (1504): relations, employees, worktypes, paymentmethods, objects,
    # projects, priorities, workstatusses, addresses, contactpersons. The documentation's examples show unknown
    # values being accepted.
    refuse_unknown: tuple[str, ...] = ()
    # Dates and times not in the documented format: refused (1504) or kept as they came.
    bad_dates: Literal["refuse", "accept"] = "refuse"
    # Texts longer than documented (255 characters, descriptions and remarks 64 kB): refused (1504), cut, or kept.
    too_long: Literal["refuse", "cut", "keep"] = "refuse"
    # Whether nothing of a batch is stored of which one record is refused, or the others are.
    batch_refused_whole: bool = True
    # The status of an order that was posted.
    first_status: Literal["Klaargezet", "Opgehaald"] = "Klaargezet"
    # Whether `FreeFields` of a posted order is kept, as clients in use count on, or passed over in silence.
    free_fields_kept: bool = True
    # When OrderNr is given: as the device fetches the order, or at once.
    order_no_given_at: Literal["pick_up", "posting"] = "pick_up"

    # -- reading work orders --
    # What `update_status=true` (the default!) settles: every fetched order, the Compleet ones only, or none.
    update_status_scope: Literal["fetched", "compleet", "none"] = "fetched"
    # GetWorkorder of an unknown order: code 1500, or code 200 with a null response.
    missing_workorder: Literal["1500", "null"] = "1500"
    # GetWorkorder's response: one object (the oldest of that number), or a list of all of that number.
    single_reply: Literal["object", "list"] = "object"
    # GetWorkorders without `status`: refused (1501), or treated as Alle, which clients in use count on.
    status_missing: Literal["refuse", "all"] = "all"
    # Whether GetWorkorders is filtered by the key `Id`, and projects by key and value, as clients in use ask.
    orders_by_id: bool = True
    projects_filtered: bool = True
    # Whether lists hold archived orders (with `Archived` "1").
    archived_included: bool = True
    # An empty list: [] or null.
    empty_list: Literal["list", "null"] = "list"
    # Whether any key/value filter works where none is documented (GetWorkorders, employees, ...).
    undocumented_filters: bool = False
    # Lists lag: an order is left out of them during this many calls after it was posted.
    list_lag_calls: int = 0
    # WorkDeadline comes back as it was posted, as Y-m-d, or as Y-m-d H:i:s.
    deadline_echo: Literal["as_posted", "Y-m-d", "Y-m-d H:i:s"] = "as_posted"
    # CreationDate with seconds (a client in use takes nothing else) or without (the documentation).
    creation_date_seconds: bool = True
    # Whose clock CreationDate is on: that of the firm's zone, or UTC.
    creation_date_zone: Literal["tenant", "utc"] = "tenant"

    # -- deleting --
    # The statuses in which an order may be deleted; others give 1600.
    deletable_statuses: tuple[str, ...] = ("Klaargezet", "Opgehaald", "Compleet", "Afgehandeld")
    # A value that matches no row: 0 affected rows, or 1600.
    delete_of_nothing: Literal["zero", "1600"] = "zero"

    # -- everything else --
    # Plain http gives 1006, as documented. Off here: a stand-in on loopback has no certificate.
    require_https: bool = False
    # A missing field of a work status: 2501 (the example) or 2801 (the code table).
    workstatus_missing_code: int = 2501
    # Whether work-order and master-data changes are told by webhook (webhooks page 5; not the host's own).
    events: bool = False

    def changed(self, changes: Mapping[str, Any]) -> "Switches":
        """These switches with some of them set otherwise.

        Args:
            changes: value by switch name; lists are taken for tuples.

        Raises:
            SandboxError: no such switch, or a value it does not know.
        """
        hints = get_type_hints(Switches)
        known = {field.name for field in fields(Switches)}
        if unknown := sorted(set(changes) - known):
            raise SandboxError(f"no switch is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        checked: dict[str, Any] = {name: _checked(name, value, hints[name]) for name, value in changes.items()}
        return replace(self, **checked)

    def as_json(self) -> dict[str, Any]:
        """Value by switch name."""
        return asdict(self)


def _checked(name: str, value: object, hint: Any) -> object:
    if get_origin(hint) is Literal:
        allowed = get_args(hint)
        if value not in allowed:
            raise SandboxError(f"switch {name} is one of {', '.join(allowed)}, not {value!r}")
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise SandboxError(f"switch {name} is a list of texts, not {value!r}")
        return tuple(value)
    if type(value) is not hint:
        raise SandboxError(f"switch {name} is a {hint.__name__}, not {value!r}", "no_number", text=value)
    return value
