"""What a terminal sees: tables that fit it, bars that go away, and no trace of either in a pipe."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from at_a_terminal import DUBAN, at_a_terminal
from small_office import Terminal, write_office

from models.schedules import OfficeStateRow
from tasks.live import current
from tasks.open import open_due
from worker.cli.cells import cells

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
# A bar whose work takes as long as somebody at the keyboard likes: the first key ends it.
SLOW = """
import sys
from worker.cli.terminal import progress, say
with progress("working") as step:
    step(1, 3, "two more")
    sys.stdin.readline()
say("finished")
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.stand_at(MONDAY)
    assert found.run("apply", "--yes").exit_code == 0
    with found.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = FRIDAY
        open_due(session, current(session), now=FRIDAY)
        session.get_one(OfficeStateRow, 1).stepped_at = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    return found


def environ_of(terminal: Terminal, environ: dict[str, str]) -> dict[str, str]:
    return {**environ, **{name: value for name, value in terminal.environ.items() if value is not None}}


@pytest.mark.parametrize("columns", [80, 60])
def test_a_table_fits_and_no_date_is_broken(
    terminal: Terminal, environ: dict[str, str], columns: int
) -> None:
    seen = at_a_terminal([DUBAN, "overdue"], environ_of(terminal, environ), columns=columns)
    table = seen.text.partition("soon due 0\n")[2].splitlines()

    assert max(cells(line) for line in table) <= columns
    assert seen.text.count("2026-11-27") == 4
    assert "new date" not in seen.text, "a column without any text takes no room"


def test_on_a_narrow_terminal_each_row_is_a_paragraph(terminal: Terminal, environ: dict[str, str]) -> None:
    seen = at_a_terminal([DUBAN, "overdue"], environ_of(terminal, environ), columns=36)

    assert "light: [red]\nmatter: 周报\nunit: 党政办\nperson: 林海\ndue: 2026-11-27\n" in seen.text


def test_into_a_pipe_a_table_goes_whole(terminal: Terminal) -> None:
    heads = terminal.run("overdue").stdout.splitlines()[2].split("\t")
    assert heads == ["light", "matter", "unit", "person", "due", "late", "urged", "reason", "new date"]


def test_a_bar_appears_and_goes_away(environ: dict[str, str]) -> None:
    seen = at_a_terminal([DUBAN.parent / "python", "-c", SLOW], environ, typed=[("working", "\r")])

    assert "1/3 two more" in seen.text
    assert "\x1b[2K" in seen.raw, "its line is cleared"
    assert seen.text.endswith("finished\n")


@pytest.mark.parametrize("words", [["check"], ["plan", "--json"], ["overdue", "--json"]])
def test_no_bar_and_no_colour_gets_into_a_pipe(terminal: Terminal, words: list[str]) -> None:
    done = terminal.run(*words)

    assert done.stderr == ""
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        (["preview", "--calendar", "--from", "2026-12-03", "--to", "2026-12-09"], "\x1b[90m 1"),
        (["simulate", "--from", "2026-12-03", "--to", "2026-12-05"], "\x1b[36m2026-12-03"),
    ],
    ids=["calendar", "simulate"],
)
def test_what_is_no_light_is_in_coloured_letters_on_a_terminal(
    terminal: Terminal, environ: dict[str, str], words: list[str], letters: str
) -> None:
    seen = at_a_terminal([DUBAN, *words], environ_of(terminal, environ))

    assert seen.code == 0, seen.text
    assert letters in seen.raw
