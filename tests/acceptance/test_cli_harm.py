"""What takes something away says so and asks: the answers a person can give at a terminal, and what a script gets."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from at_a_terminal import CTRL_C, DUBAN, Keys, Seen, at_a_terminal
from small_office import Terminal, write_office

from models.schedules import OfficeStateRow
from tasks.live import current
from tasks.open import open_due

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
WAIVE = ["waive", "weekly-report", "--person", "zhao", "--reason", "出差"]
HARMFUL = [
    (WAIVE, "周报 (赵刚) need not be done any more, and nobody is reminded of it. Waive it?"),
    (["occurrence", "skip", "weekly-report", "2026-11-27", "--reason", "并入大会"], "open duties cancelled: 3. Skip it?"),
    (["absence", "end", "1"], "赵刚 is back on 2026-11-27, and messages go to 赵刚 again. End the absence?"),
    (["silence", "end", "1"], "reminders go out again at once. End the silence?"),
    (["inspector", "end", "1"], "No. 1, 王建国: may open nothing any more, at once. Close the account?"),
    (["confirm", "weekly-report", "--person", "lin", "--undo", "--note", "没有办"], "周报 (林海) is to be done again"),
    (["go-live"], "From now on messages go to the people themselves. Go live?"),
]  # fmt: skip


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.stand_at(MONDAY)
    for words in (
        "apply --yes",
        "absence add --person zhao --from 2026-11-26 --until 2026-12-03",
        "silence add --schedule weekly-report --until 2026-12-05 --reason 迁移",
        "inspector add 王建国 --until 2026-12-04",
    ):
        done = found.run(*words.split())
        assert done.exit_code == 0, done.output
    with found.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = FRIDAY
        open_due(session, current(session), now=FRIDAY)
    assert found.run("confirm", "weekly-report", "--person", "lin").exit_code == 0
    return found


def everything(terminal: Terminal) -> list[str]:
    with sqlite3.connect(terminal.data / "duban.sqlite3") as database:
        return list(database.iterdump())


def answer(terminal: Terminal, environ: dict[str, str], words: list[str], *keys: Keys) -> Seen:
    given = {name: value for name, value in terminal.environ.items() if value is not None}
    typed = [("[y/N] ", keys[0]), *(("[y/N] ", key) for key in keys[1:])]
    return at_a_terminal([DUBAN, *words], {**environ, **given}, typed=typed)


@pytest.mark.parametrize(("words", "said"), HARMFUL, ids=[" ".join(words[:2]) for words, _said in HARMFUL])
def test_without_a_terminal_it_says_what_it_would_do_and_that_yes_is_lacking(
    terminal: Terminal, words: list[str], said: str
) -> None:
    before = everything(terminal)

    assert said in terminal.not_asked(*words)
    assert everything(terminal) == before

    assert terminal.run(*words, "--yes").exit_code == 0
    assert everything(terminal) != before


@pytest.mark.parametrize(
    ("keys", "code"),
    [([CTRL_C], 130), (["\x04"], 130), (["\r"], 1), (["n\r"], 1), (["否\r"], 1), (["maybe\r", "n\r"], 1)],
    ids=["Ctrl-C", "Ctrl-D", "Enter", "n", "否", "maybe"],
)
def test_nothing_but_a_yes_changes_anything(
    terminal: Terminal, environ: dict[str, str], keys: list[str], code: int
) -> None:
    before = everything(terminal)
    seen = answer(terminal, environ, WAIVE, *keys)

    assert seen.code == code, seen.text
    assert "Waive it? [y/N]" in seen.text
    assert "Traceback" not in seen.text
    assert everything(terminal) == before


@pytest.mark.parametrize("key", ["y\r", "YES\r", "是\r"])
def test_a_yes_in_either_language_does_it(terminal: Terminal, environ: dict[str, str], key: str) -> None:
    seen = answer(terminal, environ, WAIVE, key)

    assert (seen.code, seen.text.splitlines()[-1]) == (0, "Excused: weekly-report 2026-11-27.")


def test_what_is_refused_is_refused_before_the_question(terminal: Terminal, environ: dict[str, str]) -> None:
    seen = answer(terminal, environ, [*WAIVE[:3], "nobody", *WAIVE[4:]], "y\r")

    assert seen.code == 1
    assert "Waive it?" not in seen.text


def test_no_transaction_is_open_while_somebody_thinks(terminal: Terminal, environ: dict[str, str]) -> None:
    """Another writer gets in between the question and the answer, and the answer still counts."""

    def meanwhile() -> str:
        assert terminal.run("confirm", "weekly-report", "--person", "he").exit_code == 0
        return "y\r"

    seen = answer(terminal, environ, WAIVE, meanwhile)

    assert "Excused: weekly-report 2026-11-27." in seen.text
