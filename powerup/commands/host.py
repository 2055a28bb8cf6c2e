"""`powerup host`: what a tenant's host does where its documentation is silent (host page 7)."""

import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import click

from powerup.commands.kit.group import FINDING, Finding, WrongUse
from powerup.commands.kit.options import json_option, tenant_argument
from powerup.commands.kit.output import print_json, print_table
from powerup.commands.kit.surroundings import OPERATOR, Surroundings, find_tenant, pass_surroundings
from powerup.outsmart.errors import OutsmartError
from powerup.outsmart.probe.assumptions import (
    ASSUMPTION_OF,
    ASSUMPTIONS,
    UNASKED,
    Assumption,
    Seen,
    Verdict,
    switches_of,
)
from powerup.outsmart.probe.by_hand import ByHand, Errand
from powerup.outsmart.probe.looking import Found, Looking
from powerup.outsmart.probe.orders import Basis, Left, ProbeOrders
from powerup.outsmart.probe.trials import Trials
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.host_profiles import HostProfiles
from powerup.store.tenants import Tenant
from powerup.sync.kit.pace import Pace
from powerup.tenants.probing import KeptJournal, keep_profile
from powerup.tenants.today import today_of
from powerup.texts import Reader, Text, sentence_of, text

_SHOWN = ("section", "what", "result", "found", "said")
_IN_A_PROFILE = ("section", "what", "result", "found", "seen_at")
_DEADLINE_IN = timedelta(days=30)

_VERDICTS: Mapping[Verdict, Text] = {
    Verdict.HELD: text("as assumed"),
    Verdict.NOT_HELD: text("otherwise"),
    Verdict.NOT_SEEN: text("not seen"),
}

_ERRANDS: Mapping[Errand, Text] = {
    Errand.FETCH: text("Fetch work order {number} (row {row}) on a device, so that it is Opgehaald."),
    Errand.COMPLETE: text("Complete work order {number} (row {row}) on a device, so that it is Compleet."),
    Errand.ARCHIVE: text("Put work order {number} (row {row}) into the archive in the back office."),
    Errand.REMOVE: text("Remove work order {number} (row {row}) in the back office: the API may not."),
}


@click.group()
def host() -> None:
    """What a tenant's host does where its documentation is silent."""


