"""What every command is made of: translated help with examples, `--lang`, dates, and help pages laid out in terminal cells."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import click

from models.types import MOST_ID
from worker.cli.cells import cells, pad, wrap
from worker.cli.language import N_, _, lang_option

PAGE = 96  # cells; wider help pages read badly
Example = tuple[str, str]  # a line to type, and what it does
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")


class Formatter(click.HelpFormatter):
    """Help pages whose columns are right with Chinese in them."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 34, col_spacing: int = 2) -> None:
        """Write names and what they mean in two columns."""
        rows = list(rows)
        indent = " " * self.current_indent
        first = min(max((cells(name) for name, _meaning in rows), default=0), col_max) + col_spacing
        room = max(20, min(self.width, PAGE) - self.current_indent - first)
        for name, meaning in rows:
            lines = wrap(meaning, room) if meaning else [""]
            if cells(name) > first - col_spacing:
                self.write(f"{indent}{name}\n")
            else:
                self.write(f"{indent}{pad(name, first)}{lines.pop(0)}".rstrip() + "\n")
            for line in lines:
                self.write(f"{indent}{' ' * first}{line}\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        indent = " " * self.current_indent
        for line in wrap(text, min(self.width, PAGE) - self.current_indent):
            self.write(f"{indent}{line}\n")


class Context(click.Context):
    """A click context with our help pages."""

    formatter_class = Formatter


class Argument(click.Argument):
    """A positional argument with a help text of its own."""

    def __init__(self, *args: Any, about: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:  # type: ignore[override]
        """The argument and its help, in the language of this run."""
        return self.make_metavar(ctx), _(self.about)


class Helpful(click.Command):
    """What all commands share: help pages in the language of this run."""

    context_class = Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`; click keeps the option, so its text is set anew each time."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """The one line for the page of a group."""
        return _(self.help).partition("\n")[0] if self.help else ""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_(self.help))


class Command(Helpful):
    """A command with examples at the end of its help."""

    def __init__(self, *args: Any, examples: Sequence[Example] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.params.append(lang_option(hidden=True))

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The positional arguments."""
        rows = [param.get_help_record(ctx) for param in self.get_params(ctx) if isinstance(param, Argument)]
        if shown := [row for row in rows if row is not None and row[1]]:
            with formatter.section(_("Positional arguments")):
                formatter.write_dl(shown)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples."""
        if self.examples:
            with formatter.section(_("Examples")):
                formatter.write_dl([(line, _(about)) for line, about in self.examples], 60)


class Group(Helpful, click.Group):
    """A command with commands of its own: `duban people import`."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(lang_option(hidden=True))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order they were written."""
        return list(self.commands)


class Day(click.ParamType[date]):
    """A date: 2026-11-27, also 2026.11.27, 2026/11/27 and 2026年11月27日."""

    name = N_("DATE")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date of the years 1949 to 2199, or fail as a usage error."""
        if isinstance(value, date):
            return value
        found = read_day(str(value))
        if found is None:
            self.fail(_("'{value}' is not a date; write one like 2026-11-27").format(value=value), param, ctx)
        return found


DAY = Day()
ROW = click.IntRange(1, MOST_ID)  # the number of something in a list


def read_day(text: str) -> date | None:
    """The date that a text says, None if it says none of the years 1949 to 2199."""
    match = _DAY.fullmatch(text.strip())
    if match is None or not 1949 <= int(match[1]) <= 2199:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
