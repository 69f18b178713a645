"""`duban migrate`: a database of either kind comes to the newest revision, once."""

from pathlib import Path

import pytest
from small_office import Terminal, write_office
from sqlalchemy import text

from models.engine import connect
from models.migrate import pending


@pytest.fixture
def terminal(tmp_path: Path, empty_database_url: str) -> Terminal:
    return Terminal(write_office(tmp_path / "office"), tmp_path / "data", empty_database_url)


def set_revision(url: str, revision: str) -> None:
    database = connect(url)
    with database.writing.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    database.dispose()


def behind(url: str) -> bool:
    database = connect(url)
    try:
        return pending(database.engine)
    finally:
        database.dispose()


def test_migrate_makes_the_tables_once_and_says_so(terminal: Terminal, empty_database_url: str) -> None:
    assert behind(empty_database_url)

    first = terminal.run("migrate")
    again = terminal.run("migrate")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert first.stdout.startswith("The tables are made; ")
    assert again.stdout.startswith("The database is at the newest revision already, ")
    assert not behind(empty_database_url)


def test_a_database_of_a_newer_version_is_left_alone(terminal: Terminal, empty_database_url: str) -> None:
    assert terminal.run("migrate").exit_code == 0
    set_revision(empty_database_url, "9999")

    (line,) = terminal.refused("migrate")

    assert "9999" in line


def test_a_database_that_does_not_answer_is_a_sentence(terminal: Terminal) -> None:
    terminal.environ["DUBAN_DATABASE_URL"] = "postgresql+psycopg://x:secret-text@127.0.0.1:1/x"

    (line,) = terminal.refused("migrate")

    assert line.startswith("the database does not answer: ")
    assert "secret-text" not in line
