"""A plan in pieces: what one process of several computes of it."""

import json
from datetime import date
from pathlib import Path

from schedules.loader import SourceFile, load
from schedules.preview import preview


def folder(path: str) -> list[SourceFile]:
    """The files below a folder."""
    root = Path(path)
    return [
        SourceFile(str(each.relative_to(root)), each.read_bytes())
        for each in sorted(root.rglob("*"))
        if each.is_file() and not any(part.startswith(".") for part in each.relative_to(root).parts)
    ]


def planned(job: tuple[str, date, date]) -> dict[str, list[str]]:
    """The occurrences of an office in [first, last], as JSON by schedule. Reads the office anew, as each process does."""
    path, first, last = job
    office = load(folder(path)).office
    assert office is not None
    return {
        schedule.id: [
            json.dumps(each, sort_keys=True) for each in preview(office, [schedule.id], first, last)
        ]
        for schedule in office.schedules
    }
