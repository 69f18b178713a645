"""The report as a document and as a workbook: laid out as offices lay out papers, and safe to open."""

import io
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.shared import Mm, Pt
from openpyxl import load_workbook

from tasks.reporting.report_shape import document, to_json
from tasks.wording.texts import Texts
from worker.documents import child
from worker.documents.report_docx import docx
from worker.documents.report_xlsx import list_xlsx, report_xlsx

CHINESE = Texts.load("zh_CN").gettext("zh_CN")
ENGLISH = Texts.load("en").gettext("en")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paper(text: str) -> dict[str, object]:
    """A document with one long paragraph and no table to speak of."""
    return {
        "language": "zh-CN", "title": "报告", "addressee": "（主送机关）：", "office": "街道", "signed": "2027年　月　日",
        "chapters": [{"title": "一、履职情况", "sections": [{"title": "（一）领导", "paragraphs": [[{"text": text, "fill": False}]]}]}],
        "annex": "附件", "annex_title": "底稿", "period": "（统计期）", "columns": ["甲", "乙", "丙", "丁", "戊"], "notes": ["注"],
        "rows": [{"section": "（一）领导", "figures": [["会议", "1次", "1次", "记录", "—"]]}],
    }  # fmt: skip


def as_pdf(data: bytes, folder: Path) -> Path:
    """The file as LibreOffice lays it out."""
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        pytest.skip("no LibreOffice or poppler on this machine")
    (folder / "report.docx").write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(folder),
         str(folder / "report.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / "report.pdf"


def text_of(pdf: Path, page: int | None = None) -> list[str]:
    """The lines of a page, or of all."""
    only = ["-f", str(page), "-l", str(page)] if page else []
    found = subprocess.run(
        ["pdftotext", "-layout", *only, str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return [line.strip() for line in found.stdout.splitlines() if line.strip()]


def test_the_sheet_is_that_of_an_official_document():
    found = Document(io.BytesIO(docx(paper("正文"))))
    (section,) = found.sections

    sides = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(side / 36000) for side in sides if side] == [210, 297, 37, 28, 26]
    assert section.bottom_margin is not None
    assert round(section.bottom_margin / Mm(1)) == 297 - 37 - 225
    assert found.settings.odd_and_even_pages_header_footer
    normal = found.styles["Normal"]
    assert (normal.font.size, normal.paragraph_format.line_spacing) == (Pt(16), Pt(28.95))
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        assert footer.paragraphs[0].alignment is not None
        assert footer.paragraphs[0].alignment.name == side
        assert "PAGE" in footer.paragraphs[0]._p.xml


def _face(paragraph):
    fonts = (
        paragraph.runs[0]._r.rPr.rFonts if paragraph.runs and paragraph.runs[0]._r.rPr is not None else None
    )
    return fonts.get(f"{W}eastAsia") if fonts is not None else None


def test_headings_have_the_faces_of_the_standard():
    found = Document(io.BytesIO(docx(paper("正文"))))
    faces = {each.text: _face(each) for each in found.paragraphs if each.text.strip()}

    assert faces["报告"] == "方正小标宋简体"
    assert faces["一、履职情况"] == "黑体"
    assert faces["（一）领导"] == "楷体_GB2312"
    assert 'w:eastAsia="仿宋_GB2312"' in found.styles["Normal"].element.xml
    table = found.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["甲", "乙", "丙", "丁", "戊"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert 'w:top w:val="single" w:sz="12"' in table._tbl.xml


@pytest.mark.slow
def test_a_page_holds_22_lines_of_28_characters(tmp_path):
    pdf = as_pdf(docx(paper("字" * 28 * 60)), tmp_path)

    lines = text_of(pdf, 2)

    assert lines[-1].replace(" ", "") == "—2—"
    assert [len(line) for line in lines[:-1]] == [28] * 22


@pytest.mark.slow
def test_the_whole_report_is_laid_out(year, tmp_path):
    year.enter("cleanup", "2026-09-10", 22, place="人民路")
    data = child.docx(document(year.report(), CHINESE, chinese=True))

    pdf = as_pdf(data, tmp_path)

    text = "".join(text_of(pdf)).replace(" ", "")
    wanted = [
        "关于2026年法治政府",
        "一、履职情况",
        "（一）学法用法",
        "（二）行政执法",
        "（此处填写）",
        "附件",
        "22次",
        "20余次",
        "未登记",
    ]
    assert [words for words in wanted if words not in text] == []


def test_what_nobody_recorded_is_shaded_for_a_person(year):
    found = Document(io.BytesIO(child.docx(document(year.report(), CHINESE, chinese=True))))

    shaded = [
        run.text for each in found.paragraphs for run in each.runs if run.font.highlight_color is not None
    ]

    assert "（须人工确认）" in shaded
    assert shaded.count("（此处填写）") == 4, "three sections and the chapter without figures"
    assert [row.cells[0].text for row in found.tables[0].rows[:2]] == ["指标", "（一）学法用法"]


def test_control_characters_and_markup_do_no_harm():
    given = paper("a\x0b\x00<b>&amp;")
    given["chapters"] = [
        {
            "title": "一",
            "sections": [{"title": "", "paragraphs": [[{"text": "a\x0b\x00<b>&", "fill": True}]]}],
        }
    ]

    found = Document(io.BytesIO(child.docx(given)))

    assert "a<b>&" in [each.text for each in found.paragraphs]


def test_the_document_speaks_english_too(year):
    found = document(year.report(), ENGLISH, chinese=False)

    assert found["language"] == "en"
    assert str(found["title"]).endswith("in 2026")
    text = str(to_json(year.report(), ENGLISH))
    assert "not recorded" in text
    assert "(to be confirmed by hand)" in text


def test_a_workbook_keeps_what_was_typed_and_runs_nothing(year):
    year.enter("cleanup", "2026-09-10", place='=HYPERLINK("http://x","y")')
    year.enter("cleanup", "2026-09-11", place="013800000001")

    book = load_workbook(io.BytesIO(report_xlsx(year.report(), CHINESE)))
    cells = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]

    assert book.sheetnames == ["数据", "名单"] or len(book.sheetnames) == 2
    assert {cell.data_type for cell in cells} == {"s"}
    texts = {cell.value for cell in cells}
    assert {'=HYPERLINK("http://x","y")', "013800000001", "2026-09-11", "未登记"} <= texts
    one = load_workbook(io.BytesIO(list_xlsx(year.figure("cleanup"), CHINESE))).worksheets[0]
    assert [row[1].value for row in one.iter_rows(min_row=2)] == [
        '=HYPERLINK("http://x","y")',
        "013800000001",
    ]


def test_the_document_holds_no_macro_and_nothing_from_elsewhere():
    with ZipFile(io.BytesIO(docx(paper("正文")))) as file:
        assert not [name for name in file.namelist() if "vba" in name.lower()]
        for name in file.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in file.read(name), name
