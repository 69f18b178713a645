"""`duban simulate` on an office of 62 people: who would be told what, with nobody acting and with people who act."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_office import FOUR_KINDS, Terminal

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
