"""The archive package of an occurrence and of a year: what is in it, who may have it, and that its bytes follow from the data."""

import csv
import hashlib
import io
import json
import re
import subprocess
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.obligations import FileRow, ObligationRow, OccurrenceRow
from models.schedules import ScheduleVersionRow
from tasks.duties.confirm import confirm
from tasks.gatherings.attend import record_session
from worker.archives.content import Scope
from worker.archives.pack import Packer, Source
from worker.web.duties import uploads
from worker.web.duties.uploads import Upload

CLERK, LEADER, DEPUTY, HEAD = "wangmin", "linhaifeng", "songlihua", "chenxia"
PHOTO = b"\xff\xd8\xff" + b"sheet" * 200
LIST = b"%PDF-1.4 list"


def put(site, content, name, media_type):
    """A file as an upload leaves it."""
    digest = hashlib.sha256(content).hexdigest()
    uploads._write(uploads.path_of(site.run.settings.data, digest), content)
    with site.world.db.writing.begin() as session:
        return uploads.rows(session, [Upload(digest, name, media_type, len(content))])[0]


@pytest.fixture
def recorded(site, local_time):
    """Friday's study day is recorded with its sheet, and one community's list is handed in twice under one name."""
    sheet = put(site, PHOTO, "签到表 11:20?.jpg", "image/jpeg")
    lists = [put(site, LIST + bytes([n]), "清单.pdf", "application/pdf") for n in (1, 2)]
    now = local_time("2026-11-23 09:05")
    with site.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=site.duty("friday-study", "record"),
            away={site.person("xufang"): "absent"},
            evidence={"topic": "=行政处罚法", "law": ["行政处罚法"]}, files={"sheet": [sheet]}, done_on=date(2026, 11, 20),
            by=site.person(CLERK), how="desk", now=now,
        )  # fmt: skip
        confirm(
            session, live, obligation_id=site.duty("half-year-review", "collect", "youyi"), by=site.person("zhoukai"),
            done_on=date(2026, 11, 23), evidence={}, files={"list": lists}, note=None, how="link", now=now,
        )  # fmt: skip
    return site


def occurrence_of(site, obligation_id):
    with site.world.db.reading() as session:
        return session.get_one(ObligationRow, obligation_id).occurrence_id


def study(site):
    return occurrence_of(site, site.duty("friday-study", "make_up", "xufang"))


def review(site):
    return occurrence_of(site, site.duty("half-year-review", "meet"))


def fetched(site, who, path):
    answer = site.signed_in(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_package_of_a_gathering_has_all_its_parts(recorded):
    package = fetched(recorded, CLERK, f"/occurrence/{study(recorded)}/archive.zip")

    names = package.namelist()
    assert {
        "index.html",
        "notice.html",
        "sign-in.html",
        "sign-in.xlsx",
        "trail.html",
        "trail.csv",
        "hashes.txt",
        "manifest.json",
    } <= {*names}
    (photo,) = [name for name in names if name.startswith("files/")]
    assert photo.endswith("签到表 11_20_.jpg")
    assert package.read(photo) == PHOTO
    index = package.read("index.html").decode()
    for words in ("周五集中学习", "2026年11月20日", "=行政处罚法", "王敏", "已办结"):
        assert words in index, words
    assert "许芳" in package.read("sign-in.html").decode()
    assert "请准时参加并签到" in package.read("notice.html").decode()


def test_a_record_made_long_after_the_fact_is_marked(site, local_time):
    with site.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=site.duty("half-year-review", "collect", "youyi"), by=site.person("zhoukai"),
            done_on=date(2026, 11, 16), evidence={"list": "无"}, files={}, note=None, how="link", now=local_time("2026-11-23 09:05"),
        )  # fmt: skip

    index = fetched(site, CLERK, f"/occurrence/{review(site)}/archive.zip").read("index.html").decode()

    assert index.count("补录") == 1


def test_the_sheet_opens_as_a_workbook_of_texts(recorded):
    package = fetched(recorded, CLERK, f"/occurrence/{study(recorded)}/archive.zip")
    sheet = load_workbook(io.BytesIO(package.read("sign-in.xlsx"))).worksheets[0]

    rows = {row[1]: row for row in sheet.iter_rows(values_only=True)}

    assert rows["许芳"][3] == "缺席"
    assert sum(1 for row in rows.values() if row[3] == "到会") > 40


