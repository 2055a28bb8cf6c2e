"""The group that all commands stand in: what goes wrong is one line on standard error, never a traceback.

Exit codes (architecture: What others may rely on): 0 good, 1 a finding, 2 wrong use.
"""

import sys
from typing import Any

import click

from powerup.errors import PowerupError
from powerup.outsmart.errors import InvalidApiAddress
from powerup.sandbox.errors import SandboxError
from powerup.settings import SettingsError
from powerup.store.errors import AmbiguousTenantError, UnknownContractError, UnknownTenantError

FINDING = 1
WRONG_USE = 2

_WRONG_USE = (SettingsError, InvalidApiAddress, UnknownTenantError, AmbiguousTenantError, UnknownContractError)
"""Errors that lie in what was typed or set; all others are findings."""


class Finding(PowerupError):
    """What a command found to be otherwise than it should be; its text is the line that is shown."""


class WrongUse(PowerupError):
    """A command that cannot be carried out as it was typed."""


class CommandGroup(click.Group):
    """Shows every error that people, hosts or settings cause as one line, and ends with the code for it."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command and end the process with its exit code; the arguments are click's."""
        run: Any = super().main
        try:
            result = run(*arguments, **{**options, "standalone_mode": False})
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            _say("A command is missing; those there are stand above.")
            sys.exit(WRONG_USE)
        except click.ClickException as error:
            _say(_with_help(error))
            sys.exit(error.exit_code)
        except PowerupError as error:
            _say(str(error))
            sys.exit(WRONG_USE if isinstance(error, (*_WRONG_USE, WrongUse)) else FINDING)
        except SandboxError as error:
            _say(str(error))
            sys.exit(FINDING)
        except OSError as error:
            _say(f"{error.filename or 'The answer'} could not be read or written: {error.strerror or error}.")
            sys.exit(FINDING)
        sys.exit(result if isinstance(result, int) else 0)


def _with_help(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.format_message()
    sentence = message if message.endswith((".", "?")) else f"{message}."
    return f"{sentence} See `{context.command_path} --help`." if context else sentence


def _say(message: str) -> None:
    click.echo(f"Error: {' '.join(message.split())}", err=True)
