"""What a plan foresees of the coming 30 days."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schedules.loader import load
from schedules.office import OfficeSpec
from worker.cli.forecast import Changes, Known, forecast
from worker.office_files import read_folder

OFFICE = Path(__file__).parents[2] / "schedules" / "office"
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def study() -> OfficeSpec:
    """The starter office with no schedule but the study of Fridays."""
    found = load(read_folder(OFFICE)).office
    assert found is not None
    return replace(found, schedules=found.schedules_of("friday-study"))


def test_of_a_record_that_is_not_made_the_keeper_and_the_head_of_the_keeper_are_told(
    study: OfficeSpec,
) -> None:
    """Not the heads of everybody who is expected at the gathering."""
    found = forecast(None, study, Changes(), Known(), now=MONDAY)

    days = dict(found.messages)
    wednesdays = [n for day, n in days.items() if day.weekday() == 2]
    assert wednesdays
    assert set(wednesdays) == {2}
