"""`duban event`, `chain` and `extend`: a case from the day it is filed, as the clerk types it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import CREDENTIALS, SCHEDULES, Terminal, write_office

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)  # 10:00 at the office
CASE = """\
case:
  title: 行政处罚案件
  when: {event: case.filed, key: 案号, fields: {major: yes-no, hearing: yes-no}}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event}
  steps:
    notify: {title: 事先告知, evidence: {served_on: date}}
    wait:   {title: 听证申请期, if: hearing, after: notify, from: served_on, wait: 5 workdays}
    review: {title: 法制审核, if: major, owed_by: {role: clerk}, after: [notify, wait], within: 5 workdays,
             evidence: {result: {kind: choice, from: [同意, 修改]}}}
    redo:   {title: 补正, if: review.result = 修改, after: review, within: 3 days}
    decide: {title: 作出决定, after: event, within: 90 days, gate: [notify, wait],
             extend: {once: 30 days, approve: {role: clerk}, basis: required}, evidence: {decided_on: date}}
    close:  {title: 结案}
  pause: {allow: [鉴定], stops: [decide], basis: required, approve: {role: clerk}}
  branches: {withdrawn: 撤案}
  remind: [{before: due, by: 5 workdays}]
"""
FILED = ("event", "record", "case.filed", "17", "--on", "2026-09-01", "--field", "handlers=he,zhao")
OF_CASE = ("case", "17")
DECISION = ("extend", *OF_CASE, "--person", "he", "--part", "decide")


def begin(terminal: Terminal) -> None:
    terminal.stand_at(NOW)
    done(terminal, "apply", "--yes")


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office with penalty cases, on Tuesday 1 September 2026."""
    office = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + CASE})
    found = Terminal(office, tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def states(terminal: Terminal) -> dict[str, tuple[str, str | None]]:
    found = terminal.json("chain", "show", *OF_CASE)
    assert isinstance(found, dict)
    return {each["step"]: (each["state"], each["due_on"]) for each in found["steps"]}


def done(terminal: Terminal, *words: str) -> str:
    found = terminal.run(*words)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_case_is_recorded_once_and_shown(terminal: Terminal) -> None:
    assert done(terminal, "event", "list").startswith("No event has been recorded yet")
    assert "case.filed\t案号\tcase\tmajor (yes-no); hearing (yes-no); handlers (people)" in done(
        terminal, "event", "kinds"
    )

    asked = (*FILED, "--field", "major=no", "--field", "hearing=yes")
    assert done(terminal, *asked) == "Recorded: case.filed 17.\n  case  行政处罚案件: 3 duties\n"
    assert done(terminal, *asked).startswith("Recorded before; nothing was changed.\n")

    assert states(terminal) == {
        "notify": ("open", None),
        "wait": ("to-come", None),
        "review": ("passed-over", None),
        "redo": ("to-come", None),
        "decide": ("open", "2026-11-30"),
        "close": ("open", None),
    }
    shown = done(terminal, "chain", "show", *OF_CASE)
    assert "法制审核\t\t\t\t\t\t\tdoes not apply" in shown
    assert "case.filed\t17\t2026-09-01\thandlers=he,zhao; hearing=yes; major=no\topen" in done(
        terminal, "event", "list"
    )


def test_an_office_without_such_schedules_says_so(tmp_path: Path) -> None:
    plain = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    done(plain, "apply", "--yes")

    assert (
        done(plain, "event", "kinds")
        == "No schedule waits for an event; one that does says `when: {event: …}`.\n"
    )


def test_a_waiting_period_runs_and_is_over(terminal: Terminal) -> None:
    done(terminal, *FILED, "--field", "major=yes", "--field", "hearing=yes")
    done(
        terminal,
        "confirm",
        *OF_CASE,
        "--person",
        "he",
        "--part",
        "notify",
        "--evidence",
        "served_on=2026-09-01",
    )
    assert states(terminal)["wait"] == ("waiting", "2026-09-08")
    assert states(terminal)["review"] == ("open", "2026-09-15")

    why = ["--reason", "当事人放弃听证"]
    assert (
        done(terminal, "event", "amend", "case.filed", "17", "--field", "hearing=no", *why)
        == "Corrected: case.filed 17.\n"
    )

    assert states(terminal)["wait"] == ("passed-over", None)
    assert states(terminal)["review"] == ("open", "2026-09-08")


def test_the_clock_stops_runs_and_the_term_grows(terminal: Terminal) -> None:
    done(terminal, *FILED, "--field", "major=no", "--field", "hearing=no")
    stop = ("chain", "pause", *OF_CASE, "--reason", "鉴定", "--basis", "行政处罚法60条")
    assert terminal.refused(*stop) == ["督办员 has to agree; say who did"]
    assert terminal.refused(*stop, "--approved-by", "zhao") == ["only 督办员 can agree to this"]

    assert done(terminal, *stop, "--approved-by", "qin") == "The clock of 1 duty stands still.\n"
    assert states(terminal)["decide"][0] == "paused"
    assert "0 days did not count" in done(terminal, "chain", "resume", *OF_CASE)

    asked = done(terminal, *DECISION, "--reason", "案情复杂", "--basis", "行政处罚法60条")
    assert (
        asked
        == "Asked for: case 17 decide, until 2026-12-30. The day 2026-11-30 counts until it is granted.\n"
    )
    assert terminal.run(*DECISION, "--grant", "--refuse").exit_code == 2
    assert terminal.refused(*DECISION, "--grant", "--by", "zhao") == ["only 督办员 can agree to this"]
    assert (
        done(terminal, *DECISION, "--grant", "--by", "qin")
        == "Granted: case 17 decide is due 2026-12-30 now.\n"
    )


def test_a_case_ends_early_only_when_told_so(terminal: Terminal) -> None:
    done(terminal, *FILED, "--field", "major=no", "--field", "hearing=no")
    end = ("chain", "end", *OF_CASE, "--as", "withdrawn", "--reason", "证据不足")

    assert terminal.run(*end, text="n\n").exit_code != 0
    assert states(terminal)["decide"][0] == "open"
    done(terminal, *end, "--yes")

    assert states(terminal)["decide"][0] == "cancelled"
    assert "撤案" in done(terminal, "chain", "show", *OF_CASE)


def test_a_question_that_decides_which_steps_there_are_is_answered(terminal: Terminal) -> None:
    (line,) = terminal.refused(*FILED, "--field", "major=no")
    assert "hearing" in line
    assert done(terminal, "event", "list").startswith("No event has been recorded yet")

    done(terminal, *FILED, "--field", "major=no", "--field", "hearing=no")
    (line,) = terminal.refused("event", "amend", "case.filed", "17", "--field", "major=", "--reason", "x")
    assert "major" in line


def test_dates_that_rest_on_a_year_without_notice_are_marked(terminal: Terminal) -> None:
    """Five working days from 29 December end in 2027; ninety days are counted in any year alike."""
    terminal.stand_at(datetime(2026, 12, 29, 2, tzinfo=UTC))
    answers = ("--field", "major=no", "--field", "hearing=yes", "--field", "handlers=he,zhao")
    done(terminal, "event", "record", "case.filed", "17", "--on", "2026-12-21", *answers)
    done(
        terminal,
        "confirm",
        *OF_CASE,
        "--person",
        "zhao",
        "--part",
        "notify",
        "--evidence",
        "served_on=2026-12-29",
    )
    found = terminal.json("chain", "show", *OF_CASE)

    assert isinstance(found, dict)
    marked = {each["step"]: each["provisional"] for each in found["steps"]}
    assert (marked["wait"], marked["decide"], marked["notify"]) == (True, False, False)
    assert "2027-01-06 provisional" in done(terminal, "chain", "show", *OF_CASE)


def test_who_lost_the_certificate_is_given_no_case_from_that_moment(
    terminal: Terminal, tmp_path: Path
) -> None:
    table = tmp_path / "cards.csv"
    table.write_text(
        CREDENTIALS.replace("2028-05-01,市司法局,有效", "2028-05-01,市司法局,吊销"), encoding="utf-8"
    )

    assert "  ~ T-2 赵刚: valid → revoked\n" in done(terminal, "credentials", "import", str(table), "--yes")

    refused = terminal.refused(*FILED, "--field", "major=no", "--field", "hearing=no")
    assert any("赵刚" in line for line in refused), refused
