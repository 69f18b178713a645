"""`duban report` as a clerk types it."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from small_office import Terminal, write_office

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # Friday 16:00
REPORT = """\
report:
  done:
    title: 履职情况
    sections:
      all:
        title: 学习
        text: 整治{cleanup}，拆违{unused}。
        figures:
          cleanup: {label: 占道经营整治, measure: 次, register: cleanup}
          unused: {label: 违法建设处置, measure: 处, register: unused}
          weekly: {label: 周报按期率, on_time: weekly-report}
registers:
  cleanup: {title: 占道经营整治, by: {unit: 执法大队}, fields: {place: text}}
  unused: {title: 违法建设处置, by: {unit: 执法大队}, fields: {place: text}}
"""


def begin(terminal: Terminal) -> None:
    terminal.stand_at(AT)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    for n in range(22):
        done = terminal.run(
            "register", "add", "cleanup", "--on", "2026-11-25", "--field", "place=人民路", "--source", f"s{n}"
        )
        assert done.exit_code == 0, done.output


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The small office with a report, 22 clean-ups and a register that nobody used; files are written to a folder of their own."""
    office = write_office(tmp_path / "office", {"report.yaml": REPORT})
    found = Terminal(office, tmp_path / "data")
    found.begin(kept_folders, begin)
    (tmp_path / "written").mkdir()
    monkeypatch.chdir(tmp_path / "written")
    return found


def test_the_figures_are_a_table(terminal: Terminal) -> None:
    lines = terminal.run("report", "2026", lang="zh_CN").stdout.splitlines()

    assert lines[0].startswith("测试街道　统计期2026-01-01至2026-12-31")
    assert lines[1].split("\t")[1:4] == ["指标", "精确数", "报告用语"]
    assert lines[2].split("\t")[:4] == ["cleanup", "占道经营整治", "22次", "20余次"]
    assert lines[3].split("\t")[2:4] == ["未登记", "（须人工确认）"]
    assert "请执法大队确认" in lines[3]


def test_the_json_has_a_stable_shape(terminal: Terminal) -> None:
    found: Any = terminal.json("report", "2026")

    assert list(found) == ["office", "year", "from", "to", "as_of", "left_out", "chapters"]
    (section,) = found["chapters"][0]["sections"]
    assert section["text"] == "整治over 20 次，拆违(to be confirmed by hand)。"
    cleanup, unused, weekly = section["figures"]
    assert list(cleanup) == [
        "id", "label", "measure", "kind", "recorded", "confirmed", "zero_declared", "value", "part", "whole", "rate", "exact",
        "phrase", "scope", "gaps", "lines", "previous",
    ]  # fmt: skip
    assert (cleanup["value"], cleanup["recorded"], cleanup["lines"]) == (22, True, 22)
    assert (unused["value"], unused["recorded"]) == (None, False)
    assert (weekly["kind"], weekly["value"]) == ("share", None)


def test_the_list_behind_a_figure(terminal: Terminal) -> None:
    found: Any = terminal.json("report", "2026", "--list", "cleanup")
    lines = terminal.run("report", "2026", "--list", "cleanup").stdout.splitlines()

    assert found["year"] == 2026
    assert len(found["list"]) == found["lines"] == 22
    assert found["list"][0]["date"] == "2026-11-25"
    assert found["list"][0]["place"].startswith("register:cleanup#n")
    assert lines[0] == "占道经营整治 2026: 22 次"
    assert len(lines) == 24


def test_documents_and_workbooks_are_written_and_not_over_what_is_there(terminal: Terminal) -> None:
    assert "report-2026.docx" in terminal.run("report", "2026", "--docx").stdout
    texts = [each.text for each in Document("report-2026.docx").paragraphs]
    assert any("整治over 20 次" in text for text in texts)
    Path("report-2026.docx").write_bytes(b"mine")

    assert "is there already" in terminal.not_asked("report", "2026", "--docx")
    assert Path("report-2026.docx").read_bytes() == b"mine"
    assert terminal.run("report", "2026", "--docx", "--yes").exit_code == 0
    assert Path("report-2026.docx").read_bytes() != b"mine"

    assert terminal.run("report", "2026", "--xlsx", "-o", "底稿.xlsx").exit_code == 0
    assert len(load_workbook("底稿.xlsx").worksheets) == 2
    assert terminal.run("report", "2026", "--list", "cleanup", "--xlsx").exit_code == 0
    assert len(list(load_workbook("report-2026-cleanup.xlsx").worksheets[0].rows)) == 23
    piped = terminal.run("report", "2026", "--xlsx", "-o", "-")
    assert load_workbook(io.BytesIO(piped.stdout_bytes)).worksheets


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["2027"], 1, "there is no report of 2027"),
        (["2026", "--list", "cleanups"], 1, "allowed: cleanup"),
        (["2026", "-o", "x.pdf"], 2, "--docx or --xlsx"),
        (["2026", "--list", "cleanup", "--docx"], 2, "--docx is the whole report"),
        (["2026", "--docx", "-o", "nowhere/x.docx"], 1, "cannot be written"),
        (["last"], 2, "last"),
        ([], 2, "YEAR"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    terminal: Terminal, words: list[str], code: int, said: str
) -> None:
    done = terminal.run("report", *words)

    assert done.exit_code == code, done.output
    assert said in done.output
    assert "Traceback" not in done.output
