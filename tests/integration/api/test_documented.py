"""The examples of docs/api.md against the starter office, word for word."""

import json
import re
from pathlib import Path

import pytest

from schedules.event_fields import asked, unanswered
from schedules.grammar import Event
from schedules.loader import load
from worker.office_files import read_folder

ROOT = Path(__file__).parents[3]
TEXT = ROOT.joinpath("docs", "api.md").read_text(encoding="utf-8")
FOUND = [
    (re.search(r"-X POST \S+/api/v1(/\S+)", block), re.search(r"-d '(\{.*?\})'", block, re.DOTALL))
    for block in TEXT.split("\n\n")
]
POSTED = {path[1]: json.loads(body[1]) for path, body in FOUND if path and body}


def test_every_example_with_a_written_body_is_found():
    assert len(POSTED) == TEXT.count("-d '{") == 4


@pytest.mark.parametrize("path", ["/credentials", "/occurrences/friday-study/2026-11-20/attendance"])
def test_an_example_of_the_documentation_is_taken_as_it_stands(api, path):
    answer = api.post(path, POSTED[path])

    assert answer.status_code in (200, 201), answer.json


def test_the_event_of_the_documentation_has_every_field_that_the_starter_office_asks_for():
    office = load(read_folder(ROOT / "schedules" / "office")).office
    assert office is not None
    event = POSTED["/events"]

    listening = [
        each for each in office.schedules if isinstance(each.when, Event) and each.when.event == event["kind"]
    ]

    assert len(listening) == 1
    assert list(unanswered(asked(listening), event["fields"])) == []
    assert all(office.person(each).left_on is None for each in event["fields"]["handlers"])
