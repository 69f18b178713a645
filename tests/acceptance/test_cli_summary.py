"""`duban summary` and the spreadsheet of `duban overdue`."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from small_office import Terminal, write_office

from tasks.live import current
from tasks.open import open_due

BEGUN = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """The weekly report of Friday 20 November is late."""
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.stand_at(BEGUN)
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with found.writing() as session:
        open_due(session, current(session), now=datetime(2026, 11, 20, 7, 30, tzinfo=UTC))
    found.stand_at(NOW)
    return found


def test_a_summary_before_a_meeting_is_printed_and_waits_or_goes_out(terminal: Terminal) -> None:
    read = terminal.run("summary", "draft", "--for", "lin", "--dry-run")
    sent = terminal.run("summary", "draft", "--for", "lin", "--unit", "执法大队", "--release", "--yes")

    assert read.exit_code == 0, read.output
    assert read.stdout.splitlines()[-1] == "Nothing was changed."
    assert "周报" in read.stdout
    assert re.fullmatch(r"Message \d+ will be sent\.", sent.stdout.splitlines()[-1])


def test_who_supervises_nothing_is_refused(terminal: Terminal) -> None:
    assert terminal.refused("summary", "draft", "--for", "zhao") == [
        "赵刚 supervises no unit, so there is no summary for them"
    ]


def test_a_month_is_ranked_and_one_that_is_none_is_refused(terminal: Terminal) -> None:
    found = terminal.json("summary", "rank", "--month", "2026-11")

    assert isinstance(found, dict)
    assert [each["due"] for each in found["units"]] == [2, 2]
    assert {each["place"] for each in found["units"]} == {1}
    assert terminal.run("summary", "rank", "--month", "2026-13").exit_code == 2
    assert terminal.run("summary", "rank", "--month", "2027-01").exit_code == 2
    assert terminal.run("summary", "rank").stdout == "Nothing was due that month.\n"


def test_the_long_form_is_written_as_a_spreadsheet(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("overdue", "--xlsx", str(tmp_path / "late.xlsx"))

    assert done.exit_code == 0, done.output
    sheet = load_workbook(io.BytesIO((tmp_path / "late.xlsx").read_bytes())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 5
    assert rows[1][4] == "3 (1 in working days)"
    assert terminal.refused("overdue", "--xlsx", str(tmp_path / "none" / "late.xlsx"))[0].endswith(
        "No such file or directory"
    )
