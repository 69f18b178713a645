"""The moves in code, the drawing in docs/states.md, and the refusal of everything else."""

import re
from itertools import product
from pathlib import Path

import pytest

from schedules.errors import IllegalMove
from schedules.states import (
    MESSAGE_MOVES,
    OBLIGATION_MOVES,
    Message,
    Obligation,
    move_message,
    move_obligation,
)

DRAWING = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")


def drawn(heading: str) -> set[tuple[str, str]]:
    section = DRAWING.split(f"## {heading}\n")[1].split("\n## ")[0]
    names = {alias: name for name, alias in re.findall(r'^ +state "(.+)" as (\w+)$', section, re.MULTILINE)}
    moves = re.findall(r"^ +(\w+) --> (\w+)", section, re.MULTILINE)
    return {(names.get(old, old), names.get(new, new)) for old, new in moves}


def test_the_drawing_of_obligations_shows_exactly_the_moves():
    assert drawn("Obligation") == {(old, new) for old, after in OBLIGATION_MOVES.items() for new in after}


def test_the_drawing_of_messages_shows_exactly_the_moves():
    assert drawn("Message") == {(old, new) for old, after in MESSAGE_MOVES.items() for new in after}


@pytest.mark.parametrize(("old", "new"), list(product(Obligation, Obligation)))
def test_an_obligation_moves_only_as_the_table_says(old: Obligation, new: Obligation):
    if new in OBLIGATION_MOVES[old]:
        assert move_obligation(old, new) is new
    else:
        with pytest.raises(IllegalMove, match=re.escape(f"from {old} to {new}; allowed: ")):
            move_obligation(old, new)


@pytest.mark.parametrize(("old", "new"), list(product(Message, Message)))
def test_a_message_moves_only_as_the_table_says(old: Message, new: Message):
    if new in MESSAGE_MOVES[old]:
        assert move_message(old, new) is new
    else:
        with pytest.raises(IllegalMove, match=re.escape(f"from {old} to {new}; allowed: ")):
            move_message(old, new)
