"""`duban api`: systems are let in, given new keys and shut out; the key is shown once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import Terminal, write_office


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.stand_at(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    return found


def test_a_client_is_let_in_and_its_key_is_shown_once(terminal: Terminal) -> None:
    done = terminal.run(
        "api", "add", "oa", "--title", "协同办公", "--scope", "events:write", "--until", "2026-12-31"
    )

    assert done.exit_code == 0, done.output
    first, second, *_ = done.stdout.splitlines()
    assert first == "oa may: events:write"
    secret = second.rpartition(" ")[2]
    assert secret.startswith("duban_")
    assert secret not in terminal.run("api", "list").stdout
    assert terminal.json("api", "list") == [
        {
            "client": "oa", "title": "协同办公", "scopes": ["events:write"], "until": "2026-12-31", "seen_at": None,
            "state": "in force",
        }
    ]  # fmt: skip


def test_a_new_key_and_the_end_ask_first(terminal: Terminal) -> None:
    terminal.run("api", "add", "oa", "--scope", "events:write")

    assert terminal.not_asked("api", "rotate", "oa") == (
        "The key that oa uses now ends at once. Go on? Nothing was changed; say --yes to do it."
    )
    assert "Its key, shown only now: duban_" in terminal.run("api", "rotate", "oa", "--yes").stdout
    assert terminal.run("api", "end", "oa", "--yes").stdout == "oa is not let in any more.\n"
    assert "ended" in terminal.run("api", "list").stdout
    assert terminal.refused("api", "end", "oa", "--yes") == [
        "the client 'oa' has ended; add one under another name"
    ]


def test_without_a_client_the_list_says_how_to_let_one_in(terminal: Terminal) -> None:
    assert "duban api add KEY --scope SCOPE" in terminal.run("api", "list").stdout


def test_a_last_day_that_is_over_is_refused(terminal: Terminal) -> None:
    words = ("api", "add", "oa", "--scope", "events:write", "--until", "2026-11-22")

    assert terminal.refused(*words) == ["its last day 22 Nov is over already"]
