"""Text for a terminal of 80 cells: paragraphs that are wrapped, groups of lines, and ids with what they are called."""

from collections.abc import Iterable, Mapping

from worker.cli.cells import wrap
from worker.cli.language import _
from worker.cli.terminal import plain, say

WIDTH = 80


def paragraph(text: str, *, indent: int = 0, hang: int = 2) -> None:
    """Print a text wrapped at 80 cells; further lines stand `hang` cells further in."""
    lead = len(text) - len(text.lstrip(" "))
    room = WIDTH - indent - lead - hang
    for number, line in enumerate(wrap(plain(text).strip(), room)):
        say(" " * (indent + lead + (hang if number else 0)) + line)


def group(sign: str, title: str, lines: Iterable[str], *, most: int | None = None) -> None:
    """Print a title with the number of lines, and the lines below it; nothing if there are none."""
    found = list(lines)
    if not found:
        return
    paragraph(f"{title}: {len(found)}")
    for line in found[:most]:
        paragraph(f"{sign} {line}", indent=2)
    if most is not None and len(found) > most:
        say("  " + _("… and {n} more").format(n=len(found) - most))


def titled(key: str, titles: Mapping[str, str]) -> str:
    """What an id is called, with the id."""
    title = titles.get(key)
    return f"{title} ({key})" if title else key


def listed(keys: Iterable[str], titles: Mapping[str, str], *, most: int) -> str:
    """Several ids by what they are called, on one line, at most so many."""
    found = list(keys)
    shown = _(", ").join(titles.get(key, key) for key in found[:most])
    return shown + (_(" and {n} more").format(n=len(found) - most) if len(found) > most else "")
