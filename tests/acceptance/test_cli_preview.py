"""`duban preview` as a clerk and as a program use it: days, names, tables on a terminal, and no database."""

from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from on_a_terminal import on_a_terminal
from small_office import FOUR_KINDS, OFFICE, SCHEDULES, Terminal, write_office

from worker.cli import preview as command
from worker.cli.cells import cells

DECEMBER = ("--from", "2026-12-01", "--to", "2026-12-31")
CASES = """\
cases:
  title: 案件办理
  when: {event: case.filed, key: 案号}
  who: {role: clerk}
  steps:
    file: {title: 立案审批, after: event, within: 7 workdays}
    note: {title: 备注}
  remind: [{at: open}, {before: due, by: 2 workdays}]
ended:
  title: 已结束的专项
  when: {once: {from: 2025-03-01, to: 2025-05-31}}
  who: {roles: [staff]}
  remind: [{at: open}]
powers:
  title: 承接事项
  when: {once: {from: 2026-11-01, to: 2026-12-31}, targets: 承接事项.csv}
  who: {target: owner}
  remind: [{before: due, by: 5 workdays}]
"""
TABLE = "编号,名称,责任单位,责任人工号\n1,占道经营,执法大队,\n2,档案,,qin\n3,广告,,zhao\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    files: dict[str, str | bytes | None] = {"schedules.yaml": SCHEDULES + CASES, "承接事项.csv": TABLE}
    return Terminal(write_office(tmp_path / "office", files), tmp_path / "data")


def environ(terminal: Terminal, lang: str = "en") -> dict[str, str]:
    ours = {key: value for key, value in terminal.environ.items() if value is not None}
    return {**ours, "DUBAN_LANG": lang, "PYTHONUTF8": "1"}


def stand_at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let the machine's clock stand, as this command reads it."""
    monkeypatch.setattr(command, "machine_now", lambda: datetime.fromisoformat(text))


# ── days ────────────────────────────────────────────────────
def test_without_days_it_shows_today_and_the_29_days_after(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, "2026-12-04T16:30:00+00:00")  # half past midnight of the 5th at the office

    found: Any = terminal.json("preview", "weekly-report")

    assert [item["date"] for item in found] == ["2026-12-11", "2026-12-18", "2026-12-25", "2027-01-01"]


def test_one_day_is_enough(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, "2026-12-05T00:00:00+00:00")

    first: Any = terminal.json("preview", "weekly-report", "--from", "2026-10-01")
    last: Any = terminal.json("preview", "weekly-report", "--to", "2026-12-11")
    early = terminal.run("preview", "--to", "2026-12-01")

    assert date.fromisoformat(first[-1]["key"]) <= date(2026, 10, 30)
    assert [item["date"] for item in last] == ["2026-12-11"]
    assert (early.exit_code, early.stdout) == (2, "")
    assert "--to 2026-12-01 is before today, 2026-12-05; give --from too" in early.stderr


def test_a_calendar_is_no_json(terminal: Terminal) -> None:
    for other in ("--json", "--texts"):
        done = terminal.run("preview", "--calendar", other)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "--calendar shows days" in done.stderr


# ── names ───────────────────────────────────────────────────
def test_a_schedule_may_be_named_by_its_title(terminal: Terminal) -> None:
    found: Any = terminal.json("preview", "周报", *DECEMBER)

    assert {item["schedule"] for item in found} == {"weekly-report"}


def test_every_wrong_name_is_answered_with_the_one_that_was_meant(terminal: Terminal) -> None:
    lines = terminal.refused("preview", "weekly-raport", "case", *DECEMBER)

    assert lines[0].startswith("there is no schedule 'weekly-raport'; allowed: weekly-report, ")
    assert lines[0].endswith("; did you mean weekly-report?")
    assert lines[1].startswith("there is no schedule 'case'; allowed: cases, ")
    assert len(lines) == 2


