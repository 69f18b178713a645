"""Click's own words (usage, options, mistakes in arguments) in the language of the command line.

Click looks its texts up through `_` and `ngettext` of each of its modules, and the standard library's lookup takes the language
from the environment alone. Here these two names are given our lookup. A new text of click's stays English until it is listed.
"""

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from schedules.words import phrase
from worker.cli.language import _

MODULES = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.termui,
    click.types,
)
WORDS = (
    phrase("Usage:"),
    phrase("Options"),
    phrase("Commands"),
    phrase("Positional arguments"),
    phrase("Show this message and exit."),
    phrase("Show the version and exit."),
    phrase("%(prog)s, version %(version)s"),
    phrase("env var: {var}"),
    phrase("default: {default}"),
    phrase("required"),
    phrase("Error: {message}"),
    phrase("Try '{command} {option}' for help."),
    phrase("Invalid value: {message}"),
    phrase("Invalid value for {param_hint}: {message}"),
    phrase("Missing argument"),
    phrase("Missing option"),
    phrase("Missing parameter"),
    phrase("Missing command."),
    phrase("No such option {name!r}."),
    phrase("No such command {name!r}."),
    phrase("Did you mean {possibility}?"),
    phrase("(Did you mean one of: {possibilities}?)"),
    phrase("Got unexpected extra argument ({args})"),
    phrase("Got unexpected extra arguments ({args})"),
    phrase("Option {name!r} requires an argument."),
    phrase("Option {name!r} requires {nargs} arguments."),
    phrase("Option {name!r} does not take a value."),
    phrase("Choose from:\n\t{choices}"),
    phrase("{value!r} is not {choice}."),
    phrase("{value!r} is not one of {choices}."),
    phrase("{value!r} is not a valid {number_type}."),
    phrase("{value} is not in the range {range}."),
    phrase("{name} {filename!r} does not exist."),
    phrase("{name} {filename!r} is a file."),
    phrase("{name} {filename!r} is a directory."),
    phrase("{name} {filename!r} is not readable."),
    phrase("file"),
    phrase("directory"),
    phrase("path"),
)


def translate_click() -> None:
    """Let click look its texts up in our catalogues; safe to call again."""
    for module in MODULES:
        for name, lookup in (("_", _), ("ngettext", _plural)):
            if hasattr(module, name):
                setattr(module, name, lookup)


def _plural(one: str, many: str, n: int) -> str:
    return _(one if n == 1 else many)
