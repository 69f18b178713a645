"""`duban schedule`, `duban occurrence`, families and campaigns from the shell; what is refused, and that nothing changes then."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_office import CREDENTIALS, SCHEDULES, Terminal, write_office

from tasks.live import current
from tasks.open import open_due

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office
MORE = """\
days:
  title: 宣传
  for_each:
    "12·4": {on: "12-04", title: 宪法日, owner: {unit: 党政办}}
    "3·15": {on: "03-15", title: 消费者权益日, owner: {unit: 执法大队}}
  when: {yearly: on, opens: 30 days before, held: {from: 5 days before, to: 3 days after}}
  remind: [{before: on, by: 1 workday}]
powers:
  title: 承接事项
  when: {once: {from: 2026-11-01, to: 2026-12-31}, targets: 承接事项.csv}
  who: {target: owner}
  remind: [{before: due, by: 5 workdays}]
"""
TABLE = "编号,名称,责任单位,责任人工号\n1,占道经营,执法大队,\n2,档案,,qin\n"


def begin(terminal: Terminal) -> None:
    terminal.stand_at(MONDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    run(terminal)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office with days and a campaign, as of a Monday morning."""
    files: dict[str, str | bytes | None] = {"schedules.yaml": SCHEDULES + MORE, "承接事项.csv": TABLE}
    found = Terminal(write_office(tmp_path / "office", files), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def run(terminal: Terminal) -> None:
    """Open what is due at the office's Monday morning."""
    with terminal.writing() as session:
        open_due(session, current(session), now=MONDAY)


def foreseen(terminal: Terminal, *ids: str) -> dict[str, str]:
    found: Any = terminal.json("preview", *ids, "--running", "--from", "2026-11-23", "--to", "2026-12-31")
    return {f"{item['schedule']} {item['key']}": item["date"] or item["skipped"] for item in found}


def said(terminal: Terminal, *words: str) -> str:
    done = terminal.run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_id_of_an_entry_means_all_of_its_schedules(terminal: Terminal) -> None:
    found: Any = terminal.json("preview", "days", "--from", "2026-01-01", "--to", "2026-12-31")

    assert [(item["schedule"], item["title"]) for item in found] == [
        ("days.12·4", "宣传：宪法日"),
        ("days.3·15", "宣传：消费者权益日"),
    ]


def test_a_duty_of_a_family_is_confirmed_by_the_id_of_the_entry(terminal: Terminal) -> None:
    assert said(terminal, "confirm", "days", "--person", "qin") == "Recorded: days.12·4 2026-12-04.\n"


def test_a_family_is_paused_listed_and_resumed(terminal: Terminal) -> None:
    assert said(terminal, "schedule", "pause", "days", "--until", "2026-12-01", "--reason", "换届") == (
        "Paused: days.12·4.\nPaused: days.3·15.\n"
    )
    shown: Any = terminal.json("schedule", "list")
    listed = {each["id"]: each["paused"] for each in shown}
    assert listed["weekly-report"] is None
    assert (listed["days.3·15"]["until"], listed["days.3·15"]["reason"]) == ("2026-12-01", "换届")
    assert "paused until 2026-12-01: 换届" in said(terminal, "schedule", "list")

    assert said(terminal, "schedule", "resume", "days", "--reason", "换届结束") == (
        "Resumed: days.12·4.\nResumed: days.3·15.\n"
    )
    assert "paused" not in said(terminal, "schedule", "list")


def test_an_occurrence_is_moved_and_skipped(terminal: Terminal) -> None:
    assert said(
        terminal,
        "occurrence",
        "move",
        "weekly-report",
        "2026-12-04",
        "--to",
        "2026-12-03",
        "--reason",
        "调休",
    ) == ("Moved: weekly-report 2026-12-04 from 2026-12-04 to 2026-12-03; open duties moved or opened: 0.\n")
    assert said(
        terminal, "occurrence", "skip", "weekly-report", "2026-12-11", "--reason", "并入大会", "--yes"
    ) == ("Skipped: weekly-report 2026-12-11 of 2026-12-11; open duties cancelled: 0.\n")
    found = foreseen(terminal, "weekly-report")
    assert found["weekly-report 2026-12-04"] == "2026-12-03"
    assert found["weekly-report 2026-12-11"] == "skipped by hand: 并入大会"
    shown = said(terminal, "preview", "--running", "--from", "2026-12-04", "--to", "2026-12-04")
    assert "moved from 2026-12-04, moved by hand: 调休" in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("schedule pause dayz --reason x", "there is no schedule 'dayz'; allowed: days"),
        ("schedule pause days --reason=", "say in a few words why it is paused"),
        (
            "schedule pause days --until 2026-11-23 --reason x",
            "the first day that counts again must lie ahead",
        ),
        ("schedule resume days --reason x", "'days' is not paused"),
        (
            "occurrence move weekly-report 2026-12-05 --to 2026-12-06 --reason x",
            "'weekly-report' has no occurrence '2026-12-05'",
        ),
        (
            "occurrence move weekly-report 2026-12-04 --to 2026-11-06 --reason x",
            "the day 6 Nov 2026 lies in the past",
        ),
        ("occurrence skip weekly-report 2026-12-04 --reason=", "say in a few words why it is skipped"),
    ],
)
def test_what_is_refused_changes_nothing(terminal: Terminal, words: str, sentence: str) -> None:
    before = foreseen(terminal), terminal.json("schedule", "list")

    (line,) = terminal.refused(*words.split())

    assert sentence in line
    assert (foreseen(terminal), terminal.json("schedule", "list")) == before