# ── no database ─────────────────────────────────────────────
@pytest.mark.parametrize("how", [[], ["--calendar"], ["--json"], ["--texts"], ["weekly-raport"]])
def test_no_database_and_no_data_folder_is_touched(terminal: Terminal, how: list[str]) -> None:
    nowhere = {**environ(terminal), "DUBAN_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}

    seen = on_a_terminal(["preview", *how, *DECEMBER], nowhere)

    assert seen.exit_code == (1 if how == ["weekly-raport"] else 0), seen.lines
    assert not terminal.data.exists()


# ── for programs ────────────────────────────────────────────
def items(terminal: Terminal, *words: str) -> list[dict[str, Any]]:
    found: Any = terminal.json("preview", *words)
    return list(found)


def test_programs_read_who_is_told_by_which_channel(terminal: Terminal) -> None:
    (found,) = (each for each in items(terminal, "weekly-report", *DECEMBER) if each["key"] == "2026-12-11")

    before, after = found["rungs"]
    assert (before["at"], before["to"], before["recipients"]) == (
        "2026-12-10T08:40:00+08:00",
        "assignee",
        None,
    )
    assert before["channels"] == {"outbox": 4}
    assert (after["to"], after["recipients"], after["channels"]) == (
        "unit-head",
        ["qin", "he"],
        {"outbox": 2},
    )
    assert found["assignees"] == ["he", "lin", "qin", "zhao"]
    assert (found["later"], found["paused"], found["history"]) == ([], False, False)


def test_nothing_in_the_span_is_an_empty_list(terminal: Terminal) -> None:
    assert terminal.json("preview", "cases", *DECEMBER) == []


def test_into_a_pipe_every_occurrence_is_a_line_with_tabs(terminal: Terminal) -> None:
    done = terminal.run("preview", "weekly-report", "powers", *DECEMBER)

    head, *rows, total = done.stdout.splitlines()
    assert head.split("\t") == [
        "date",
        "schedule",
        "id",
        "opens",
        "due",
        "people",
        "remarks",
        "who is told when",
    ]
    assert {len(row.split("\t")) for row in rows} == {8}
    assert rows[0].split("\t")[:6] == ["2026-12-04 Fri", "周报", "weekly-report", "2026-12-03 08:40", "2026-12-04 18:00", "4"]  # fmt: skip
    assert total == f"{len(rows)} occurrences"


# ── on a terminal ───────────────────────────────────────────
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("how", [[], ["--calendar"]])
def test_a_year_of_62_people_keeps_within_80_cells(tmp_path: Path, lang: str, how: list[str]) -> None:
    office = Terminal(FOUR_KINDS, tmp_path / "data")

    seen = on_a_terminal(
        ["preview", "--from", "2026-01-01", "--to", "2026-12-31", *how], environ(office, lang)
    )

    assert seen.exit_code == 0, seen.lines
    assert [line for line in seen.lines if cells(line) > 80] == []
    assert not any(line.lstrip()[:1] in ("，", "。", "；", "：", "、") for line in seen.lines if line.strip())


def test_the_table_names_people_and_says_what_holds_messages_back(terminal: Terminal) -> None:
    text = "\n".join(
        on_a_terminal(["preview", "--from", "2026-12-07", "--to", "2026-12-13"], environ(terminal)).lines
    )

    assert "测试街道: 2026-12-07 Mon to 2026-12-13 Sun" in text
    assert "12-10 Thu 08:40 who owes it 4 people" in text
    assert (
        "head of unit 秦岚, 何建国"
        in terminal.run("preview", "--from", "2026-12-07", "--to", "2026-12-13").stdout
    )
    assert "1 occurrence; in these days" in text
    assert "Trial: all of it goes to the clerk instead: 秦岚." in text
    assert "1 more starts with an event and has days once that is recorded: 案件办理" in text


def test_what_is_due_later_but_told_of_now_stands_below_and_a_campaign_is_one_entry(
    terminal: Terminal,
) -> None:
    lines = on_a_terminal(
        ["preview", "powers", "--from", "2026-12-20", "--to", "2026-12-26"], environ(terminal)
    ).lines

    assert lines[2] == "Due at another time, but opened or told of in these days:"
    (entry,) = (line for line in lines if "承接事项 (3 items)" in line)
    assert entry.startswith("12-31 Thu   承接事项 (3 items)")
    assert "12-24 Thu 08:40 who owes it" in entry
    assert "Next: 12-31 Thu, 承接事项：占道经营" in lines


def test_an_empty_span_says_when_it_comes_next_and_what_waits_for_an_event(terminal: Terminal) -> None:
    days = ("--from", "2026-12-05", "--to", "2026-12-06")
    text = "\n".join(
        on_a_terminal(["preview", "weekly-report", "cases", "ended", *days], environ(terminal)).lines
    )

    assert "Nothing is due, opens or is told of in these days." in text
    assert "Next: 12-11 Fri, 周报" in text
    assert "'案件办理' (cases) starts when 'case.filed' is recorded" in text
    assert "立案审批 (within 7 working days)" in text
    assert "no term: nobody is urged" in text
    assert "`duban event record case.filed …`" in text
    assert "'已结束的专项' does not come round in the ten years after that." in text


def test_the_calendar_marks_what_kind_of_day_it_is_and_what_it_brings(terminal: Terminal) -> None:
    words = ["preview", "weekly-report", "--calendar", "--from", "2026-09-14", "--to", "2026-10-14"]
    lines = on_a_terminal(words, environ(terminal, "zh_CN")).lines

    (head,) = (line for line in lines if line.startswith("21 "))
    assert head.split() == ["21", "22", "23", "24", "25休中秋节", "26休中秋节", "27休中秋节"]
    assert any("20 班" in line for line in lines)
    assert "2026年9月：22个工作日" in lines
    assert any(
        line.startswith("09-24 周四  > 周报 (weekly-report)开启") or "* 周报 (weekly-report)" in line
        for line in lines
    )
    rules = [number for number, line in enumerate(lines) if line.startswith("----")]
    assert all(b - a < 9 for a, b in pairwise(rules) if lines[a + 1][:1].isdigit())


def test_a_year_without_a_notice_is_said_to_be_provisional(terminal: Terminal) -> None:
    text = "\n".join(
        on_a_terminal(
            ["preview", "--calendar", "--from", "2027-02-01", "--to", "2027-02-10"], environ(terminal)
        ).lines
    )

    assert "2027-02: " in text
    assert "(provisional: the holidays of 2027 are not announced" in text.replace("\n", " ")


def test_summaries_are_named_with_their_first_day_and_how_many_more_come(tmp_path: Path) -> None:
    office = Terminal(FOUR_KINDS, tmp_path / "data")
    days = ("--from", "2026-12-01", "--to", "2026-12-14")

    text = " ".join(" ".join(on_a_terminal(["preview", *days], environ(office)).lines).split())

    assert "(overdue-weekly): drafted 12-04 Fri 16:30, sent 12-07 Mon 08:15 to" in text
    assert ", after release; 1 more in these days" in text


# ── messages in full ────────────────────────────────────────
def test_messages_are_shown_as_a_phone_shows_them(terminal: Terminal) -> None:
    done = terminal.run(
        "preview", "weekly-report", "--texts", "--from", "2026-12-07", "--to", "2026-12-13", lang="zh_CN"
    )

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "测试街道：2026-12-07 周一至2026-12-13 周日"
    assert lines[2].endswith("12-11 周五  周报 (weekly-report)")
    assert "    > 【临期】周报" in lines
    assert "    | （试运行）原应发给何建国" in lines
    assert "    | 办理：［个人链接］" in lines
    assert "    （发给何建国的；另有3人各收到一条）" in lines
    assert lines[-1].endswith("`duban simulate`看。")


def test_programs_read_the_messages_too(terminal: Terminal) -> None:
    found: Any = terminal.json(
        "preview", "weekly-report", "--texts", "--from", "2026-12-07", "--to", "2026-12-13"
    )

    message = found[0]["rungs"][0]["message"]
    assert (message["recipient"], message["others"], message["title"]) == ("he", 3, "【临期】周报")
    assert "[personal link]" in message["body"]
    assert "http" not in message["body"]


def test_nobody_whom_no_channel_reaches_gets_a_message(tmp_path: Path) -> None:
    office = OFFICE.replace("outbox://{id}", "mailtos://u:{secret.P}@smtp.example.cn?to={email}")
    terminal = Terminal(write_office(tmp_path / "office", {"office.yaml": office}), tmp_path / "data")

    (found,) = items(terminal, "--texts", "--from", "2026-12-11", "--to", "2026-12-11")
    told = terminal.run("preview", "--from", "2026-12-11", "--to", "2026-12-11").stdout

    assert [(rung["channels"], rung["message"]) for rung in found["rungs"]] == [
        ({"@none": 4}, None),
        ({"@none": 2}, None),
    ]
    assert "who owes it 4 people (no channel reaches them: 4)" in told
