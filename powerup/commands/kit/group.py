"""The group that all commands stand in: what goes wrong is one line on standard error, never a traceback.

Exit codes (architecture: What others may rely on): 0 good, 1 a finding, 2 wrong use.
"""

import sys
from typing import Any

import click

from powerup.commands.kit.lazy_group import LazyGroup
from powerup.errors import PowerupError
from powerup.sandbox.errors import SandboxError

FINDING = 1
WRONG_USE = 2


class Finding(PowerupError):
    """What a command found to be otherwise than it should be; its text is the line that is shown."""


class WrongUse(PowerupError):
    """A command that cannot be carried out as it was typed."""


class CommandGroup(LazyGroup):
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
            sys.exit(WRONG_USE if _lies_in_what_was_typed(error) else FINDING)
        except SandboxError as error:
            _say(str(error))
            sys.exit(FINDING)
        except OSError as error:
            _say(f"{error.filename or 'The answer'} could not be read or written: {error.strerror or error}.")
            sys.exit(FINDING)
        sys.exit(result if isinstance(result, int) else 0)


def _lies_in_what_was_typed(error: PowerupError) -> bool:
    """Whether it lies in what was typed or set; all others are findings. Loaded here, since help needs none of them."""
    from powerup.outsmart.errors import InvalidApiAddress
    from powerup.settings import SettingsError
    from powerup.store.errors import AmbiguousTenantError, UnknownContractError, UnknownTenantError

    mistakes = (WrongUse, SettingsError, InvalidApiAddress)
    return isinstance(error, (*mistakes, UnknownTenantError, AmbiguousTenantError, UnknownContractError))


def _with_help(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.format_message()
    sentence = message if message.endswith((".", "?")) else f"{message}."
    return f"{sentence} See `{context.command_path} --help`." if context else sentence


def _say(message: str) -> None:
    click.echo(f"Error: {' '.join(message.split())}", err=True)