@host.command("probe")
@tenant_argument
@click.option(
    "--with-test-order",
    "customer",
    metavar="CUSTOMER",
    help="Make work orders for this customer, named PROBE-…, and delete each again.",
)
@click.option("--by-hand", is_flag=True, help="With test orders: ask you to fetch, complete, archive and remove some.")
@click.option("--remove-left", is_flag=True, help="Only remove what an earlier probe left at the host.")
@click.option("--yes", is_flag=True, help="Make test orders without asking; for scripts.")
@json_option
@pass_surroundings
@click.pass_context
def probe(
    context: click.Context,
    surroundings: Surroundings,
    /,
    tenant: str,
    customer: str | None,
    *,
    by_hand: bool,
    remove_left: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Find out what the host of TENANT does, and keep it as its profile. Reads only, unless test orders are asked for.

    The exit code is 1 where a test order may be left, where the host broke off, and where what is relied on does not
    hold.
    """
    _check_options(customer, by_hand=by_hand, yes=yes, as_json=as_json)
    with surroundings.parts() as parts:
        found_tenant = find_tenant(parts, tenant)
        probing = _Probing(surroundings, parts, found_tenant)
        came = probing.remove_left() if remove_left else probing.probe(customer, by_hand=by_hand, yes=yes)
    _show(came, surroundings.reader, as_json=as_json)
    if came.broke_off or came.left or any(_fails(ASSUMPTION_OF[name], seen) for name, seen in came.found.items()):
        context.exit(FINDING)


@host.command("profile")
@tenant_argument
@json_option
@pass_surroundings
def profile(surroundings: Surroundings, tenant: str, as_json: bool) -> None:
    """Show what the host of TENANT was seen to do, and the switches of the stand-in host that make it the same."""
    reader = surroundings.reader
    with surroundings.parts() as parts:
        tenant_id = find_tenant(parts, tenant).id
        with parts.database.read() as connection:
            entries = [each for each in HostProfiles(connection, tenant_id).all() if each.name in ASSUMPTION_OF]
    if as_json:
        rows = [
            _row(ASSUMPTION_OF[each.name], Seen(each.value), reader) | {"seen_at": each.seen_at} for each in entries
        ]
        print_json({"rows": rows, "switches": switches_of({each.name: each.value for each in entries})})
        return
    if not entries:
        surroundings.say(text("Nothing is known of this host yet: run `powerup host probe`."))
        return
    rows = [
        _in_a_table(ASSUMPTION_OF[each.name], Seen(each.value)) | {"seen_at": reader.moment(each.seen_at)}
        for each in entries
    ]
    print_table(_IN_A_PROFILE, rows, reader)


def _check_options(customer: str | None, *, by_hand: bool, yes: bool, as_json: bool) -> None:
    if customer is None:
        if by_hand:
            raise WrongUse(text("--by-hand is for test orders: name a customer with --with-test-order."))
        return
    if by_hand and yes:
        raise WrongUse(text("--by-hand needs a person, and --yes says that nobody is there."))
    if not yes and not sys.stdin.isatty():
        raise WrongUse(text("Nobody is there to be asked: say --yes to make test orders."))
    if as_json and not yes:
        raise WrongUse(text("With --json nobody is asked: say --yes to make test orders."))


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a probe. left are orders that are, or may be, still at the host."""

    found: Found
    left: Sequence[Left] = ()
    broke_off: Text | None = None


class _Probing:
    """One probe of a tenant's host."""

    def __init__(self, surroundings: Surroundings, parts: Parts, tenant: Tenant) -> None:
        self._surroundings = surroundings
        self._reader = surroundings.reader
        self._parts = parts
        self._tenant = tenant
        self._journal = KeptJournal(parts.database, tenant.id, surroundings.clock)

    def remove_left(self) -> _Came:
        """Only look for what earlier probes left, and remove it."""
        with self._parts.open_host(self._tenant, patient=True, repeats_reads=False) as client:
            return self._cleaned(self._orders(client), {}, None)

    def probe(self, customer: str | None, *, by_hand: bool, yes: bool) -> _Came:
        """Read; with a customer, make test orders too. What was seen is kept, also where the host breaks off."""
        found: Found = {}
        broke_off = None
        with self._parts.open_host(self._tenant, patient=True, repeats_reads=False) as client:
            orders = self._orders(client)
            basis = self._basis(orders, customer) if customer is not None else None
            if basis and not yes:
                self._ask(basis)
            try:
                try:
                    self._find_out(orders, basis, found, by_hand=by_hand)
                except OutsmartError as error:
                    broke_off = sentence_of(error)
                except (KeyboardInterrupt, click.Abort):
                    with suppress(OutsmartError):  # else the next run removes it
                        orders.remove_all()
                    raise
                came = self._cleaned(orders, found, broke_off) if basis else self._looked(found, broke_off)
            finally:
                if found:
                    with self._parts.database.write() as connection:
                        keep_profile(connection, self._tenant.id, found, OPERATOR, self._surroundings.clock())
        return came

    def _orders(self, client: Any) -> ProbeOrders:
        seconds = self._parts.settings.host_timeout_seconds
        settled_after = Pace(host_timeout_seconds=seconds).look_up_after
        name = secrets.token_hex(4).upper()
        return ProbeOrders(client, self._journal, name, self._surroundings.clock, settled_after)

    def _find_out(self, orders: ProbeOrders, basis: Basis | None, found: Found, *, by_hand: bool) -> None:
        if basis:
            orders.remove_all()
        Looking(orders, found).look()
        if basis is None:
            return
        Trials(orders, basis, found, self._surroundings.clock, self._tenant.zone, time.sleep).run()
        if by_hand:
            hands = ByHand(orders, basis, found, _AtThePrompt(self._reader))
            hands.run()
            hands.remove_left()

    def _looked(self, found: Found, broke_off: Text | None) -> _Came:
        """Reading alone removes nothing; what an earlier probe left is told."""
        why = text("an earlier probe wrote it down: --remove-left looks for it, and removes it")
        return _Came(found, [Left(each.number, why) for each in self._journal.kept()], broke_off)

    def _cleaned(self, orders: ProbeOrders, found: Found, broke_off: Text | None) -> _Came:
        try:
            return _Came(found, orders.remove_all(), broke_off)
        except OutsmartError as error:
            why = text("the host did not let it be looked for")
            left = [Left(each.number, why) for each in self._journal.kept()]
            return _Came(found, left, broke_off or sentence_of(error))

    def _basis(self, orders: ProbeOrders, customer: str) -> Basis:
        with self._parts.database.read() as connection:
            under_sla = Contracts(connection, self._tenant.id).customers_of_corrective()
        if customer in under_sla:
            raise WrongUse(
                text(
                    "Customer {customer} has a corrective contract, under which a test order would count as a fault. "
                    "Name another one.",
                    customer=customer,
                )
            )
        found = orders.host.relation(customer)
        if found is None:
            raise WrongUse(text("The host has no customer {customer}.", customer=customer))
        work_type = next((each.name for each in orders.host.work_types() if each.active), "PROBE")
        payment_method = next((each.description for each in orders.host.payment_methods()), "PROBE")
        deadline = today_of(self._tenant, self._surroundings.clock()) + _DEADLINE_IN
        return Basis(found, work_type, payment_method, deadline)

    def _ask(self, basis: Basis) -> None:
        question = text(
            "Some twenty work orders named PROBE-… are made at the host of {tenant} for customer {customer} ({name}), "
            "one after the other, and each is deleted again. The host, and automations there, may tell people of them. "
            "Do it?",
            tenant=self._tenant.name,
            customer=basis.customer.debtor_number,
            name=basis.customer.name,
        )
        if not click.confirm(self._reader.say(question), err=True):
            raise Finding(text("Nothing was done."))


@dataclass(frozen=True, slots=True)
class _AtThePrompt:
    """The operator, who does at the host what is asked."""

    reader: Reader

    def do(self, errand: Errand, number: str, row_id: int) -> bool:
        """Ask for it, and wait for a word; False where the operator passes over it."""
        wanted = _ERRANDS[errand]
        said = Text(wanted.template, {"number": number, "row": str(row_id)})
        return click.confirm(self.reader.say(text("{errand} Done?", errand=said)), default=True, err=True)


def _fails(assumption: Assumption, seen: Seen) -> bool:
    return assumption.relied_on and assumption.verdict(seen.value) is Verdict.NOT_HELD


def _show(came: _Came, reader: Reader, *, as_json: bool) -> None:
    seen = [(each, came.found.get(each.name, Seen(None))) for each in ASSUMPTIONS] if came.found else []
    if as_json:
        print_json(
            {
                "rows": [_row(each, what, reader) for each, what in seen],
                "left": [
                    {"workorder_no": each.number, "row_id": each.row_id, "why": reader.say(each.why)}
                    for each in came.left
                ],
                "unasked": {name: reader.say(why) for name, why in UNASKED.items()} if seen else {},
                "broke_off": reader.say(came.broke_off) if came.broke_off else None,
                "switches": switches_of({each.name: what.value for each, what in seen if what.value is not None}),
            }
        )
        return
    if seen:
        print_table(_SHOWN, [_in_a_table(each, what) for each, what in seen], reader)
    for each, what in seen:
        if each.otherwise and each.verdict(what.value) is Verdict.NOT_HELD:
            click.echo(reader.say(text("{what}: {follows}", what=each.asks, follows=each.otherwise)))
    for name, why in UNASKED.items() if seen else ():
        click.echo(reader.say(text("{name} is not asked about. {why}", name=name, why=why)))
    for left in came.left:
        click.echo(
            reader.say(text("May be left at the host: {order} ({why}).", order=left.number, why=left.why)),
            err=True,
        )
    if came.broke_off:
        click.echo(reader.say(text("The host broke off: {words}", words=came.broke_off)), err=True)
    elif not seen and not came.left:
        click.echo(reader.say(text("Nothing of a probe is left at the host.")))


def _in_a_table(assumption: Assumption, seen: Seen) -> dict[str, Any]:
    return {
        "section": assumption.section,
        "what": assumption.asks,
        "result": _VERDICTS[assumption.verdict(seen.value)],
        "found": assumption.in_words(seen.value),
        "said": seen.said,
    }


def _row(assumption: Assumption, seen: Seen, reader: Reader) -> dict[str, Any]:
    found = assumption.in_words(seen.value)
    return {
        "name": assumption.name,
        "section": assumption.section,
        "what": reader.say(assumption.asks),
        "assumed": assumption.assumed,
        "value": seen.value,
        "result": assumption.verdict(seen.value).value,
        "found": reader.say(found) if found else None,
        "said": reader.say(seen.said) if seen.said else None,
    }
