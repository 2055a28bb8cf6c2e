"""The group that all commands stand in: what goes wrong is one line on standard error, never a traceback.

Exit codes (architecture: What others may rely on): 0 good, 1 a finding, 2 wrong use.
"""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from powerup.commands.kit.lazy_group import LazyGroup
from powerup.errors import PowerupError
from powerup.sandbox.errors import SandboxError

if TYPE_CHECKING:
    from powerup.texts import Text

FINDING = 1
WRONG_USE = 2


class Finding(PowerupError):
    """What a command found to be otherwise than it should be; made with the sentence that is shown."""

    def __init__(self, sentence: "Text") -> None:
        super().__init__(sentence)


class WrongUse(PowerupError):
    """A command that cannot be carried out as it was typed; made with the sentence that says why."""

    def __init__(self, sentence: "Text") -> None:
        super().__init__(sentence)


class CommandGroup(LazyGroup):
    """Shows every error that people, hosts or settings cause as one line, and ends with the code for it.

    spoken gives the operator's language as `LANG` has it.
    """

    def __init__(self, *arguments: Any, spoken: Callable[[], str] = str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._spoken = spoken

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command and end the process with its exit code; the arguments are click's."""
        run: Any = super().main
        try:
            result = run(*arguments, **{**options, "standalone_mode": False})
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            self._say_usage(error)
            sys.exit(WRONG_USE)
        except click.ClickException as error:
            self._say_usage(error)
            sys.exit(error.exit_code)
        except (PowerupError, SandboxError) as error:
            self._say(error)
            sys.exit(WRONG_USE if _lies_in_what_was_typed(error) else FINDING)
        except OSError as error:
            self._say_unreadable(error)
            sys.exit(FINDING)
        sys.exit(result if isinstance(result, int) else 0)

    # What puts errors into words is loaded where there are any: help needs none of it.

    def _say(self, error: Exception) -> None:
        from powerup.commands.kit.error_words import error_line
        from powerup.texts import sentence_of

        click.echo(error_line(sentence_of(error), self._spoken()), err=True)

    def _say_usage(self, error: click.ClickException) -> None:
        from powerup.commands.kit.error_words import error_line, usage_in_words

        click.echo(error_line(usage_in_words(error), self._spoken()), err=True)

    def _say_unreadable(self, error: OSError) -> None:
        from powerup.commands.kit.error_words import error_line, unreadable_in_words

        click.echo(error_line(unreadable_in_words(error), self._spoken()), err=True)


def _lies_in_what_was_typed(error: Exception) -> bool:
    """Whether it lies in what was typed or set; all others are findings. Loaded here, since help needs none of them."""
    from powerup.outsmart.errors import InvalidApiAddress
    from powerup.settings import SettingsError
    from powerup.store.errors import AmbiguousTenantError, UnknownContractError, UnknownTenantError

    mistakes = (WrongUse, SettingsError, InvalidApiAddress)
    return isinstance(error, (*mistakes, UnknownTenantError, AmbiguousTenantError, UnknownContractError))
