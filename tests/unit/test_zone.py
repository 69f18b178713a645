"""The office's zone without the grammar of its file."""

import pytest

from schedules.office_grammar import OfficeFile
from worker.zone import USUAL, zone_of


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("title: 甲\ntimezone: Europe/Berlin\n", "Europe/Berlin"),
        ('timezone: "Asia/Urumqi"  # 新疆\n', "Asia/Urumqi"),
        ("title: 甲\n", USUAL),
        ("timezone: Mars/Olympus\n", USUAL),
        ("timezone: ../etc\n", USUAL),
    ],
)
def test_it_is_what_the_file_names_else_the_usual_one(text: str, zone: str) -> None:
    assert str(zone_of(text)) == zone


def test_the_usual_one_is_that_of_the_grammar() -> None:
    assert OfficeFile.model_fields["timezone"].default == USUAL
