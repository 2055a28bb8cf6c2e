"""What goes wrong with a command, in the operator's language: errors of ours and of files, and what was typed wrong."""

import re
from collections.abc import Sequence

import click
from click.exceptions import NoArgsIsHelpError

from powerup.commands.kit.language import operator_reader
from powerup.commands.kit.options import Day
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.plain_text import shown_plainly
from powerup.texts import Text, text

_EXTRA = re.compile(r"extra arguments? \((.*)\)")


def error_line(sentence: Text, spoken: str) -> str:
    """The one line on standard error. spoken is what `LANG` holds."""
    line = operator_reader(spoken).say(text("Error: {sentence}", sentence=sentence))
    return shown_plainly(" ".join(line.split()))


def unreadable_in_words(error: OSError) -> Text:
    """A file, or the answer itself, that could not be read or written, in the system's words."""
    words = error.strerror or str(error)
    if error.filename:
        return text("{file} could not be read or written: {words}.", file=error.filename, words=words)
    return text("The answer could not be read or written: {words}.", words=words)


def usage_in_words(error: click.ClickException) -> Text:
    """What was typed wrong, and where the help is."""
    if isinstance(error, NoArgsIsHelpError):
        return text("A command is missing; those there are stand above.")
    sentence = _sentence(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return sentence
    return text("{sentence} See `{command} --help`.", sentence=sentence, command=context.command_path)


def _sentence(error: click.ClickException) -> Text:
    match error:
        case click.MissingParameter():
            return _missing(error)
        case click.BadParameter():
            return text("{parameter}: {words}", parameter=_named(error), words=_expected(error))
        case click.NoSuchOption():
            return _unknown(text("There is no option {name}.", name=error.option_name), error.possibilities)
        case click.NoSuchCommand():
            return _unknown(text("There is no command {name}.", name=error.command_name), error.possibilities)
        case click.BadOptionUsage():
            return text("Option {name} lacks its value, or takes none.", name=error.option_name)
        case _ if extra := _EXTRA.search(error.message):
            return text("There is more than was expected: {extra}.", extra=extra[1])
        case _:
            return _as_it_is(error)


def _missing(error: click.MissingParameter) -> Text:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return text("{parameter} is missing. Choose from: {choices}.", parameter=_named(error), choices=_choices(kind))
    return text("{parameter} is missing.", parameter=_named(error))


def _named(error: click.BadParameter) -> str:
    """The option or argument as it is typed."""
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param else "") or ""
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


def _expected(error: click.BadParameter) -> Text:
    """What was expected, by the kind of value."""
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            return text("choose from {choices}.", choices=_choices(kind))
        case click.IntRange() | click.FloatRange() if kind.max is None:
            return text("a number of at least {least} is expected.", least=str(kind.min))
        case click.IntRange() | click.FloatRange():
            return text("a number from {least} to {most} is expected.", least=str(kind.min), most=str(kind.max))
        case Day():
            return text(
                "a date such as 2027-01-31 is expected, from {first} to {last}.",
                first=EARLIEST_DAY.isoformat(),
                last=LATEST_DAY.isoformat(),
            )
        case _:
            return _as_it_is(error)


def _choices(kind: "click.Choice[str]") -> str:
    return ", ".join(str(choice) for choice in kind.choices)


def _unknown(sentence: Text, nearest: Sequence[str] | None) -> Text:
    if not nearest:
        return sentence
    return text("{sentence} Did you mean {names}?", sentence=sentence, names=", ".join(sorted(nearest)))


def _as_it_is(error: click.ClickException) -> Text:
    """The words of the system, such as those about a file that is not there."""
    message = error.message
    return text("{words}", words=message if message.endswith((".", "?")) else f"{message}.")
