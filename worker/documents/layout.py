"""The page of an official document after GB/T 9704-2012, as far as a .docx can say it.

A4; the text area is 156 × 225 mm, 37 mm below the upper edge and 28 mm from the left one, with 22 lines of 28 characters of 三号 (16 pt);
the title in 二号小标宋, headings in 黑体 and 楷体, text in 仿宋, the number of the page in 四号宋体 between dashes, on the outer side.
Fonts are named, not embedded: a machine without them shows others.
"""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, TITLE, PAGE, TABLE = Pt(16), Pt(22), Pt(14), Pt(10.5)  # 三号, 二号, 四号, 五号
FANGSONG, XIAOBIAOSONG, HEITI, KAITI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LINE = Pt(28.95)  # 225 mm in 22 lines, so that the last one still fits
LINE_PITCH = "579"  # the same in twentieths of a point
NARROWER = "-5"  # 156 mm hold 28 characters of 16 pt when each is a quarter of a point narrower, in twentieths of a point
# What comes after the space between characters in the order that the format asks for.
BEHIND_SPACING = (
    "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign",
    "w:rtl", "w:cs", "w:em", "w:lang",
)  # fmt: skip
INDENT = "200"  # two characters, in hundredths of one
FOOTER = Mm(23)  # from the lower edge of the sheet: the number stands 7 mm below the text


def page(document: Document, language: str) -> None:
    """Set the sheet, the grid, the text's style and the numbers of the pages."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = FOOTER
    _grid(section)
    style = document.styles["Normal"]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(style)
    style.font.size = BODY
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = LINE
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.widow_control = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FANGSONG)
    _narrow(style.element.get_or_add_rPr(), NARROWER)
    # The lines are as high as they should be by themselves; what is set smaller would be pulled apart by the grid.
    free = OxmlElement("w:snapToGrid")
    free.set(qn("w:val"), "0")
    style.element.get_or_add_pPr().insert_element_before(free, "w:spacing", "w:ind", "w:jc")
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), "en-US")
    spoken.set(qn("w:eastAsia"), language if language.startswith("zh") else "zh-CN")
    style.element.get_or_add_rPr().append(spoken)
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, right="100")
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, left="100")


def _grid(section: Section) -> None:
    properties = section._sectPr  # noqa: SLF001 - python-docx has no grid
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), LINE_PITCH)
    properties.append(grid)


def _narrow(properties: BaseOxmlElement, twentieths: str) -> None:
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), twentieths)
    properties.insert_element_before(spacing, *BEHIND_SPACING)


def _number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH, *, left: str = "", right: str = "") -> None:
    """— 1 —, one character in from the edge."""
    paragraph.alignment = side
    indented(paragraph, left=left, right=right)
    font(paragraph.add_run("— "), SONG, PAGE)
    for kind, text in (("begin", ""), ("instrText", " PAGE "), ("separate", ""), ("t", "1"), ("end", "")):
        part = OxmlElement(f"w:{kind}" if text else "w:fldChar")
        if text:
            part.text = text
            part.set(qn("xml:space"), "preserve")
        else:
            part.set(qn("w:fldCharType"), kind)
        font(paragraph.add_run(), SONG, PAGE)._r.append(part)  # noqa: SLF001 - python-docx has no fields
    font(paragraph.add_run(" —"), SONG, PAGE)


def font(run: Run, name: str, size: Length | None = None) -> Run:
    """Give a run a typeface for all its characters, and a size."""
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - python-docx sets no East Asian font
    for key in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(key), name)
    if size is not None:
        run.font.size = size
        _narrow(run._r.get_or_add_rPr(), "0")  # noqa: SLF001 - as above
    return run


def indented(paragraph: Paragraph, *, first: str = "", left: str = "", right: str = "") -> Paragraph:
    """Indent by characters, in hundredths of one; and by as much in twips, for programs that do not count in characters."""
    found = paragraph._p.get_or_add_pPr().get_or_add_ind()  # noqa: SLF001 - python-docx knows no characters
    for key, value in (("w:firstLine", first), ("w:left", left), ("w:right", right)):
        if value:
            found.set(qn(f"{key}Chars"), value)
            found.set(qn(key), str(BODY.twips * int(value) // 100))
    return paragraph
