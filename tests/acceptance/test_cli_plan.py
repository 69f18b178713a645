"""What `duban plan` shows of edits as a clerk makes them, at 80 cells in both languages; and what `duban apply` asks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_office import OFFICE, PEOPLE, SCHEDULES, Terminal, write_office

from models.engine import connect
from models.schedules import OfficeStateRow
from tasks.live import current
from tasks.open import open_due
from worker.cli.cells import cells

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday; the report of Friday 27 opens on Thursday at 08:40
THURSDAY = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
Edit = Callable[[str, str, str], None]


def begin(terminal: Terminal) -> None:
    terminal.stand_at(NOW)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    open_at(terminal, NOW)


def open_at(terminal: Terminal, now: datetime) -> None:
    """Have opened what opens by then."""
    database = connect(f"sqlite:///{terminal.data / 'duban.sqlite3'}")
    with database.writing.begin() as session:
        open_due(session, current(session), now=now)
    database.dispose()


@pytest.fixture
def running(tmp_path: Path, kept_folders: Path) -> Terminal:
    terminal = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    terminal.begin(kept_folders, begin)
    return terminal


@pytest.fixture
def edit(running: Terminal) -> Edit:
    def replace(file: str, old: str, new: str) -> None:
        path = running.office / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace


def moves(running: Terminal) -> list[tuple[str, str | None, str | None]]:
    found: Any = running.json("plan")
    return [
        (each["fate"], each["old"] and each["old"]["date"], each["new"] and each["new"]["date"])
        for each in found["moves"]
    ]


def test_another_weekday_names_old_and_new_days(running: Terminal, edit: Edit) -> None:
    edit("schedules.yaml", "weekly: 周五", "weekly: 周四")

    assert moves(running)[:2] == [
        ("moves", "2026-11-27", "2026-11-26"),
        ("moves", "2026-12-04", "2026-12-03"),
    ]
    lines = running.run("plan", lang="zh_CN").stdout.splitlines()
    assert "    2026-11-27 周五 15:00 → 2026-11-26 周四 15:00" in lines
    assert max(cells(line) for line in lines) <= 80
    assert all(cells(line) <= 80 for line in running.run("plan").stdout.splitlines())


def test_what_is_open_stays_and_the_line_to_move_it_is_given(running: Terminal, edit: Edit) -> None:
    open_at(running, THURSDAY)
    with running.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = THURSDAY
    edit("schedules.yaml", "weekly: 周五", "weekly: 周六")

    assert moves(running)[0] == ("stays", "2026-11-27", "2026-11-28")
    shown = running.run("plan").stdout
    assert "duban occurrence move weekly-report 2026-11-27 --to 2026-11-28" in shown
    assert "weekly-report): 4 duties are open" in shown


def test_what_is_open_and_only_has_another_deadline_is_given_no_line_that_would_not_move_it(
    running: Terminal, edit: Edit
) -> None:
    open_at(running, THURSDAY)
    with running.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = THURSDAY
    edit("schedules.yaml", "done: {by: each}", "done: {by: each, within: 2 workdays}")

    assert moves(running)[0] == ("stays", "2026-11-27", "2026-11-27")
    shown = running.run("plan").stdout
    assert "the day is the same, and this one keeps its own" in " ".join(shown.split())
    assert "duban occurrence move" not in shown


def test_a_rule_that_names_other_days_altogether_says_what_falls_away_and_what_is_new(
    running: Terminal, edit: Edit
) -> None:
    edit("schedules.yaml", "weekly: 周五", "monthly: 30")

    found = moves(running)
    assert ("falls", "2026-12-04", None) in found
    assert ("new", None, "2026-11-30") in found


def test_people_gained_and_lost_are_named_with_the_schedules_they_owe(running: Terminal, edit: Edit) -> None:
    edit("people.csv", "zhao,赵刚,执法大队,科员,工作人员,", "zhao,赵刚,执法大队,科员,,")
    edit("people.csv", "qin,,\n", "qin,,\nli,李四,执法大队,科员,工作人员,,13800000005,li,,\n")

    found: Any = running.json("plan")
    assert found["reach"] == [{"schedules": ["weekly-report"], "gained": ["li"], "lost": ["zhao"]}]
    assert found["people"]["changed"] == ["zhao"]
    assert found["unchanged"] is False
    shown = running.run("plan").stdout
    assert "+ 1: 李四" in shown
    assert "- 1: 赵刚" in shown


def test_messages_are_those_of_thirty_days_and_how_many_more_or_fewer(running: Terminal, edit: Edit) -> None:
    edit("people.csv", "qin,,\n", "qin,,\nli,李四,执法大队,科员,工作人员,,13800000005,li,,\n")

    found: Any = running.json("plan")
    before = sum(day["messages"] for day in found["messages_before"])
    after = sum(day["messages"] for day in found["messages"])
    # Four Fridays with the day before and, after it, the two heads of units: the fifth person hears four times.
    assert (found["messages_days"], found["messages_more"], after - before) == (30, 4, 4)
    assert "4 more than without this" in running.run("plan").stdout.replace("\n  ", " ")


def test_a_renamed_id_is_recognised(running: Terminal, edit: Edit) -> None:
    edit("schedules.yaml", "weekly-report:", "report-weekly:")

    found: Any = running.json("plan")
    assert found["renamed"] == {"weekly-report": ["report-weekly"]}
    assert "Renamed? weekly-report is gone and report-weekly looks the same." in running.run("plan").stdout


def test_a_schedule_split_in_two_is_recognised_too(running: Terminal) -> None:
    parts = SCHEDULES.replace("weekly-report", "office-report").replace("roles: [staff]", "units: [党政办]")
    parts += SCHEDULES.replace("weekly-report", "team-report").replace("roles: [staff]", "units: [执法大队]")
    (running.office / "schedules.yaml").write_text(parts, encoding="utf-8")

    found: Any = running.json("plan")
    assert found["renamed"] == {"weekly-report": ["office-report", "team-report"]}


def test_a_named_ladder_that_changes_names_the_schedules_it_serves(running: Terminal, edit: Edit) -> None:
    ladder = "ladders:\n  mine:\n    - {before: due, by: 1 workday}\n"
    rungs = "\n    - {before: due, by: 1 workday, to: assignee}\n    - {after: due, by: 1 workday, to: unit-head}\n"
    edit("office.yaml", OFFICE, OFFICE + ladder)
    edit("schedules.yaml", f"remind:{rungs}", "remind: {use: mine}\n")
    assert running.run("apply", "--yes").exit_code == 0
    edit("office.yaml", "by: 1 workday}", "by: 2 workdays}")

    found: Any = running.json("plan")
    assert (found["schedules"]["changed"], found["other_reminders"]) == ([], ["weekly-report"])


def test_a_day_off_moves_what_is_to_come_and_says_what_is_counted_anew(running: Terminal, edit: Edit) -> None:
    edit("schedules.yaml", 'time: "15:00"', 'time: "15:00", on_holiday: previous-workday')
    assert running.run("apply", "--yes").exit_code == 0
    open_at(running, THURSDAY)
    path = running.office / "calendar" / "2026.json"
    notice = json.loads(path.read_text(encoding="utf-8"))
    notice["days"] += [
        {"name": "临时放假", "date": f"2026-{day}", "isOffDay": True} for day in ("11-27", "12-04")
    ]
    path.write_text(json.dumps(notice, ensure_ascii=False), encoding="utf-8")
    before = running.json("calendar", "show", "2026")

    assert moves(running) == [("moves", "2026-11-27", "2026-11-26"), ("moves", "2026-12-04", "2026-12-03")]
    found: Any = running.json("plan")
    assert (found["calendar"], found["days"]["moved"]) == ([2026], 4)
    assert running.json("calendar", "show", "2026") == before, "it was only tried"


def test_the_old_name_of_close_still_works_and_is_not_shown(running: Terminal, edit: Edit) -> None:
    open_at(running, THURSDAY)
    edit("schedules.yaml", "weekly-report:", "second:")
    refused = running.run("apply", "--yes")
    done = running.run("apply", "--yes", "--removed", "cancel")

    assert refused.exit_code == 1
    assert "--close cancel" in refused.stderr
    assert done.exit_code == 0, done.output
    assert "--removed" not in running.run("apply", "--help").stdout


def test_apply_as_json_says_what_was_done(running: Terminal, edit: Edit) -> None:
    edit("people.csv", PEOPLE, PEOPLE + "li,李四,执法大队,科员,工作人员,,13800000005,li,,\n")

    done = json.loads(running.run("apply", "--yes", "--json").stdout)
    again = json.loads(running.run("apply", "--yes", "--json").stdout)

    assert (done["applied"], done["version"], done["people"]["joined"]) == (True, 2, ["li"])
    assert (again["applied"], again["version"], again["unchanged"]) == (False, 2, True)


def test_files_that_change_while_the_plan_is_read_are_not_applied(
    running: Terminal, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit("schedules.yaml", "title: 周报", "title: 每周报告")

    def meanwhile(*_words: object, **_more: object) -> None:
        edit("schedules.yaml", "title: 每周报告", "title: 别的")

    monkeypatch.setattr("worker.cli.plan.ask", meanwhile)
    refused = running.run("apply")

    assert refused.exit_code == 1
    assert "changed meanwhile" in refused.stderr
    assert [each["version"] for each in running.json("history")] == [1]  # type: ignore[attr-defined]


def test_a_note_that_is_too_long_is_refused_before_anything_is_done(running: Terminal, edit: Edit) -> None:
    edit("schedules.yaml", "title: 周报", "title: 每周报告")

    refused = running.run("apply", "--yes", "--note", "长" * 401)

    assert refused.exit_code == 1
    assert "at most 400" in refused.stderr
