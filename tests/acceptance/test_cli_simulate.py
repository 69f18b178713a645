"""`duban simulate` on an office of 62 people: who would be told what, with nobody acting, with people who act, and with a script."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_office import FOUR_KINDS, OFFICE, Terminal, write_office

from worker.settings import packaged_office

SPAN = ("--from", "2026-07-01", "--to", "2026-08-15")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(FOUR_KINDS, tmp_path / "data")


def told(terminal: Terminal, *words: str) -> Sequence[dict[str, Any]]:
    done = terminal.run("simulate", *SPAN, "--json", *words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_the_clerk_releases_so_leaders_and_summaries_are_told(terminal: Terminal) -> None:
    messages = told(terminal)

    released = {(each["schedule"], each["at"][11:16]) for each in messages if each["released"]}
    assert ("overdue-weekly", "08:15") in released
    leaders = [
        item
        for each in messages
        if each["released"]
        for item in each["items"]
        if item["to"] == "deputy-leader"
    ]
    assert leaders, "reminders to leaders wait for release too"
    assert (
        max(
            Counter((each["at"], each["recipient"], each["label"] == "summary") for each in messages).values()
        )
        == 1
    )


@pytest.mark.slow
def test_a_seed_makes_the_people(terminal: Terminal) -> None:
    first = told(terminal, "--people", "mixed", "--seed", "7")

    assert told(terminal, "--people", "mixed", "--seed", "7") == first
    assert told(terminal, "--people", "mixed", "--seed", "8") != first
    assert told(terminal) != first
    assert any(item["part"] == "make_up" for each in first for item in each["items"]), "sessions are recorded"


WEEK = ("--from", "2026-11-23", "--to", "2026-11-30")
SCRIPT = """\
others: nothing
deeds:
  - {at: "2026-11-26 10:00", confirm: weekly-report, key: "2026-11-27", party: zhao}
"""


@pytest.fixture
def small(tmp_path: Path) -> Terminal:
    """The small office, which owes a report every Friday; nothing is confirmed before its first day."""
    live = {"office.yaml": OFFICE.replace("mode: trial\n", "")}
    return Terminal(write_office(tmp_path / "small", live), tmp_path / "small-data")


def script(tmp_path: Path, text: str) -> str:
    file = tmp_path / "script.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_people_do_what_the_script_says(small: Terminal, tmp_path: Path) -> None:
    def told_late(text: str) -> list[str]:
        done = small.run("simulate", *WEEK, "--json", "--script", script(tmp_path, text))
        assert (done.exit_code, done.stderr) == (0, "")
        messages = [json.loads(line) for line in done.stdout.splitlines()]
        return [each["body"] for each in messages if each["at"] > "2026-11-28" and each["recipient"] == "he"]

    (untouched,) = told_late("others: nothing\n")
    assert "赵刚" in untouched
    assert told_late(SCRIPT) == [], "zhao had confirmed, and nobody is told about himself"


def test_what_goes_otherwise_is_said_and_ends_with_1(small: Terminal, tmp_path: Path) -> None:
    text = SCRIPT + (
        '  - {at: "2026-11-26 11:00", confirm: weekly-report, key: "2026-11-27", party: zhao, done_on: 2026-11-28}\n'
        '  - {at: "2026-11-26 12:00", confirm: weekly-report, key: "2026-11-27", party: he, done_on: 2026-11-28, refused: future}\n'
        '  - {at: "2026-11-26 13:00", confirm: weekly-report, key: "2026-11-27", party: qin, refused: future}\n'
        '  - {at: "2026-11-26 14:00", confirm: weekly-report, key: "2026-11-99"}\n'
    )

    done = small.run("simulate", *WEEK, "--json", "--script", script(tmp_path, text))

    assert done.exit_code == 1
    *lines, last = done.stderr.splitlines()
    assert [line[:30] for line in lines] == [
        "2026-11-26 13:00 confirm weekl",
        "2026-11-26 14:00 confirm weekl",
    ]
    assert "this was not refused" in lines[0]
    assert "there is no 'weekly-report' 2026-11-99" in lines[1]
    assert last == "2 deeds went otherwise"


def test_every_mistake_in_a_script_is_said_at_its_place(small: Terminal, tmp_path: Path) -> None:
    text = (
        SCRIPT.replace("nothing", "lazy")
        + '  - {at: "26.11.2026", leaves: zhao}\n  - {at: "2026-11-27 09:00", sings: he}\n'
    )
    file = script(tmp_path, text)

    lines = small.refused("simulate", *WEEK, "--script", file)

    places = [line.split(": ")[0].removeprefix(file) for line in lines if line.startswith(file)]
    assert places[:2] == [":1:9", ":4:10"]
    assert places[2].startswith(":5:")
    assert "2026-03-02 10:00" in lines[1]


def test_names_that_the_office_does_not_know_are_said_before_anything_is_played(
    small: Terminal, tmp_path: Path
) -> None:
    text = """\
