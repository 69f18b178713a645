"""Names of files in an archive package, and the zip that carries them."""

import io
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.archives.names import LONGEST, Names, safe
from worker.archives.zipped import Zip, hashes

AT = datetime(2026, 11, 23, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("签到表.jpg", "签到表.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c?.pdf", "a_b_c_.pdf"),
        ("CON.pdf", "file_CON.pdf"),
        (".hidden", "hidden"),
        ("\u202egpj.exe\u202c.jpg", "gpj.exe.jpg"),
        ("   ", "file"),
        ("", "file"),
    ],
)
def test_a_name_is_kept_as_far_as_every_file_system_takes_it(name, kept):
    assert safe(name) == kept


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_hides(name):
    found = safe(name)

    assert 0 < len(found) <= LONGEST + len("file_")
    assert not found.startswith(".")
    assert not set(found) & set('/\\:*?"<>|')
    assert found.strip(" .") == found


def test_a_second_file_of_a_name_gets_a_number_also_where_only_capitals_differ():
    names = Names()

    assert [names.path("f/", name) for name in ("a.jpg", "A.JPG", "a.jpg", "b")] == [
        "f/a.jpg",
        "f/A (2).JPG",
        "f/a (3).jpg",
        "f/b",
    ]


def test_the_zip_has_sizes_in_front_and_its_bytes_follow_from_the_entries():
    def made():
        zipped = Zip(ZoneInfo("Asia/Shanghai"))
        pieces = [zipped.add("签到表.txt", "内容".encode(), AT), zipped.add("b.bin", bytes(1000), AT)]
        return b"".join([*pieces, *zipped.end()]), zipped

    first, zipped = made()

    assert first == made()[0]
    with zipfile.ZipFile(io.BytesIO(first)) as found:
        assert found.testzip() is None
        assert found.read("签到表.txt").decode() == "内容"
        assert found.getinfo("b.bin").date_time == (2026, 11, 23, 9, 5, 30)
        assert not any(info.flag_bits & 0x08 for info in found.infolist())
    assert hashes(zipped.entries).decode().splitlines()[0].endswith("  签到表.txt")
