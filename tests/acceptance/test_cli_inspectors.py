"""`duban inspector` and `duban sign-in`: accounts with an end, and links that work once."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import SCHEDULES, Terminal, write_office
from sqlalchemy import select

from models.obligations import AuditRow

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office


def begin(terminal: Terminal) -> None:
    terminal.stand_at(MONDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES}), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def link(text: str) -> str:
    found = re.search(r"http\S+/signin/\S+", text)
    assert found, text
    return found[0]


def test_an_account_is_opened_listed_and_closed(terminal: Terminal) -> None:
    added = terminal.run("inspector", "add", "王建国", "--body", "区司法局", "--until", "2026-12-04")
    assert "No. 1: 王建国 may read until 2026-12-04." in added.output
    first, second = link(added.output), link(terminal.run("inspector", "link", "1").output)
    assert first != second

    listed = terminal.json("inspector", "list")
    assert isinstance(listed, list)
    assert [(each["name"], each["body"], each["until"], each["open"]) for each in listed] == [
        ("王建国", "区司法局", "2026-12-04", True)
    ]
    assert "may read" in terminal.run("inspector", "list").output

    assert "can open nothing any more" in terminal.run("inspector", "end", "1", "--yes").output
    assert "closed" in terminal.run("inspector", "list").output
    assert terminal.refused("inspector", "link", "1")[0].endswith("this account is closed; open a new one")
    with terminal.writing() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.subject_kind == "inspector")).all()
    assert acts == ["invite", "link", "end"]


def test_nobody_is_let_in_for_a_day_that_is_past(terminal: Terminal) -> None:
    assert (
        "cannot lie in the past" in terminal.refused("inspector", "add", "王建国", "--until", "2026-11-22")[0]
    )
    assert "There is no inspector." in terminal.run("inspector", "list").output
    assert "there is no such inspector" in terminal.refused("inspector", "end", "7")[0]


def test_a_link_signs_in_whoever_supervises(terminal: Terminal) -> None:
    clerk, head = terminal.run("sign-in"), terminal.run("sign-in", "qin")

    assert clerk.exit_code == 0, clerk.output
    assert link(clerk.output) != link(head.output)
    assert "heads or supervises no unit" in terminal.refused("sign-in", "zhao")[0]
    assert "nobody in the roster has the id 'x'" in terminal.refused("sign-in", "x")[0]


@pytest.mark.parametrize(
    "command",
    [
        ("inspector", "end"),
        ("inspector", "link"),
        ("messages", "show"),
        ("absence", "end"),
        ("silence", "end"),
        ("urge", "--reason", "请抓紧"),
    ],
)
def test_a_number_that_nothing_can_have_is_refused_before_it_is_looked_for(
    terminal: Terminal, command: tuple[str, ...]
) -> None:
    done = terminal.run(*command, str(2**70))

    assert done.exit_code == 2
    assert str(2**31 - 1) in done.output
