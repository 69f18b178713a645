"""The examples of docs/api.md against the starter office, word for word."""

import json
import re
from pathlib import Path

import pytest

TEXT = Path(__file__).parents[3].joinpath("docs", "api.md").read_text(encoding="utf-8")
FOUND = [
    (re.search(r"-X POST \S+/api/v1(/\S+)", block), re.search(r"-d '(\{.*?\})'", block, re.DOTALL))
    for block in TEXT.split("\n\n")
]
POSTED = {path[1]: json.loads(body[1]) for path, body in FOUND if path and body}


@pytest.fixture
def own_schedules():
    """The starter office alone."""
    return {}


def test_every_example_with_a_written_body_is_found():
    assert len(POSTED) == TEXT.count("-d '{") == 4


@pytest.mark.parametrize(
    "path", ["/events", "/credentials", "/occurrences/friday-study/2026-11-20/attendance"]
)
def test_an_example_of_the_documentation_is_taken_as_it_stands(api, path):
    answer = api.post(path, POSTED[path])

    assert answer.status_code in (200, 201), answer.json
