"""A group whose commands are loaded when they are used: help and a mistyped name cost none of what a command needs."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

_MARGIN = 6
"""Columns that click keeps free beside the names and their lines."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A command that is not loaded yet: its module below `powerup.commands`, its name there, its help."""

    module: str
    attribute: str
    line: str

    def load(self) -> click.Command:
        """The command itself. Its logs are kept off the screen; those that run on switch them on themselves."""
        command: click.Command = getattr(import_module(f"powerup.commands.{self.module}"), self.attribute)
        if structlog := sys.modules.get("structlog"):  # not loaded for those that log nothing
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        return command


class LazyGroup(click.Group):
    """Has commands of its own, as every group, and those that stand elsewhere, by the names that people type."""

    def __init__(self, *arguments: Any, elsewhere: Mapping[str, Elsewhere] | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.elsewhere: Mapping[str, Elsewhere] = elsewhere or {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the name is click's
        """All names in the order of the alphabet."""
        return sorted({*self.commands, *self.elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now where it stands elsewhere; None for an unknown one."""
        if cmd_name in self.elsewhere:
            return self.elsewhere[cmd_name].load()
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names with their lines, shortened as click does it, without loading any command."""
        names = self.list_commands(ctx)
        width = formatter.width - _MARGIN - max(map(len, names))
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._known(name).get_short_help_str(width)) for name in names])

    def _known(self, name: str) -> click.Command:
        """The command, or one that has nothing but its line."""
        if name in self.elsewhere:
            return click.Command(name, help=self.elsewhere[name].line)
        return self.commands[name]
