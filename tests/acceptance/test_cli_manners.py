"""`duban people prefer` and `duban silence`: how somebody is reminded, and who is left alone for a while."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import OFFICE, SCHEDULES, Terminal, write_office

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LAW = """
report:
  title: 法定报告
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each}
  basis: 《行政处罚法》第60条
  remind: [{before: due, by: 1 workday}]
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    office = OFFICE.replace("channels:\n", 'channels:\n  mail: {url: "outbox://mail-{id}"}\n')
    office = office.replace("people: outbox", "people: [outbox, mail]")
    folder = write_office(tmp_path / "office", {"office.yaml": office, "schedules.yaml": SCHEDULES + LAW})
    found = Terminal(folder, tmp_path / "data")
    found.stand_at(NOW)
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    return found


def lines(terminal: Terminal, *words: str) -> list[str]:
    done = terminal.run(*words)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def test_without_an_option_it_only_shows_how_somebody_is_reminded(terminal: Terminal) -> None:
    assert lines(terminal, "people", "prefer", "zhao") == [
        "Channels, first to last: outbox, mail",
        "What is not urgent: at the times of the office",
    ]


def test_what_is_not_named_stays_and_a_reset_forgets_it_all(terminal: Terminal) -> None:
    lines(terminal, "people", "prefer", "zhao", "--channels", "mail")

    assert lines(terminal, "people", "prefer", "zhao", "--at", "15:30") == [
        "Channels, first to last: mail, outbox",
        "What is not urgent: at 15:30",
    ]
    assert lines(terminal, "people", "prefer", "zhao")[1] == "What is not urgent: at 15:30"
    assert lines(terminal, "people", "prefer", "zhao", "--reset") == [
        "Channels, first to last: outbox, mail",
        "What is not urgent: at the times of the office",
    ]


def test_a_wrong_wish_is_answered_with_what_is_allowed(terminal: Terminal) -> None:
    assert "allowed: outbox, mail" in terminal.refused("people", "prefer", "zhao", "--channels", "pigeon")[0]
    assert "08:40" in terminal.refused("people", "prefer", "zhao", "--at", "13:00")[0]
    assert "zhau" in terminal.refused("people", "prefer", "zhau", "--at", "15:00")[0]
    for wrong in (["--at", "noon"], ["--at", "25:00"], ["--reset", "--at", "15:00"]):
        done = terminal.run("people", "prefer", "zhao", *wrong)
        assert (done.exit_code, done.stdout) == (2, "")


def test_a_silence_is_begun_listed_and_ended(terminal: Terminal) -> None:
    assert lines(terminal, "silence", "list") == ["Nothing is silent."]
    said = lines(
        terminal, "silence", "add", "--schedule", "weekly-report", "--until", "2026-12-05", "--reason", "系统迁移", "--by", "qin"
    )  # fmt: skip
    assert said == ["Silent as no. 1: weekly-report, again from 2026-12-05."]

    (found,) = json.loads("".join(lines(terminal, "silence", "list", "--json")))
    assert found == {
        "id": 1, "schedule": "weekly-report", "person": None, "since": "2026-11-23", "until": "2026-12-05", "reason": "系统迁移",
        "author": "秦岚",
    }  # fmt: skip
    assert "系统迁移" in "".join(lines(terminal, "silence", "list"))
    assert lines(terminal, "silence", "end", "1", "--yes") == ["Silence no. 1 has ended."]
    assert lines(terminal, "silence", "list") == ["Nothing is silent."]
    assert "over already" in terminal.refused("silence", "end", "1", "--yes")[0]


def test_the_answer_names_what_the_office_must_remind_of(terminal: Terminal) -> None:
    said = lines(
        terminal, "silence", "add", "--person", "zhao", "--until", "2026-12-05", "--reason", "家中有事"
    )

    assert said[1] == "It covers what the office must remind of: 法定报告."


def test_running_silences_stand_in_the_report_for_other_programs(terminal: Terminal) -> None:
    lines(terminal, "silence", "add", "--person", "zhao", "--until", "2026-12-05", "--reason", "家中有事")

    report = terminal.json("overdue")

    assert isinstance(report, dict)
    assert [each["person"] for each in report["silences"]] == ["zhao"]
    assert any(line.startswith("Silent: ") and "家中有事" in line for line in lines(terminal, "overdue"))


def test_only_the_desk_silences_and_only_with_an_end_and_a_reason(terminal: Terminal) -> None:
    base = ["silence", "add", "--schedule", "weekly-report", "--until", "2026-12-05", "--reason", "迁移"]
    assert "only the clerk" in terminal.refused(*base, "--by", "zhao")[0]
    assert "at most 60 days" in terminal.refused(*base[:5], "2027-03-01", *base[6:])[0]
    assert terminal.run(*base[:4], "--reason", "迁移").exit_code == 2
    assert terminal.run(*base[:6]).exit_code == 2
    assert (
        "which person" in terminal.refused("silence", "add", "--until", "2026-12-05", "--reason", "迁移")[0]
    )
