"""A database of another revision: nothing is compared with it, and the sentence says what to do."""

from pathlib import Path

import pytest
from small_office import Terminal, write_office
from sqlalchemy import text


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    assert found.run("apply", "--yes").exit_code == 0
    return found


def set_revision(terminal: Terminal, revision: str) -> None:
    with terminal.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


@pytest.mark.parametrize("words", [("plan",), ("overdue",), ("explain", "--person", "zhao")])
@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("0012", "the database is older than this program; next: duban migrate"),
        ("9999", "the database is newer than this program; use the program that was at it last"),
    ],
)
def test_a_running_office_is_never_taken_for_none(
    terminal: Terminal, words: tuple[str, ...], revision: str, sentence: str
) -> None:
    set_revision(terminal, revision)

    refused = terminal.run(*words)

    assert refused.exit_code == 1
    assert sentence in refused.stderr
