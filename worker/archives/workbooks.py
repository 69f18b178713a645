"""A workbook whose bytes depend on its cells alone: openpyxl writes the instant of saving into it, and into its zip."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled_workbook(
    title: str, heading: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int], at: datetime
) -> bytes:
    """As `worker.web.workbook.workbook`, dated `at`."""
    # openpyxl is heavy and a process that only serves pages need not carry it: loaded when a package is made.
    made: Any = import_module("worker.web.workbook")
    written = io.BytesIO(made.workbook(title, heading, rows, widths=widths))
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    again = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
            info.create_system = 3
            new.writestr(info, STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", old.read(name)))
    return again.getvalue()