def test_a_reason_is_asked_for(terminal: Terminal) -> None:
    assert terminal.run("schedule", "pause", "days").exit_code == 2
    assert terminal.run("occurrence", "skip", "days", "2026-12-04").exit_code == 2


def test_a_campaign_shows_how_far_it_is_and_the_plan_which_rows_come_and_go(terminal: Terminal) -> None:
    assert said(terminal, "confirm", "powers", "2", "--person", "qin") == "Recorded: powers 2.\n"
    report: Any = terminal.json("overdue")
    assert report["campaigns"] == [{"schedule": "powers", "title": "承接事项", "done": 1, "total": 2}]
    assert "承接事项: 1/2 done" in said(terminal, "overdue")

    (terminal.office / "承接事项.csv").write_text(TABLE.replace("1,占道经营", "3,夜市"), encoding="utf-8")
    planned: Any = terminal.json("plan")
    assert planned["targets"] == [{"schedule": "powers", "added": ["3"], "removed": ["1"]}]
    assert "承接事项 (powers): rows removed; what is open for them is withdrawn: 1" in said(terminal, "plan")
    refused = terminal.run("apply")
    assert refused.exit_code == 2
    assert "This takes something away" in refused.output
    assert terminal.run("apply", "--yes").exit_code == 0
    run(terminal)
    owed: Any = terminal.json("confirm", "--person", "he")
    assert [each["key"] for each in owed if each["schedule"] == "powers"] == ["3"]


def test_every_mistake_of_a_table_is_named_at_once(terminal: Terminal) -> None:
    (terminal.office / "承接事项.csv").write_text("编号,名称,责任单位\n1,,财政所\n1,乙,\n", encoding="utf-8")

    lines = terminal.refused("check")

    found = [line.partition("承接事项.csv:")[2] for line in lines[:-1]]
    assert [line.partition(": ")[0] for line in found] == ["2:2", "2:3", "3:1", "3:3"]


def test_certificates_with_types_and_states_are_imported(terminal: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "证件.csv"
    head = "证件编号,证件种类,持证人工号,发证日期,有效期至,状态,类型\n"
    revoked = "T-1,enforcement,he,2022-01-11,2027-01-10,吊销,\n"
    table.write_text(head + revoked + "T-3,driving,zhao,2026-11-01,2027-02-01,,临时\n", encoding="utf-8")
    assert terminal.run("credentials", "import", str(table), "--yes").exit_code == 0

    listed: Any = terminal.json("credentials", "list")
    found = {each["number"]: (each["type"], each["state"]) for each in listed}
    assert (found["T-1"], found["T-3"]) == (("first", "revoked"), ("temporary", "valid"))

    table.write_text(head + "T-4,driving,zhao,2026-11-01,2026-10-01,,长期\n", encoding="utf-8")
    lines = terminal.refused("credentials", "import", str(table))
    assert "it expires on 2026-10-01, before it was issued on 2026-11-01" in lines[0]
    assert "there is no type '长期'; allowed: 临时, 初次" in lines[1]


def test_the_plan_counts_the_certificates_that_come_with_it(terminal: Terminal) -> None:
    renewal = "card:\n  title: 换证\n  when: {expiry: enforcement, opens: 90 days before}\n  who: {holder: true}\n  remind: []\n"
    (terminal.office / "renewal.yaml").write_text(renewal, encoding="utf-8")
    newcomer = CREDENTIALS + "T-3,enforcement,qin,2022-01-11,2027-01-20,市司法局,有效\n"
    (terminal.office / "credentials.csv").write_text(newcomer, encoding="utf-8")

    planned: Any = terminal.json("plan")

    assert planned["credentials"] == 1
    assert [each["key"] for each in planned["opening"]] == ["T-1@2027-01-10", "T-3@2027-01-20"]


def test_the_preview_of_the_running_office_marks_what_is_paused(terminal: Terminal) -> None:
    assert terminal.run("schedule", "pause", "days.12·4", "--reason", "改期").exit_code == 0

    found: Any = terminal.json("preview", "days", "--running", "--from", "2026-11-23", "--to", "2027-03-31")

    assert {item["schedule"]: item["paused"] for item in found} == {"days.12·4": True, "days.3·15": False}
    assert "paused" in said(
        terminal, "preview", "days", "--running", "--from", "2026-11-23", "--to", "2026-12-31"
    )
