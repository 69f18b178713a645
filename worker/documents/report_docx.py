"""The annual report as a .docx: the headings with the office's sentences and blanks, then the figures as an annex.

`python -m worker.documents.report_docx` reads the document as JSON (see `tasks.reporting.report_shape.document`) from standard
input and writes the
file to standard output. It is a program of its own, so that no process that serves pages holds the library.
"""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.shared import Pt

from worker.documents.layout import (
    FANGSONG,
    HEITI,
    INDENT,
    KAITI,
    SONG,
    TABLE,
    TITLE,
    XIAOBIAOSONG,
    font,
    indented,
    page,
)
from worker.documents.three_lines import ThreeLines

WIDTHS = (29, 44, 24, 33, 26)  # millimetres, 156 together
# Characters that XML cannot hold.
_UNFIT = {code: None for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}


def docx(given: Mapping[str, Any]) -> bytes:
    """The file for a document."""
    paper = Document()
    page(paper, given["language"])
    paper.core_properties.title, paper.core_properties.author = given["title"], given["office"]
    paper.core_properties.comments = ""
    _title(paper, given["title"])
    font(
        paper.add_paragraph().add_run(given["addressee"]), FANGSONG
    ).font.highlight_color = WD_COLOR_INDEX.GRAY_25
    for chapter in given["chapters"]:
        _heading(paper, chapter["title"], HEITI)
        for section in chapter["sections"]:
            if section["title"]:
                _heading(paper, section["title"], KAITI)
            for pieces in section["paragraphs"]:
                _paragraph(paper, pieces)
    _signature(paper, given)
    _annex(paper, given)
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def _title(paper: Paper, text: str) -> None:
    paper.add_paragraph()
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = Pt(35)
    font(paragraph.add_run(text), XIAOBIAOSONG, TITLE)
    paper.add_paragraph()


def _heading(paper: Paper, text: str, face: str) -> None:
    paragraph = indented(paper.add_paragraph(), first=INDENT)
    paragraph.paragraph_format.keep_with_next = True
    font(paragraph.add_run(text), face)


def _paragraph(paper: Paper, pieces: Sequence[Mapping[str, Any]]) -> None:
    paragraph = indented(paper.add_paragraph(), first=INDENT)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for piece in pieces:
        run = paragraph.add_run(piece["text"])
        if piece["fill"]:
            run.font.highlight_color = WD_COLOR_INDEX.GRAY_25


def _signature(paper: Paper, given: Mapping[str, Any]) -> None:
    """Who signs, and the day: the right side, four characters in."""
    paper.add_paragraph()
    for text in (given["office"], given["signed"]):
        paragraph = indented(paper.add_paragraph(), right="400")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.keep_together = True
        paragraph.add_run(text)


def _annex(paper: Paper, given: Mapping[str, Any]) -> None:
    label = paper.add_paragraph()
    label.add_run().add_break(WD_BREAK.PAGE)
    font(label.add_run(given["annex"]), HEITI)
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(35)
    font(title.add_run(given["annex_title"]), XIAOBIAOSONG, Pt(18))
    _small(paper, given["period"], centred=True)
    table = ThreeLines(paper, given["columns"], WIDTHS)
    for group in given["rows"]:
        table.add_heading(group["section"])
        for row in group["figures"]:
            table.add(row)
    for note in given["notes"]:
        _small(paper, note, centred=False)


def _small(paper: Paper, text: str, *, centred: bool) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.line_spacing = Pt(18)
    font(paragraph.add_run(text), SONG, TABLE)


def _clean(value: Any) -> Any:
    """The same without characters that a document cannot hold."""
    if isinstance(value, str):
        return value.translate(_UNFIT)
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.stdout.buffer.write(docx(_clean(json.load(sys.stdin))))
