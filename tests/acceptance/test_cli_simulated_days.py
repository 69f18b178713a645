"""What `duban simulate` prints for a clerk: days, totals, notes and warnings; and how it ends when it is stopped."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_office import OFFICE, SCHEDULES, Terminal, write_office

from worker.cli.cells import cells

DUBAN = Path(sys.executable).parent / "duban"
LIVE = OFFICE.replace("mode: trial\n", "")
DUTY = """\
{id}:
  title: {title}
  when: {when}
  who: {{roles: [staff]}}
  done: {{by: each}}
  remind: {remind}
"""
REMIND = '[{before: due, by: 1 workday, time: "%s"}]'
FORTNIGHT = ("--from", "2026-09-21", "--to", "2026-10-09")


def terminal(tmp_path: Path, schedules: str = SCHEDULES, office: str = LIVE, **more: str) -> Terminal:
    files = {"office.yaml": office, "schedules.yaml": schedules, **more}
    return Terminal(write_office(tmp_path / "office", files), tmp_path / "data")


def duty(key: str, when: str, remind: str) -> str:
    return DUTY.format(id=key, title=key.upper(), when=when, remind=remind)


def printed(terminal: Terminal, *words: str, lang: str = "en") -> Sequence[str]:
    done = terminal.run("simulate", *words, lang=lang)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done.stdout.splitlines()


def lines(terminal: Terminal, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed(terminal, *words, "--json", "--full")]


def warned(terminal: Terminal, *words: str) -> list[dict[str, Any]]:
    return [line for line in lines(terminal, *words) if line["kind"] == "warning"]


MOVED = SCHEDULES.replace('time: "15:00"', 'time: "15:00", on_holiday: previous-workday')


def test_a_day_says_what_opens_falls_due_and_who_is_told(tmp_path: Path) -> None:
    found = printed(terminal(tmp_path, MOVED), *FORTNIGHT)

    monday = found.index("2026-09-28 Mon  2 messages (2 escalated)")
    assert found[: monday + 1] == [
        "2026-09-21 Mon — 2026-09-22 Tue  nothing",
        "2026-09-23 Wed  opens 4, 4 messages",
        "  opens      周报 (何建国, 林海, 秦岚 …, 4 in all)",
        "  08:40      何建国, 林海, 秦岚 and others, 4 people  【临期】周报",
        "2026-09-24 Thu  falls due 4",
        "  falls due  周报 (何建国, 林海, 秦岚 …, 4 in all) 4 not done",
        "2026-09-25 Fri 中秋节 — 2026-09-27 Sun  nothing",
        "2026-09-28 Mon  2 messages (2 escalated)",
    ], "Friday is the Mid-Autumn Festival: the report is due the day before"
    assert all(cells(line) <= 80 for line in found)


def test_the_same_in_chinese_with_holidays_and_worked_weekends_named(tmp_path: Path) -> None:
    text = "\n".join(printed(terminal(tmp_path, MOVED), *FORTNIGHT, lang="zh_CN"))

    assert "2026-09-20" not in text
    assert "\n2026-09-24 周四  到期4\n  到期   周报（何建国、林海、秦岚等，共4项） 未办4\n" in text
    assert "（上报）  【督办】周报" in text, "heads of unit are told when nobody reports"
    assert "\n合计：2026-09-21至2026-10-09，19天\n" in text
    assert "周报：2026-10-02 周五（国庆节）→ 2026-09-30 周三" in text
    assert text.endswith("没有要处理的。")


def test_the_words_of_messages_are_shown_when_asked_for(tmp_path: Path) -> None:
    short, full = (
        printed(terminal(tmp_path / str(n)), *FORTNIGHT, *more) for n, more in ((1, ()), (2, ("--full",)))
    )

    assert not any(line.startswith("    ") and "周报" in line and "联系" in line for line in short)
    assert sum(line.startswith("    ") for line in full) > sum(line.startswith("    ") for line in short)


def test_all_lines_are_there_in_full_and_the_messages_are_the_same(tmp_path: Path) -> None:
    office = terminal(tmp_path)
    plain = [json.loads(line) for line in printed(office, *FORTNIGHT, "--json")]

    full = lines(office, *FORTNIGHT)

    assert [line for line in full if line["kind"] == "message"] == plain
    totals = full[-1]
    assert totals["kind"] == "totals"
    assert totals["messages"] == len(plain) == sum(totals["by_person"].values())
    kinds = Counter(line["kind"] for line in full)
    assert totals["duties"]["opened"] == kinds["opened"]
    assert totals["duties"]["open"] == kinds["left"]
    assert totals["duties"]["overdue"] == sum(line["late"] for line in full if line["kind"] == "left")
    assert sum(month["opened"] for month in totals["by_month"].values()) == kinds["opened"]
    assert set(totals["by_month"]) == {"2026-09", "2026-10"}


def test_too_many_messages_on_a_day_are_a_warning_for_whom_they_hit(tmp_path: Path) -> None:
    five = "".join(duty(f"d{n}", "{weekly: 周五}", REMIND % f"{n + 9:02}:15") for n in range(2))
    more = "".join(duty(f"e{n}", "{weekly: 周五}", REMIND % f"{n + 14:02}:45") for n in range(3))
    sixth = duty("f", "{weekly: 周五}", REMIND % "17:50")
    week = ("--from", "2026-11-23", "--to", "2026-11-29")

    assert [
        each for each in warned(terminal(tmp_path / "5", five + more), *week) if each["code"] == "too-many"
    ] == []
    found = [
        each
        for each in warned(terminal(tmp_path / "6", five + more + sixth), *week)
        if each["code"] == "too-many"
    ]

    assert {each["about"] for each in found} == {"lin", "qin", "he", "zhao"}
    one = next(each for each in found if each["about"] == "zhao")
    assert one["days"] == [
        {
            "on": "2026-11-26",
            "messages": 6,
            "schedules": dict.fromkeys(("d0", "d1", "e0", "e1", "e2", "f"), 1),
        }
    ]
    assert "赵刚 gets 6 messages on 2026-11-26 Thu" in one["text"]
    assert "same time" in one["advice"]


def test_a_due_day_that_no_rule_takes_off_a_rest_day_is_a_warning(tmp_path: Path) -> None:
    span = ("--from", "2026-02-09", "--to", "2026-02-28")

    def about(on_holiday: str) -> list[tuple[str, str]]:
        office = terminal(
            tmp_path / on_holiday,
            duty("rent", f"{{monthly: 18, on_holiday: {on_holiday}}}", REMIND % "09:00"),
        )
        found = [line for line in lines(office, *span) if line.get("about") == "rent"]
        return [(line["kind"], line["code"]) for line in found if "code" in line]

    assert about("keep") == [("warning", "due-on-rest-day")]
    assert about("previous-workday") == [("note", "moved")]
    assert about("skip") == [("note", "skipped")]


def test_the_spring_festival_is_named(tmp_path: Path) -> None:
    office = terminal(tmp_path, duty("rent", "{monthly: 18, on_holiday: keep}", REMIND % "09:00"))

    (found,) = warned(office, "--from", "2026-02-09", "--to", "2026-02-28")

    assert "2026-02-18 Wed (春节)" in found["text"]
    assert found["before"] == "2026-02-14", "a Saturday that is worked"


def test_messages_at_night_are_a_warning_only_where_a_channel_lets_them_out(tmp_path: Path) -> None:
    night = duty("late", "{weekly: 周五}", REMIND % "21:00")
    week = ("--from", "2026-11-23", "--to", "2026-11-29")

    (found,) = warned(terminal(tmp_path / "exempt", night), *week)
    kept = LIVE.replace('"outbox://{id}", quiet: exempt', '"outbox://{id}"')
    silent = warned(terminal(tmp_path / "kept", night, kept), *week)

    assert (found["code"], found["channel"]) == ("quiet-hours", "outbox")
    assert "quiet: exempt" in found["advice"]
    assert silent == []


def test_a_post_that_nobody_holds_is_a_warning_and_being_ones_own_head_is_none(tmp_path: Path) -> None:
    ladder = "[{after: due, by: 1 workday, to: deputy-leader, release: auto}, {after: due, by: 1 workday, to: unit-head}]"
    weekly = duty("w", "{weekly: 周三}", ladder)
    week = ("--from", "2026-11-23", "--to", "2026-11-29")
    nobody_above = LIVE.replace("head: he, leader: lin", "head: he")

    found = warned(terminal(tmp_path, weekly, nobody_above), *week)

    assert [(each["code"], each["to"], each["party"]) for each in found] == [
        ("nobody", "deputy-leader", "何建国"),
        ("nobody", "deputy-leader", "赵刚"),
    ]


def test_beyond_the_announced_days_is_a_warning(tmp_path: Path) -> None:
    found = warned(terminal(tmp_path), "--from", "2027-01-04", "--to", "2027-01-10")

    assert [each["code"] for each in found] == ["horizon"]
    assert found[0]["announced_until"] == "2026-12-31"


@pytest.mark.slow
def test_the_starter_office_gives_no_warning_around_the_spring_festival(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    environ = {**environ, "DUBAN_LANG": "zh_CN"}
    span = ["--from", "2026-02-01", "--to", "2026-03-07", "--people", "mixed"]

    done = subprocess.run(
        [DUBAN, "simulate", *span], env=environ, text=True, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("没有要处理的。\n")
    assert "周五集中学习 2026-02-20不办" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_says_how_far_it_came_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, environ: dict[str, str]
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environ = {
        **environ,
        "TMPDIR": str(temporary),
        "DUBAN_LANG": "en",
    }
    command = [str(DUBAN), "simulate", "--from", "2026-01-01", "--to", "2026-12-31"]
    with subprocess.Popen(
        command, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("2026-01-01")
        process.send_signal(number)
        rest, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert said.startswith("Stopped. It came up to 2026-")
    assert "Nothing was sent and nothing was changed" in said
    assert "Totals" not in rest
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "data" / "duban.sqlite3").exists()
