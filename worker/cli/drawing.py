"""Tables and progress bars on a terminal, by rich. Imported only when a terminal is there to draw on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from worker.cli.terminal import Step

STYLES = {"red": "bright_white on red", "yellow": "black on yellow", "green": "black on green"}


def draw(
    titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], colours: Mapping[str, str]
) -> None:
    """Print a table; cells are plain text, never markup. `colours`: the light of a cell that holds just this word."""
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, title in enumerate(titles):
        drawn.add_column(Text(title), justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell, style=STYLES[colours[cell]] if cell in colours else "") for cell in row))
    Console(highlight=False).print(drawn)


@contextmanager
def bar(title: str) -> Iterator[Step]:
    """A bar on stderr that goes away when the work is done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[what]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task(title, total=None, what="")

        def step(done: int, total: int, what: str = "") -> None:
            drawn.update(task, completed=done, total=total, what=what)

        yield step
