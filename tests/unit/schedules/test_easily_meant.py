"""Slips that read as if they were right: a choice of nothing, a role by its title, a cron that comes more often than meant."""

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from unit.schedules.offices import CREDENTIALS_CSV, OFFICE_YAML, PEOPLE_CSV

from schedules.loader import SourceFile, load

Said = Callable[..., list[str]]
NO_CHOICE = "a choice needs what it may be: 'from'; allowed: from"


@pytest.mark.parametrize(
    "asking",
    [
        "who: {roles: [staff]}, done: {evidence: {c: {label: 怎么办, kind: choice}, note: text}}",
        "who: {role: keeper}, steps: {check: {title: 检查, due: due, evidence: {c: choice}}}",
        "who: {roles: [staff]}, done: {through: attendance, make_up: 9 workdays}, "
        "record: {by: {role: keeper}, within: 1 workday, evidence: {c: choice}}",
    ],
)
def test_whoever_confirms_must_have_something_to_choose(said: Said, asking: str) -> None:
    written = f'a: {{title: a, when: {{monthly: 25, time: "15:00"}}, {asking}}}\n'

    assert said(written) == [
        f"s.yaml:1:{written.index(' c: ' if ' c: ' in written else '{c: ') + 5}: a: {NO_CHOICE}"
    ]
    assert said(written.replace("kind: choice", "kind: choice, from: [续签, 终止]").replace(
        "c: choice", "c: {kind: choice, from: [续签, 终止]}"
    )) == []  # fmt: skip


def test_a_role_may_be_found_by_its_title(said: Said) -> None:
    assert said("a: {title: a, when: {monthly: 25}, who: {role: 管理员}}\n") == [
        "s.yaml:1:48: a: there is no role '管理员'; allowed: keeper, clerk, staff; did you mean keeper?"
    ]


def warnings(cron: str, notices: Sequence[SourceFile]) -> list[str]:
    given = {
        "office.yaml": OFFICE_YAML,
        "people.csv": PEOPLE_CSV,
        "credentials.csv": CREDENTIALS_CSV,
        "s.yaml": f'a: {{title: a, when: {{cron: "{cron}"}}, who: {{role: keeper}}}}\n',
    }
    files = [*notices, *(SourceFile(name, text.encode()) for name, text in given.items())]
    return [each.text() for each in load(files, today=date(2026, 6, 1), warn=True).warnings]


def test_a_cron_of_days_and_weekdays_comes_on_each_of_both(notices: list[SourceFile]) -> None:
    assert warnings("0 9 1-7 * 1", notices) == [
        "s.yaml:1:28: a: cron '0 9 1-7 * 1' names days of the month and weekdays: it comes on each of both; "
        "allowed: * for the day of the month, or for the weekday"
    ]
    assert warnings("0 9 * * 1", notices) == []
    assert warnings("0 9 1-7 * *", notices) == []
