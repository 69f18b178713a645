"""The annual report in a browser: who sees it, what opens what, and the files that come from it."""

import io
import re

import pytest
from docx import Document
from openpyxl import load_workbook

YEAR = "/report/2026"


def test_the_clerk_reads_the_report_of_the_starter_office_without_what_is_not_kept_here(site):
    clerk = site.signed_in("wangmin")

    page = clerk.get(YEAR)

    assert page.status_code == 200
    for words in (
        "2026年度报告",
        "（一）加强党的领导",
        "周五集中学习（实办）",
        "统计期2026年",
        "本年未结束",
        "本单位没有设置：",
        "占道经营整治",
    ):
        assert words in page.text, words
    assert "有效执法证" in page.text
    assert 'href="/report/2026/study-held"' in page.text
    assert 'href="/report/2026/cleanup"' not in page.text, "four_kinds keeps no such register"
    assert clerk.get("/report").headers["Location"].endswith("/report/2026")


def test_every_figure_opens_its_list(site):
    clerk = site.signed_in("wangmin")
    links = re.findall(r'href="(/report/2026/[^"]+)"', clerk.get(YEAR).text)
    figures = [link for link in links if "." not in link]
    assert len(figures) > 10

    for link in figures:
        page = clerk.get(link)
        assert page.status_code == 200, link
        assert "口径与来源" in page.text
        assert clerk.get(f"{link}/list.xlsx").status_code == 200, link
    assert "执法人员年度培训" in clerk.get(f"{YEAR}/trained").text


def test_a_list_leads_to_what_each_line_is_about_and_is_paged(site):
    clerk = site.signed_in("wangmin")

    page = clerk.get(f"{YEAR}/study-held").text
    assert re.search(r'href="/occurrence/\d+"', page)
    assert "未登记" in page
    assert "第1页" not in page
    for asked in ("0", "9", "-1", "x", "9" * 30):
        assert clerk.get(f"{YEAR}/study-held?page={asked}").status_code == 200


@pytest.mark.parametrize("path", ["", "/study-held", "/report.docx", "/report.xlsx", "/study-held/list.xlsx"])
def test_only_who_sees_the_whole_office_sees_it(site, path):
    assert site.app.test_client().get(YEAR + path).status_code == 401
    assert site.signed_in("songlihua").get(YEAR + path).status_code == 403
    assert site.signed_in("linhaifeng").get(YEAR + path).status_code == 200


def test_the_menu_names_it_to_who_may_see_it(site):
    assert 'href="/report"' in site.signed_in("wangmin").get("/").text
    assert 'href="/report"' not in site.signed_in("songlihua").get("/").text


@pytest.mark.parametrize(
    "path",
    ["/report/2027", "/report/1999", "/report/2026/nothing", "/report/2026/nothing/list.xlsx", "/report/x"],
)
def test_what_is_not_there_is_not_found(site, path):
    page = site.signed_in("wangmin").get(path)

    assert page.status_code == 404


def test_looking_changes_nothing(site):
    clerk = site.signed_in("wangmin")
    before = site.rows()

    for path in ("", "/study-held", "/report.docx", "/report.xlsx"):
        clerk.get(YEAR + path)

    assert site.rows() == before


def test_the_files_open_and_have_a_chinese_name(site):
    clerk = site.signed_in("wangmin")

    document, book = clerk.get(f"{YEAR}/report.docx"), clerk.get(f"{YEAR}/report.xlsx")

    assert "filename*=UTF-8''2026%E5%B9%B4" in document.headers["Content-Disposition"]
    texts = [each.text for each in Document(io.BytesIO(document.data)).paragraphs]
    assert "一、履职情况" in texts
    assert "二、存在的问题" in texts
    assert load_workbook(io.BytesIO(book.data)).worksheets[0]["B2"].value


def test_the_page_speaks_english_where_asked(site):
    page = site.signed_in("wangmin").get(f"{YEAR}?lang=en")

    assert "Annual report 2026" in page.text
    assert "not recorded" in page.text
