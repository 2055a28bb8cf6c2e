"""The command line `powerup`: all commands in one group. The environment and the clock are handed out here."""

import logging
import os
from collections.abc import Mapping
from types import MappingProxyType

import click

from powerup import __version__
from powerup.commands.kit.group import CommandGroup
from powerup.commands.kit.lazy_group import Elsewhere

COMMANDS: Mapping[str, Elsewhere] = MappingProxyType(
    {
        "account": Elsewhere(
            "account",
            "account_command",
            "Show what was agreed with a CUSTOMER for a year, what came of each visit, and that it adds up.",
        ),
        "apikey": Elsewhere("apikey", "apikey", "Keys for other software."),
        "attention": Elsewhere("attention", "attention", "List what needs a person, of one TENANT or of all."),
        "audit": Elsewhere(
            "audit",
            "audit_command",
            "Compare contracts, ledger and host: what is due is written once, and is at the host once.",
        ),
        "config": Elsewhere(
            "configuration",
            "config",
            "What a tenant has configured: settings, calendar, terms, contract templates.",
        ),
        "contracts": Elsewhere("contracts", "contracts", "Contracts: listed, changed, in and out as files."),
        "cycles": Elsewhere(
            "cycles",
            "cycles",
            "Show what the last cycles of TENANT did, or one CYCLE in detail: by its number, a moment or a day.",
        ),
        "db": Elsewhere("database", "db", "The database's tables."),
        "demo": Elsewhere(
            "demo.demo",
            "demo",
            "Run a stand-in host, the power-up and its timer on this machine, filled with an example firm.",
        ),
        "doctor": Elsewhere(
            "doctor",
            "doctor",
            "Look at settings, keys, database, hosts and clock; exit code 1 when something has to be mended.",
        ),
        "forecast": Elsewhere(
            "forecast",
            "forecast_command",
            "Show every visit planned in a period, whatever its state, past ones too.",
        ),
        "host": Elsewhere("host", "host", "What a tenant's host does where its documentation is silent."),
        "invoices": Elsewhere(
            "invoices",
            "invoices_command",
            "List what is to be invoiced in a month, without VAT; lines are marked as exported, and come once.",
        ),
        "letters": Elsewhere(
            "letters",
            "letters_command",
            "List the customers to write to about a price that was indexed: old, new, from which day, and why.",
        ),
        "manifest": Elsewhere(
            "manifest", "manifest_command", "The power-up's manifest, written from its own list of actions."
        ),
        "mark": Elsewhere(
            "mark", "mark", "Customers blocked here and objects retired here: they get no new work orders."
        ),
        "planned-against-done": Elsewhere(
            "planned_against_done",
            "planned_against_done_command",
            "Show how many visits of a year were planned, done in time, done late and missed, with hours and price.",
        ),
        "sandbox": Elsewhere(
            "processes",
            "sandbox",
            "Run a stand-in for the host, with an example firm: API 8, a marketplace and a board of work orders.",
        ),
        "serve": Elsewhere(
            "processes", "serve", "Run the web server, and the timer with it: the whole product on one machine."
        ),
        "sla": Elsewhere(
            "sla",
            "sla",
            "Show open work orders under a corrective contract, the most urgent first, with the time that is left.",
        ),
        "sync": Elsewhere("sync", "sync", "Run one cycle now: order what is due, look at what has become of the rest."),
        "tenant": Elsewhere("tenant.tenant", "tenant", "Tenants: customer accounts of the host."),
        "timer": Elsewhere(
            "processes",
            "timer",
            "Run the timer alone: cycles of every tenant that is due (or a word to the workers), and callbacks to "
            "hosts.",
        ),
        "user": Elsewhere("user", "user", "People of a tenant who sign in here, since no host sends them."),
        "visits": Elsewhere("visits", "visits", "Visits of a period, and what can be done to one."),
        "webhook": Elsewhere(
            "webhook",
            "webhook",
            "Webhook messages by hand, addresses that are told of changes, and messages tried anew.",
        ),
        "why": Elsewhere(
            "why",
            "why_command",
            "Say why CONTRACT has a visit on DATE (its nominal or planned date), or why it has none.",
        ),
        "work-orders": Elsewhere(
            "work_orders",
            "work_orders",
            "Work orders of the host, put under a corrective contract or taken out of it.",
        ),
        "worker": Elsewhere("worker", "worker", "Run cycles of tenants that are due, together with other workers."),
    }
)
"""Every command, loaded when it is used. A test holds each line to the command's own help."""


@click.group(
    "powerup",
    cls=CommandGroup,
    spoken=lambda: os.environ.get("LANG", ""),
    elsewhere=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(__version__, prog_name="powerup")
@click.pass_context
def main(context: click.Context) -> None:
    """Contract management for OutSmart: from maintenance contracts, the right work orders at the right time."""
    logging.basicConfig(handlers=[logging.NullHandler()])  # what goes wrong is said in one line
    # Loaded here, since help needs neither.
    from powerup.commands.kit.surroundings import Surroundings
    from powerup.parts import now_in_utc

    context.obj = Surroundings(os.environ, now_in_utc)
