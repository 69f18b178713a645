"""docs/duties.md is what the starter office says, and every row of the catalogue is carried by something that exists."""

from pathlib import Path

import pytest

import worker
from schedules.office import OfficeSpec
from worker.cli.duties import REGISTER, catalogue, packaged, page
from worker.cli.language import choose

PAGE = Path(worker.__file__).parents[1] / "docs" / "duties.md"
ROWS = [str(n) for n in range(1, 39)]
ADDED = [f"补{n}" for n in range(1, 8)]


@pytest.fixture(scope="module")
def office() -> OfficeSpec:
    return packaged()


def test_every_row_of_the_report_is_carried() -> None:
    numbers = [row.number for row in catalogue()]

    assert numbers[: len(ROWS) + len(ADDED)] == ROWS + ADDED
    assert all(row.carriers for row in catalogue())


def test_every_schedule_and_register_carries_a_row(office: OfficeSpec) -> None:
    carriers = {carrier for row in catalogue() for carrier in row.carriers}
    schedules = {carrier.partition(".")[0] for carrier in carriers if not carrier.startswith(REGISTER)}
    members = {member for family in office.families.values() for member in family}

    assert {each.id for each in office.schedules} - members | set(office.families) == schedules
    registers = {carrier.removeprefix(REGISTER) for carrier in carriers if carrier.startswith(REGISTER)}
    assert {each.id for each in office.registers} == registers


def test_the_page_is_what_the_office_says(office: OfficeSpec) -> None:
    try:
        assert PAGE.read_text(encoding="utf-8") == page(office).rstrip() + "\n", (
            "run `python -m worker.cli.duties > docs/duties.md`"
        )
    finally:
        choose([])
