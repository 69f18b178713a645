"""`duban board`: the board of the pages, in a terminal."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from at_a_terminal import DUBAN, at_a_terminal
from small_office import Terminal, write_office

from models.schedules import OfficeStateRow
from tasks.live import current
from tasks.open import open_due

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
TUESDAY_AFTER = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.stand_at(MONDAY)
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with found.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = FRIDAY
        open_due(session, current(session), now=FRIDAY)
    for person in ("lin", "he"):
        assert found.run("confirm", "weekly-report", "--person", person).exit_code == 0
    with found.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = TUESDAY_AFTER
    return found


def test_the_board_has_the_figures_what_is_late_and_every_unit(terminal: Terminal) -> None:
    shown = terminal.run("board").stdout

    assert "Due this year 4, done 2 (late 0), on time 50.0%; overdue 2" in shown
    assert "[red]\t周报\t党政办\t秦岚\t2026-11-27\t4 days (2 working days)" in shown
    assert "[red]\t执法大队\t2\t1\t1\t50.0%" in shown
    assert "[yellow]\t赵刚" not in shown


def test_its_json_has_the_same_figures_as_the_report_of_what_is_overdue(terminal: Terminal) -> None:
    board: Any = terminal.json("board")
    overdue: Any = terminal.json("overdue")

    for name in ("as_of", "due", "done", "done_late", "overdue", "on_time_rate", "soon"):
        assert board[name] == overdue[name], name
    assert [(each["schedule"], each["person"]) for each in board["late"]] == [
        ("weekly-report", "秦岚"), ("weekly-report", "赵刚"),
    ]  # fmt: skip
    assert {each["key"]: each["light"] for each in board["units"]} == {"office": "red", "team": "red"}


def test_one_unit_and_one_schedule_are_shown_alone(terminal: Terminal) -> None:
    board: Any = terminal.json("board", "--unit", "执法大队")
    assert [each["person"] for each in board["late"]] == ["赵刚"]
    assert (board["due"], board["overdue"]) == (2, 1)

    assert terminal.json("board", "--schedule", "weekly-report")["due"] == 4  # type: ignore[index]
    assert "there is no schedule 'x'" in terminal.refused("board", "--schedule", "x")[0]
    assert "allowed: 党政办, 执法大队" in terminal.refused("board", "--unit", "x")[0]


def environ_of(terminal: Terminal, environ: dict[str, str], **more: str) -> dict[str, str]:
    given = {name: value for name, value in terminal.environ.items() if value is not None}
    return {**environ, **given, **more}


def test_lights_are_coloured_on_a_terminal_and_are_words_all_the_same(
    terminal: Terminal, environ: dict[str, str]
) -> None:
    plain = {"NO_COLOR": "1"}, {"TERM": "dumb"}
    seen = at_a_terminal([DUBAN, "board"], environ_of(terminal, environ))

    assert "[red]" in seen.text
    assert "\x1b[97;41m[red]" in seen.raw
    for more in plain:
        shown = at_a_terminal([DUBAN, "board"], environ_of(terminal, environ, **more))
        assert "[red]" in shown.text
        assert not {"41", "97"} & set(shown.raw.replace("\x1b[", ";").replace("m", ";").split(";")), more


def test_into_a_pipe_goes_no_colour(terminal: Terminal) -> None:
    assert "\x1b" not in terminal.run("board").output
    assert json.loads(terminal.run("board", "--json").stdout)["overdue"] == 2