def test_the_trail_is_a_table_that_runs_no_formula(recorded):
    package = fetched(recorded, CLERK, f"/occurrence/{study(recorded)}/archive.zip")

    text = package.read("trail.csv").decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert any("王敏" in row.values() and "登记办结" in row["内容"] for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_sha256sum_says_that_every_file_is_as_it_was_packed(recorded, tmp_path):
    package = fetched(recorded, CLERK, "/archive/2026.zip")
    package.extractall(tmp_path)

    checked = subprocess.run(
        ["sha256sum", "-c", "hashes.txt"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count(": OK") == len(package.namelist()) - 1


def test_the_same_data_gives_the_same_bytes(recorded, local_time):
    path = f"/occurrence/{study(recorded)}/archive.zip"
    first = recorded.signed_in(CLERK).get(path).data
    recorded.stand_at(local_time("2027-03-01 10:00"))

    assert recorded.signed_in(LEADER).get(path).data == first


def test_files_of_one_name_stand_beside_each_other(recorded):
    package = fetched(recorded, LEADER, f"/occurrence/{review(recorded)}/archive.zip")

    names = [name.rpartition("/")[2] for name in package.namelist() if name.startswith("files/")]

    assert names == ["清单.pdf", "清单 (2).pdf"]


def test_a_year_has_a_folder_for_each_occurrence_and_an_index(recorded):
    package = fetched(recorded, LEADER, "/archive/2026.zip?schedule=friday-study&schedule=half-year-review")

    manifest = json.loads(package.read("manifest.json"))
    folders = [each["folder"] for each in manifest["occurrences"]]
    assert len(folders) == 3
    index = package.read("index.html").decode()
    assert "法治建设集中研判" in index
    assert all(f"{folder}index.html" in package.namelist() for folder in folders)


def test_no_message_carries_an_address_or_the_words_about_other_matters(recorded):
    package = fetched(recorded, CLERK, f"/occurrence/{review(recorded)}/archive.zip")

    notice = package.read("notice.html").decode()

    assert "/c/" not in notice
    assert "/m/" not in notice
    assert "［个人链接］" in notice
    assert "行政执法证" not in notice


def test_a_supervisor_gets_the_own_units_alone(recorded):
    package = fetched(recorded, DEPUTY, f"/occurrence/{review(recorded)}/archive.zip")
    text = package.read("index.html").decode() + package.read("notice.html").decode()

    assert "友谊社区" in text
    assert "民主社区" not in text
    client = recorded.signed_in(DEPUTY)
    assert client.get("/archive/2026.zip").status_code == 403
    training = occurrence_of(recorded, recorded.duty("enforcement-training", ""))
    assert client.get(f"/occurrence/{training}/archive.zip").status_code == 404
    assert client.get("/occurrence/999999/archive.zip").status_code == 404


def linked(site, who, path):
    """The address of the package that a page offers, and the page."""
    page = site.signed_in(who).get(path).get_data(as_text=True)
    found = re.search(r'href="([^"]+\.zip[^"]*)"', page)
    return (found[1].replace("&amp;", "&") if found else None), page


def test_every_page_where_a_package_is_looked_for_leads_to_it_and_says_how_much_it_holds(recorded):
    occurrence = review(recorded)
    pages = {
        f"/occurrence/{occurrence}": (f"/occurrence/{occurrence}/archive.zip", "2个附件，不到1MB"),
        "/schedule/friday-study": ("/archive/2026.zip?schedule=friday-study", "2期，1个附件，不到1MB"),
        "/report/2026": ("/archive/2026.zip", "3个附件，不到1MB"),
    }

    for path, (address, hint) in pages.items():
        link, page = linked(recorded, LEADER, path)
        assert link == address
        assert hint in page
        assert recorded.signed_in(LEADER).get(link).status_code == 200
    assert '"/report"' in linked(recorded, CLERK, "/desk")[1]


def test_who_sees_some_units_is_led_to_the_packages_of_those_alone(recorded):
    link, page = linked(recorded, DEPUTY, f"/occurrence/{review(recorded)}")

    assert link == f"/occurrence/{review(recorded)}/archive.zip"
    assert "2个附件" in page
    assert linked(recorded, HEAD, f"/occurrence/{review(recorded)}")[1].count("没有附件，不到1MB") == 1
    assert linked(recorded, DEPUTY, "/schedule/half-year-review")[0] is None


def test_what_is_sealed_is_packed_for_the_clerk_and_the_leader_only(recorded):
    source = Source(db=recorded.run.db, data=recorded.run.settings.data, texts=recorded.run.texts)
    with recorded.world.db.writing.begin() as session:
        version = session.get_one(OccurrenceRow, review(recorded)).version_id
        row = session.get_one(ScheduleVersionRow, version)
        spec = json.loads(row.spec_json)
        row.spec_json, row.digest = json.dumps({**spec, "privacy": "sealed"}), "sealed"

    open_to = {sealed: Packer(source, [review(recorded)], Scope(sealed=sealed)) for sealed in (True, False)}
    for packer in open_to.values():
        assert list(packer.pieces())

    assert open_to[True].packed.occurrences == 1
    assert open_to[False].packed.occurrences == 0
    assert recorded.signed_in(DEPUTY).get(f"/occurrence/{review(recorded)}/archive.zip").status_code == 404


def test_a_missing_and_a_changed_file_are_named(recorded, tmp_path):
    data = recorded.run.settings.data
    with recorded.world.db.reading() as session:
        rows = session.scalars(select(FileRow).where(FileRow.name == "清单.pdf").order_by(FileRow.id)).all()
    uploads.path_of(data, rows[0].sha256).unlink()
    uploads.path_of(data, rows[1].sha256).write_bytes(b"something else")

    package = fetched(recorded, LEADER, f"/occurrence/{review(recorded)}/archive.zip")

    manifest = json.loads(package.read("manifest.json"))
    assert len(manifest["missing"]) == 1
    assert len(manifest["damaged"]) == 1
    index = package.read("index.html").decode()
    assert "有1个文件服务器上找不到" in index
    assert "有1个文件与登记时不一致" in index


def test_it_is_handed_on_piece_by_piece(recorded):
    source = Source(db=recorded.run.db, data=recorded.run.settings.data, texts=recorded.run.texts)
    pieces = list(Packer(source, [study(recorded), review(recorded)], Scope(), title="两期").pieces())

    assert len(pieces) > 10
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None
