"""What is more than anybody writes is refused in a sentence; and what programs read of a mistake."""

from collections.abc import Callable
from datetime import date

import pytest
from unit.schedules.offices import CREDENTIALS_CSV, OFFICE_YAML, PEOPLE_CSV

from schedules.loader import SourceFile, load
from schedules.problems import MOST_OF_A_FILE, Problem, nearest
from schedules.words import phrase
from schedules.yaml_tree import MOST_VALUES

Said = Callable[..., list[str]]
FAULT = phrase("this is no file but a pipe or a device")
SCHEDULE = "a: {title: 周报, when: {weekly: 周五}, who: {roles: [staff]}}\n"


def test_a_line_without_end_is_told_and_left_out(said: Said) -> None:
    found = said(f"a: {'x' * 10_000}\nb: {{title: x}}\n")

    assert found[0] == "s.yaml:1:1: the line is 10003 characters long; allowed: at most 10000 characters"
    assert "s.yaml:2:4: b: 'when' is missing; allowed: when: {weekly: 周五}" in found


def test_a_file_of_more_values_than_any_office_writes(said: Said) -> None:
    found = said("".join(f"k{n}: 1\n" for n in range(MOST_VALUES)))

    assert found == [
        "s.yaml:15000:9: more than 30000 words and values in one file; allowed: several smaller files"
    ]


def test_of_a_file_of_mistakes_the_first_are_told(said: Said) -> None:
    found = said("a：x\n" * (MOST_OF_A_FILE + 100))

    assert len(found) == MOST_OF_A_FILE + 1
    assert found[-1].endswith("more than 500 mistakes in this file; mend these first")


def test_a_roster_of_mistakes_is_not_read_to_its_end(said: Said) -> None:
    rows = "".join(f"p{n},某人,没有,,,,\n" for n in range(MOST_OF_A_FILE * 2))

    assert len(said(SCHEDULE, people_csv=PEOPLE_CSV + rows)) == MOST_OF_A_FILE + 1


def test_a_calendar_of_mistakes_is_not_read_to_its_end(said: Said) -> None:
    days = ", ".join(f'{{"date": "{n}", "isOffDay": true}}' for n in range(MOST_OF_A_FILE * 2))

    found = said(SCHEDULE, calendar__2027_json=f'{{"year": 2027, "papers": [], "days": [{days}]}}')

    assert len(found) == MOST_OF_A_FILE + 1


def test_more_steps_than_a_chain_has(said: Said) -> None:
    steps = "".join(f"    s{n}: {{title: x}}\n" for n in range(101))

    text = f"a:\n  title: x\n  when: {{weekly: 周五}}\n  who: {{roles: [staff]}}\n  steps:\n{steps}"
    assert said(text) == ["s.yaml:6:5: a: 'steps' has too many entries; allowed: at most 100"]


def test_more_members_than_a_family_has(said: Said) -> None:
    members = "".join(f'    m{n}: {{on: "03-15"}}\n' for n in range(201))

    text = f"a:\n  title: x\n  when: {{yearly: on}}\n  who: {{roles: [staff]}}\n  for_each:\n{members}"
    assert said(text) == ["s.yaml:6:5: a: 'for_each' has 201 entries; allowed: at most 200"]


def test_a_row_without_end(said: Said) -> None:
    assert said(SCHEDULE, people_csv=PEOPLE_CSV + "," * 30_000)[0] == (
        "people.csv:1:1: the line is 30000 characters long; allowed: at most 20000 characters"
    )


def test_what_the_folder_could_not_give_is_a_mistake_among_the_others(notices: list[SourceFile]) -> None:
    given = {
        "office.yaml": OFFICE_YAML,
        "credentials.csv": CREDENTIALS_CSV,
        "s.yaml": SCHEDULE.replace("周五", "周八"),
    }
    files = [SourceFile(name, text.encode()) for name, text in given.items()]
    faulty = [SourceFile(name, b"", FAULT) for name in ("people.xlsx", "x.yaml", "calendar/2027.json")]

    found = [problem.text() for problem in load([*notices, *files, *faulty]).problems]

    assert found == [
        "calendar/2027.json:1:1: this is no file but a pipe or a device",
        "people.xlsx:1:1: this is no file but a pipe or a device",
        "s.yaml:1:31: a: '周八' is not a day of the week; allowed: 周一…周日, monday…sunday",
        "x.yaml:1:1: this is no file but a pipe or a device",
    ]


def test_days_beyond_the_announced_ones_are_warned_of_when_the_notice_is_due(
    notices: list[SourceFile],
) -> None:
    given = {
        "office.yaml": OFFICE_YAML,
        "people.csv": PEOPLE_CSV,
        "credentials.csv": CREDENTIALS_CSV,
        "s.yaml": SCHEDULE,
    }
    files = [*notices, *(SourceFile(name, text.encode()) for name, text in given.items())]

    early, late = (load(files, today=day, warn=True) for day in (date(2026, 11, 1), date(2026, 12, 1)))

    assert early.warnings == ()
    assert [warning.text() for warning in late.warnings] == [
        "calendar/2026.json:1:1: working days are announced up to 2026-12-31 only: later dates are provisional; "
        "allowed: add calendar/2027.json"
    ]
    assert late.office is not None
    assert late.problems == ()


def test_nothing_is_warned_of_without_being_asked(notices: list[SourceFile]) -> None:
    given = {"office.yaml": OFFICE_YAML, "people.csv": PEOPLE_CSV, "s.yaml": SCHEDULE}
    files = [*notices, *(SourceFile(name, text.encode()) for name, text in given.items())]

    assert load(files, today=date(2026, 12, 1)).warnings == ()
    assert load(files, warn=True).warnings == ()


def test_programs_read_a_mistake_as_values() -> None:
    place = ("s.yaml", 3, 9, "a", phrase("unknown key '{key}'", key="wekly"))

    assert Problem(*place, nearest("wekly", ["monthly", "weekly"])).data() == {
        "file": "s.yaml", "line": 3, "column": 9, "end_line": 3, "end_column": 10, "code": "unknown-key",
        "severity": "error", "schedule": "a", "message": "unknown key 'wekly'",
        "allowed": ["weekly", "monthly"], "suggestion": "weekly",
    }  # fmt: skip
    assert [
        Problem(*place, allowed, "warning").data()["allowed"] for allowed in (None, "1–31", phrase("spaces"))
    ] == [
        [],
        ["1–31"],
        ["spaces"],
    ]
    assert Problem("s.yaml", 1, 1, "", phrase("spaces")).data()["schedule"] is None


@pytest.mark.parametrize("line", ["a: 1\n", 'k{n}: "x" y\n', 'k{n}: "\n', "k{n}: {{a: *b}}\n", "- *b\n"])
def test_a_file_of_nothing_but_mistakes_is_not_read_to_its_end(said: Said, line: str) -> None:
    found = said("".join(line.format(n=n) for n in range(1_500)))

    assert len(found) == MOST_OF_A_FILE + 1
    assert found[-1].endswith("more than 500 mistakes in this file; mend these first")
