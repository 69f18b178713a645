"""What a killed writer leaves in the office's folder."""

import fcntl
from pathlib import Path

from worker.office_files import replace_file


def test_the_draft_of_a_killed_writer_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".duban-abc").write_bytes("工号,姓名,手机号\n".encode())
    (tmp_path / ".duban-folder").mkdir()

    replace_file(tmp_path / "people.csv", b"new")

    assert {path.name for path in tmp_path.iterdir()} == {"people.csv", ".duban-folder"}


def test_the_draft_of_somebody_who_still_writes_stays(tmp_path: Path) -> None:
    theirs = tmp_path / ".duban-theirs"
    with theirs.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        replace_file(tmp_path / "people.csv", b"new")

        assert theirs.exists()
    assert (tmp_path / "people.csv").read_bytes() == b"new"
