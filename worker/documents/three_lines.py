"""A three-line table (三线表): a thick line above and below, a thin one under the heading, which is repeated on every page."""

from collections.abc import Sequence

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from worker.documents.layout import HEITI, SONG, TABLE, font

THICK, THIN = "12", "6"  # eighths of a point
LINE = Pt(16)


class ThreeLines:
    """Rows are added one by one; `widths` in millimetres."""

    def __init__(self, document: Document, heading: Sequence[str], widths: Sequence[int]) -> None:
        self.table: Table = document.add_table(rows=0, cols=len(widths))
        self.table.alignment = WD_TABLE_ALIGNMENT.CENTER
        self.table.autofit = False
        self._widths = widths
        for column, width in zip(self.table.columns, widths, strict=True):
            column.width = Mm(width)
        self._borders()
        row = self._row(heading, HEITI)
        self._mark(row, "w:tblHeader")
        for cell in row.cells:
            _line_below(cell)

    def add(self, cells: Sequence[str]) -> None:
        """One row; it does not break over pages."""
        self._mark(self._row(cells, SONG), "w:cantSplit")

    def add_heading(self, text: str) -> None:
        """A row that names what follows, kept with it."""
        row = self._new_row()
        merged = row.cells[0].merge(row.cells[-1])
        paragraph = merged.paragraphs[0]
        font(paragraph.add_run(text), HEITI, TABLE)
        _tight(paragraph)
        paragraph.paragraph_format.keep_with_next = True
        self._mark(row, "w:cantSplit")

    def _row(self, cells: Sequence[str], face: str) -> _Row:
        row = self._new_row()
        for cell, text, width in zip(row.cells, cells, self._widths, strict=True):
            cell.width = Mm(width)
            font(cell.paragraphs[0].add_run(text), face, TABLE)
            _tight(cell.paragraphs[0])
        return row

    def _new_row(self) -> _Row:
        row: _Row = self.table.add_row()  # type: ignore[no-untyped-call]
        return row

    def _mark(self, row: _Row, name: str) -> None:
        row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - python-docx has no such property

    def _borders(self) -> None:
        borders = OxmlElement("w:tblBorders")
        for side in ("top", "bottom"):
            borders.append(_border(side, THICK))
        properties = self.table._tbl.tblPr  # noqa: SLF001 - python-docx has no borders
        properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _border(side: str, size: str) -> OxmlElement:  # type: ignore[valid-type]  # a function in python-docx, used as a type
    border = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", "000000")):
        border.set(qn(f"w:{key}"), value)
    return border


def _line_below(cell: _Cell) -> None:
    borders = OxmlElement("w:tcBorders")
    borders.append(_border("bottom", THIN))
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - python-docx has no borders


def _tight(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.line_spacing = LINE
