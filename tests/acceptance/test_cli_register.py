"""`duban register`: listed, entered, declared zero, taken back, on a terminal and as JSON; and `duban confirm --count`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_office import SCHEDULES, Terminal, write_office

from tasks.live import current
from tasks.open import open_due

FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 16:00 at the office
MORE = """\
clean-quota:
  title: 年度整治次数
  when: {cycle: calendar-year}
  who: {unit: team}
  done: {register: cleanup, reach: {events: 2, shops: 10}}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
centre-study:
  title: 中心组学习
  when: {cycle: calendar-year}
  who: {role: clerk}
  done: {sum: count, reach: 2}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
registers:
  cleanup: {title: 占道经营整治, by: {unit: 执法大队}, fields: {place: text, shops: {label: 商户, kind: number}}}
  complaints: {title: 违规执法投诉, fields: {matter: text}}
"""


def begin(terminal: Terminal) -> None:
    terminal.stand_at(FRIDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        open_due(session, current(session), now=FRIDAY)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office with two registers, as of a Friday afternoon."""
    office = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + MORE})
    found = Terminal(office, tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def add(terminal: Terminal, *more: str) -> Any:
    return terminal.run(
        "register",
        "add",
        "cleanup",
        "--on",
        "2026-11-20",
        "--field",
        "place=民主路",
        "--field",
        "shops=6",
        *more,
    )


def progress(terminal: Terminal, person: str, schedule: str) -> float:
    found: Any = terminal.json("confirm", "--person", person)
    return next((each["progress"] for each in found if each["schedule"] == schedule), -1.0)


def test_a_register_never_used_says_so_and_never_0(terminal: Terminal) -> None:
    shown = terminal.run("register", "list", lang="zh_CN").stdout
    first: Any = terminal.json("register", "list")

    assert shown.splitlines()[1:] == [
        "cleanup\t占道经营整治\t未登记\t\t\t",
        "complaints\t违规执法投诉\t未登记\t\t\t",
    ]
    assert (first[0]["recorded"], first[0]["entries"], first[0]["figures"]) == (False, None, None)
    assert terminal.run("register", "list", "cleanup", lang="zh_CN").stdout.splitlines() == [
        "占道经营整治 2026",
        "未登记",
    ]


def test_an_entry_counts_once_and_is_listed_with_what_it_holds(terminal: Terminal) -> None:
    outputs = [add(terminal, "--person", "zhao").stdout.strip() for _ in range(2)]
    add(terminal, "--person", "zhao", "--source", "again")
    book: Any = terminal.json("register", "list", "cleanup")
    line = terminal.run("register", "list").stdout.splitlines()[1]

    assert outputs == ["Entered in 占道经营整治 as no. 1.", "Already entered as no. 1; nothing was added."]
    first = book["entries"][-1]
    assert {key: first[key] for key in ("held_on", "unit", "person", "fields", "entered_late")} == {
        "held_on": "2026-11-20", "unit": "执法大队", "person": "赵刚", "entered_late": True,
        "fields": {"place": ["民主路"], "shops": ["6"]},
    }  # fmt: skip
    assert line.split("\t") == ["cleanup", "占道经营整治", "2", "商户 12", "", "2"]
    assert progress(terminal, "he", "clean-quota") == -1, "two events and twelve shops: done"


def test_an_entry_taken_back_opens_what_it_had_reached(terminal: Terminal) -> None:
    add(terminal)
    add(terminal, "--source", "again")
    undone = terminal.run("register", "undo", "2", "--note", "entered twice", "--yes")

    assert undone.stdout.strip() == "Taken back: no. 2."
    assert progress(terminal, "he", "clean-quota") == 50.0


def test_every_fault_is_said_on_a_line_and_nothing_is_kept(terminal: Terminal) -> None:
    lines = terminal.refused(
        "register", "add", "cleanup", "--on", "2026-11-28", "--field", "shops=many", "--field", "weather=fine"
    )

    assert [line.partition(":")[0] for line in lines] == [
        "--on",
        "--field weather",
        "--field place",
        "--field shops",
    ]
    assert terminal.refused("register", "add", "cleanup", "--on", "2026-11-20", "--person", "lin")[
        0
    ].startswith("only 执法大队")
    assert "cleanup" in terminal.refused("register", "add", "cleanups", "--on", "2026-11-20")[0]
    assert terminal.refused("register", "undo", "9", "--note", "x") == ["there is no entry 9"]
    first: Any = terminal.json("register", "list")
    assert first[0]["recorded"] is False


def test_a_zero_is_declared_refused_over_entries_and_taken_back(terminal: Terminal) -> None:
    span = ("--from", "2026-10-01", "--to", "2026-10-31")
    declared = terminal.run("register", "zero", "complaints", *span)
    shown: Any = terminal.json("register", "list", "complaints")
    year: Any = terminal.json("register", "list")
    line = terminal.run("register", "list").stdout.splitlines()[2]
    terminal.run("register", "undo", "1", "--zero", "--note", "there was one", "--yes")
    terminal.run("register", "add", "complaints", "--on", "2026-10-12", "--field", "matter=x")
    refused = terminal.refused("register", "zero", "complaints", *span)

    assert declared.stdout.strip() == "Zero declared for 违规执法投诉, 2026-10-01 to 2026-10-31, as no. 1."
    assert [(zero["from"], zero["to"], zero["unit"]) for zero in shown["zeros"]] == [
        ("2026-10-01", "2026-10-31", None)
    ]
    assert (shown["recorded"], shown["entries"]) == (True, [])
    assert "the first of 12 Oct; a zero cannot be declared" in refused[0]
    assert (year[1]["recorded"], year[1]["entries"]) == (True, None), "October is not the year"
    assert line.split("\t")[2:5] == ["zero declared", "", "2026-10-01–2026-10-31"]
    assert terminal.refused("register", "zero", "complaints", "--from", "2026-11-01", "--to", "2026-11-30")[
        0
    ].startswith("a zero cannot")


def test_times_are_counted_from_the_shell(terminal: Terminal) -> None:
    words = ("confirm", "centre-study", "--person", "qin", "--count", "1", "--note", "宪法")
    first = terminal.run(*words, "--done-on", "2026-03-20")
    half = progress(terminal, "qin", "centre-study")
    second = terminal.run(*words, "--done-on", "2026-06-19")

    assert (first.exit_code, half, second.exit_code) == (0, 1.0, 0), first.output
    assert progress(terminal, "qin", "centre-study") == -1
    wrong = terminal.run(*words[:-4], "--count", "0.5", "--note", "x")
    assert wrong.exit_code == 2
    assert "'0.5' is not how many times" in wrong.stderr


def test_what_counts_a_register_is_not_confirmed_by_hand(terminal: Terminal) -> None:
    lines = terminal.refused("confirm", "clean-quota", "--person", "he")

    assert lines == ["it is done when the entries and records reach the figures"]


def test_a_changed_register_is_named_by_plan_and_counted_anew(terminal: Terminal) -> None:
    add(terminal)
    changed = (
        (terminal.office / "schedules.yaml")
        .read_text()
        .replace("shops: 10", "shops: 5")
        .replace("商户", "商户数")
    )
    (terminal.office / "schedules.yaml").write_text(changed)

    plan: Any = terminal.json("plan")

    assert (plan["registers_changed"], plan["schedules"]["changed"]) == (True, ["clean-quota"])
    assert "Registers changed" in terminal.run("apply", "--yes").stdout
    assert terminal.run("register", "list").stdout.splitlines()[1].split("\t")[3] == "商户数 6"
