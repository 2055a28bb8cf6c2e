"""The command line `powerup`: all commands in one group. The environment and the clock are handed out here."""

import logging
import os

import click
import structlog

from powerup import __version__
from powerup.app import now_in_utc
from powerup.commands.apikey import apikey
from powerup.commands.attention import attention
from powerup.commands.audit import audit_command
from powerup.commands.configuration import config
from powerup.commands.contracts import contracts
from powerup.commands.database import db
from powerup.commands.demo import demo
from powerup.commands.doctor import doctor
from powerup.commands.forecast import forecast_command
from powerup.commands.group import CommandGroup
from powerup.commands.manifest import manifest_command
from powerup.commands.mark import mark
from powerup.commands.processes import sandbox, serve, timer
from powerup.commands.renew import renew
from powerup.commands.sla import sla
from powerup.commands.surroundings import Surroundings
from powerup.commands.sync import sync
from powerup.commands.tenant import tenant
from powerup.commands.tenant_care import go, rename_customer_command, rename_object_command, stop
from powerup.commands.tenant_data import erase, export, restored
from powerup.commands.tenant_token import token
from powerup.commands.webhook import webhook
from powerup.commands.why import why_command
from powerup.commands.worker import worker


@click.group(
    "powerup", cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.version_option(__version__, prog_name="powerup")
@click.pass_context
def main(context: click.Context) -> None:
    """Contract management for OutSmart: from maintenance contracts, the right work orders at the right time."""
    _keep_logs_off_the_screen()
    context.obj = Surroundings(os.environ, now_in_utc)


def _keep_logs_off_the_screen() -> None:
    """What goes wrong is said in one line; the processes that run on switch their logs on themselves."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.basicConfig(handlers=[logging.NullHandler()])


_COMMANDS: tuple[click.Command, ...] = (
    demo,
    serve,
    timer,
    worker,
    sandbox,
    db,
    tenant,
    config,
    contracts,
    mark,
    forecast_command,
    why_command,
    sync,
    audit_command,
    attention,
    sla,
    manifest_command,
    webhook,
    apikey,
    doctor,
)
for command in _COMMANDS:
    main.add_command(command)
for command in (stop, go, rename_customer_command, rename_object_command, export, erase, restored, token):
    tenant.add_command(command)
contracts.add_command(renew)
