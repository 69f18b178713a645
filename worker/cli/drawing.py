"""Tables and progress bars on a terminal, by rich. Imported only when a terminal is there to draw on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn
from rich.table import Table
from rich.text import Text

from worker.cli.cells import cells
from worker.cli.terminal import Step

SHORT = (16, 12, 10)  # cells of a column that is not broken: as many as the terminal has room for
LEAST = 10  # cells that another needs at least to be read
GAP = 2
MOMENT = 0.5  # seconds of work without a bar
STYLES = {"red": "bright_white on red", "yellow": "black on yellow", "green": "black on green"}


def draw(
    titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], colours: Mapping[str, str]
) -> None:
    """Print a table; cells are plain text, never markup. `colours`: the light of a cell that holds just this word.

    A column without any text is left out, and short ones, such as dates, are not broken.
    """
    console = Console(highlight=False)
    kept = [n for n in range(len(titles)) if not rows or any(row[n] for row in rows)]
    longest = {n: max(cells(titles[n]), *(cells(row[n]) for row in rows), 0) for n in kept}
    whole = next((short for short in SHORT if _room(longest.values(), short) <= console.width), None)
    if whole is None:
        _one_below_another(console, [titles[n] for n in kept], [[row[n] for n in kept] for row in rows])
        return
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for n in kept:
        justify: Literal["right", "left"] = "right" if n in right else "left"
        drawn.add_column(Text(titles[n]), justify=justify, overflow="fold", no_wrap=longest[n] <= whole)
    for row in rows:
        drawn.add_row(
            *(Text(row[n], style=STYLES[colours[row[n]]] if row[n] in colours else "") for n in kept)
        )
    console.print(drawn)


def _room(longest: Iterable[int], whole: int) -> int:
    """Cells that a table needs at least, if columns of up to `whole` are not broken."""
    return sum((wide if wide <= whole else LEAST) + GAP for wide in longest)


def _one_below_another(console: Console, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The table on a terminal too narrow for it: of each row a line for each column that has something."""
    for number, row in enumerate(rows):
        if number:
            console.print()
        for title, cell in zip(titles, row, strict=True):
            if cell:
                console.print(Text(f"{title}: {cell}"))


@contextmanager
def bar(title: str) -> Iterator[Step]:
    """A bar on stderr that appears once the work has taken a moment, and goes away when it is done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        _Counted(),
        TextColumn("{task.fields[what]}"),
    )
    console = Console(stderr=True)
    drawn = Progress(*columns, console=console, transient=True, disable=console.is_dumb_terminal)
    task = drawn.add_task(title, total=None, what="")
    shown = Timer(MOMENT, drawn.start)
    shown.daemon = True
    shown.start()

    def step(done: int, total: int, what: str = "") -> None:
        drawn.update(task, completed=done, total=total or None, what=what)

    try:
        yield step
    finally:
        shown.cancel()
        shown.join()
        drawn.stop()


class _Counted(MofNCompleteColumn):
    """How many of how many are done; nothing while that is not known."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total else Text("")
