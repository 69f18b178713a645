"""What the command line prints: sentences, tables, JSON, problems, progress, and the question before harm.

On a terminal tables are drawn by rich; into a pipe or a file they go as lines with tabs, so that `cut` and Excel can read them.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import Literal, Protocol

import click

from worker.cli.language import _
from worker.settings import colours_wanted

DRAWING = "worker.cli.drawing"  # rich, loaded only where somebody watches
Light = Literal["red", "yellow", "green"]
Tint = Literal["red", "yellow", "cyan", "bright_black"]
PAINTS: dict[Light, tuple[str, str]] = {
    "red": ("bright_white", "red"),
    "yellow": ("black", "yellow"),
    "green": ("black", "green"),
}  # letters, behind
YES, NO = ("y", "yes", "是", "好"), ("n", "no", "否", "不")
_CONTROL = dict.fromkeys((*range(32), 127, *range(128, 160)), " ")


class Refuse(click.ClickException):
    """Refused, exit 1: everything there is to say was said, or is said by `message`."""

    def show(self, file: object = None) -> None:
        """Print the sentence, if there is one."""
        if self.message:
            complain(self.message)


class NobodyToAsk(Refuse):
    """A question before harm, and nobody at a terminal to answer it: used wrongly, exit 2."""

    exit_code = 2


class Step(Protocol):
    """Called after each piece of long work."""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """`done` pieces of `total` are done; `what` is the piece at work."""
        ...


def say(text: str = "") -> None:
    """Print a line of text for a person."""
    click.echo(text)


def complain(text: str) -> None:
    """Print a line of text on stderr."""
    click.echo(text, err=True)


def as_json(value: object, *, indent: int | None = 2) -> None:
    """Print a value as JSON; escaped to ASCII where the terminal cannot show Chinese."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(value, ensure_ascii=not unicode, indent=indent))


def watched() -> bool:
    """Whether a person looks at what is printed, and no program."""
    return sys.stdout.isatty()


def width() -> int:
    """Cells of a line of the terminal."""
    return shutil.get_terminal_size().columns


def paint(text: str, light: Light) -> str:
    """A text on the colour of a light, on a terminal that shows colours and whose owner wants them (NO_COLOR, https://no-color.org).

    Both the letters and what is behind them are given, so that it is read on a light terminal as on a dark one.
    """
    if not watched() or not colours_wanted():
        return text
    letters, behind = PAINTS[light]
    return click.style(text, fg=letters, bg=behind)


def tint(text: str, letters: Tint) -> str:
    """A text in coloured letters, where `paint` would paint: for what is no light, such as a heading or a day of rest."""
    return click.style(text, fg=letters) if watched() and colours_wanted() else text


def plain(value: object) -> str:
    """A value on one line: control characters become spaces, so that no text can move the cursor or forge a column."""
    return "" if value is None else str(value).translate(_CONTROL)


def table(
    titles: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    colours: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Print a table; columns whose numbers are in `right` are set to the right. `colours`: the light that a cell's word stands for."""
    texts = [[plain(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (titles, *texts):
            click.echo("\t".join(line))
        return
    import_module(DRAWING).draw(titles, texts, right, colours if colours_wanted() else {})


def agreed(question: str, *, yes: bool) -> None:
    """Ask before harm. Raises Refuse if the answer is no, NobodyToAsk without a terminal and without `--yes`."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise NobodyToAsk(_("{question} Nothing was changed; say --yes to do it.").format(question=question))
    if not confirmed(question):
        raise Refuse(_("Nothing was changed."))


def confirmed(question: str, *, default: bool = False) -> bool:
    """The answer of whoever sits at the terminal, in English or Chinese; only Enter is the default. Ctrl-C raises click.Abort."""
    shown = f"{question} [{'Y/n' if default else 'y/N'}]"
    while True:
        given = click.prompt(shown, default="", show_default=False, prompt_suffix=" ", err=True)
        answer = given.strip().lower()
        if not answer:
            return default
        if answer in YES or answer in NO:
            return answer in YES
        complain(_("Answer y or n."))


@contextmanager
def progress(title: str) -> Iterator[Step]:
    """A bar on stderr while something long goes on, if a person is watching; nothing otherwise. Without a step it only moves."""
    if not sys.stderr.isatty():
        yield lambda done, total, what="": None
        return
    with import_module(DRAWING).bar(title) as step:
        yield step