undone:
  - {schedule: weekly, key: a}
deeds:
  - {at: "2026-11-26 10:00", confirm: weekly-reprot, key: "2026-11-27", party: zhau}
  - {at: "2026-11-26 10:00", event: case.filed, key: a}
  - {at: "2026-11-26 10:00", attendance: weekly-report, key: a, absent: [zhao, somebody]}
  - {at: "2026-11-26 10:00", leaves: anybody, refused: anybody}
"""
    file = script(tmp_path, text)

    lines = small.refused("simulate", *WEEK, "--script", file)

    assert [line.removeprefix(file).partition("; allowed")[0] for line in lines[:-1]] == [
        ":2:16: there is no schedule 'weekly'",
        ":4:39: there is no schedule 'weekly-reprot'",
        ":4:80: there is no person 'zhau'",
        ":5:37: no schedule has an event 'case.filed'",
        ":6:80: there is no person 'somebody'",
    ]
    assert lines[1].endswith("allowed: weekly-report"), "of several names the likeliest comes first"


def test_a_deed_outside_the_days_is_said_and_is_no_mistake(small: Terminal, tmp_path: Path) -> None:
    text = SCRIPT + "".join(f'  - {{at: "2026-{day} 10:00", leaves: zhao}}\n' for day in ("11-22", "12-24"))

    done = small.run("simulate", *WEEK, "--json", "--script", script(tmp_path, text))

    assert (done.exit_code, done.stderr) == (
        0, "2 deeds of the script lie outside these days and were not done\n"
    )  # fmt: skip


def test_a_script_and_people_of_chance_do_not_go_together(small: Terminal, tmp_path: Path) -> None:
    done = small.run("simulate", *WEEK, "--people", "mixed", "--script", script(tmp_path, SCRIPT))

    assert (done.exit_code, done.stdout) == (2, "")
    assert "--script and --people do not go together" in done.stderr


DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "march.yaml"


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "page"), [("zh_CN", "simulate.zh.md"), ("en", "simulate.en.md")])
def test_the_example_of_the_documents_prints_what_they_show(tmp_path: Path, lang: str, page: str) -> None:
    starter = Terminal(packaged_office(), tmp_path / "data")
    span = ("--from", "2026-03-01", "--to", "2026-03-31")

    done = starter.run("simulate", *span, "--script", str(EXAMPLE), lang=lang)

    assert (done.exit_code, done.stderr) == (0, "")
    shown = [
        line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("    ")
    ]
    printed = set(done.stdout.splitlines())
    missing = [line[4:] for line in shown if line[4:] not in printed and not line.startswith("    duban ")]
    assert missing == []
    assert len(shown) > 15
    before, _sign, after = done.stdout.partition("2026-03-18")
    assert "马超      【补学】周五集中学习" in before, (
        "who was absent hears that there is something to make up"
    )
    assert "彭飞" in before
    assert "彭飞" not in after, "he left on the 17th"


def test_who_alone_holds_a_role_cannot_leave_and_the_reason_is_said(small: Terminal, tmp_path: Path) -> None:
    text = 'deeds:\n  - {at: "2026-11-26 10:00", leaves: qin}\n'

    done = small.run("simulate", *WEEK, "--json", "--script", script(tmp_path, text))

    assert done.exit_code == 1
    assert "the office does not hold without 'qin'" in done.stderr
    assert "clerk" in done.stderr
