"""What programs read of a mistake beside its sentence: its kind, which stays, and where the word ends that is wrong."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from unit.schedules.broken_files import CASES, TODAY, sources

from schedules.kinds import KINDS, kind_of
from schedules.loader import SourceFile, load
from schedules.problems import Problem
from schedules.word_end import word_end, word_ends
from schedules.words import phrase

DOC = Path(__file__).parents[3] / "docs" / "check.md"
OF_CASE = {
    "anchor-and-alias": "syntax", "backslash-in-quotes": "syntax", "bracket-left-open-in-a-list": "syntax", "line-without-colon": "syntax",
    "colon-in-text": "syntax", "calendar-comma-too-many": "syntax", "text-begins-with-star": "syntax", "tab": "syntax",
    "full-width-colon": "full-width", "full-width-brackets": "full-width", "full-width-space": "full-width", "yaml-in-gbk": "encoding",
    "invisible-character": "encoding", "time-without-quotes": "unquoted", "number-as-title": "unquoted", "unknown-key": "unknown-key",
    "missing-keys": "missing", "empty-list": "missing", "rung-without-anchor": "missing", "roster-without-a-column": "missing",
    "duplicate-key": "duplicate", "rung-said-twice": "duplicate", "duplicate-id": "duplicate-id", "roster-same-id": "duplicate-id",
    "two-rules": "conflict", "yes-as-a-flag": "type", "text-instead-of-mapping": "type", "wrong-choice": "value",
    "day-with-slashes": "date", "day-of-month": "date", "weekday-that-is-none": "date", "time-in-words": "time", "office-zone": "time",
    "term-without-unit": "term", "term-without-kind-of-day": "term", "cron-with-six-fields": "cron", "roster-mobile-from-excel": "number",
    "unknown-role": "unknown-name", "unknown-unit": "unknown-name", "unknown-person": "unknown-name", "unknown-ladder": "unknown-name",
    "unknown-channel": "unknown-name", "step-after-nothing": "unknown-name", "role-nobody-has": "nobody", "names-nobody": "nobody",
    "warning-nobody-owes": "nobody", "steps-in-a-circle": "circle", "office-units-in-a-circle": "circle", "never-fires": "never",
    "ends-before-it-begins": "never", "warning-ended": "never", "ladder-longer-than-the-cycle": "cycle",
    "office-channel-unknown": "channel",
    "secret-of-a-robot": "secret", "secret-in-a-comment": "secret", "roster-with-citizen-numbers": "secret",
    "warning-quiet-hours": "quiet-hours", "nested-too-deep": "too-much", "title-too-long": "too-much",
}  # fmt: skip


def found(case: str, notices: Sequence[SourceFile]) -> tuple[Problem, ...]:
    """The mistakes and warnings of a broken file."""
    loaded = load([*notices, *sources(case)], today=TODAY, warn=True)
    return (*loaded.problems, *loaded.warnings)


@pytest.mark.parametrize(("case", "kind"), OF_CASE.items())
def test_the_kind_of_a_mistake(case: str, kind: str, notices: list[SourceFile]) -> None:
    assert kind in {each.data()["code"] for each in found(case, notices)}


def test_every_kind_is_explained_and_nothing_else() -> None:
    table = DOC.read_text(encoding="utf-8").partition("| code |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]

    assert sorted(name for row in rows for name in re.findall("`([a-z-]+)`", row)) == sorted(KINDS)


def test_kinds_that_no_broken_file_shows() -> None:
    assert (
        kind_of(phrase("working days are announced up to {day} only: later dates are provisional", day="x"))
        == "provisional"
    )
    assert kind_of(phrase("this is no file but a pipe or a device")) == "file"
    assert (
        kind_of(
            phrase(
                "{name} would get {n} messages on {day}; more than 3 a day are a nuisance",
                name="",
                n=4,
                day="",
            )
        )
        == "unreachable"
    )


def test_every_mistake_of_every_broken_file_is_underlined_within_its_line(notices: list[SourceFile]) -> None:
    for case in CASES:
        files = [*notices, *sources(case)]
        end = word_ends(files)
        for each in found(case, notices):
            at = end(each.file, each.line, each.col)
            assert each.file.endswith((".csv", ".xlsx")) == (at is None), case
            assert at is None or at > each.col


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("    who: |staff", "staff"),
        ("    who: |staff  # 全体", "staff"),
        ("    |title: 周报", "title"),
        ("    |标题：周报", "标题：周报"),
        ("    |标题： 周报", "标题"),
        ("  when: {weekly: |周五, time: '15:00'}", "周五"),
        ("  when: {weekly: 周五, time: |'15:00'}", "'15:00'"),
        ("  when: |{weekly: 周五, time: '15:}0', x: [1]} # x", "{weekly: 周五, time: '15:}0', x: [1]}"),
        ("  when: |{weekly: 周五,", "{weekly: 周五,"),
        ("  who: {roles: [|staf]}", "staf"),
        ("  who: {roles: |[staff, clerk], x: 1}", "[staff, clerk]"),
        (r'  title: |"a \" b" # c', r'"a \" b"'),
        ("  title: |'open", "'open"),
        ("  url: |https://a.cn/x", "https://a.cn/x"),
        ("  a: |b, c]", "b, c]"),
        ("  a: [x], |b", "b"),
        ("  a: |, b", ", b"),
        ("  a: {b: |, c}", ","),
    ],
)  # fmt: skip
def test_the_word_that_a_mistake_begins_at(line: str, word: str) -> None:
    before, _, rest = line.partition("|")
    text = before + rest

    assert text[len(before) : word_end(text, len(before) + 1) - 1] == word


@pytest.mark.parametrize(("line", "col"), [("", 1), ("a:", 3), ("a:   ", 4), ("a", 9)])
def test_where_nothing_stands_one_column_is_underlined(line: str, col: int) -> None:
    assert word_end(line, col) == col + 1


def test_lines_are_counted_as_editors_do() -> None:
    end = word_ends(
        [SourceFile("s.yaml", "\ufeffa: 1\r\nb: 甲乙\r\n".encode()), SourceFile("p.csv", b"a,b\n")]
    )

    assert end("s.yaml", 2, 4) == 6
    assert end("s.yaml", 9, 1) is None
    assert end("p.csv", 1, 1) is None
    assert end("none.yaml", 1, 1) is None
