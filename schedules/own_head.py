"""What a unit owes is told to its head as the one who owes it: nobody is told about himself."""

from collections.abc import Sequence
from dataclasses import replace

from schedules.ladder import RungAt

HEAD, OWNER = "unit-head", "assignee"


def for_a_unit(rungs: Sequence[RungAt]) -> tuple[RungAt, ...]:
    """The ladder of what a unit owes. Rungs to its head before and on the day are to the owner, those that climb to him fall away."""
    kept = [
        replace(rung, to=OWNER, key=rung.key.removesuffix(HEAD) + OWNER) if rung.to == HEAD else rung
        for rung in rungs
        if rung.to != HEAD or (rung.phase != "after" and rung.unless is None)
    ]
    # A rung that speaks to the owner and to the head speaks to one person.
    once = {(rung.at, rung.key): rung for rung in kept}
    return tuple(replace(rung, no=no) for no, rung in enumerate(once.values()))
