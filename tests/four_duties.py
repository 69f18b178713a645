"""The starter office with four of its duties, each of another kind. Tests of the machinery need no more, and most would drown in 72."""

import re
from collections.abc import Mapping

FOUR = ("friday-study", "half-year-review", "enforcement-training", "enforcement-certificate")
SUMMARIES = "summaries"
_ENTRY = re.compile(r"^(?=[^\s#])", re.MULTILINE)


def four_duties(files: Mapping[str, str]) -> dict[str, str]:
    """The same files, with those four schedules and the summaries; registers and the lists of campaigns are left out."""
    found: dict[str, str] = {}
    for path, text in files.items():
        if path == "office.yaml" or path.endswith(".json") or path in ("people.csv", "credentials.csv"):
            found[path] = text
        elif path.endswith(".yaml"):
            kept = "".join(entry for entry in _ENTRY.split(text) if _key(entry) in (*FOUR, SUMMARIES))
            found |= {path: kept} if kept else {}
    return found


def _key(entry: str) -> str:
    return entry.partition(":")[0].strip("\"'")
