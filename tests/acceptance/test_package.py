"""The wheel holds the four packages with their data, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "schedules", "tasks", "worker")
NO_CODE = {".py", ".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("duban-*.whl")
    return found


def test_it_has_the_four_packages(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()

    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)


def test_every_file_beside_the_code_is_in_it(wheel: Path) -> None:
    beside = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in NO_CODE
    }

    assert beside - set(ZipFile(wheel).namelist()) == set()
    assert any(name.startswith("schedules/office/") for name in beside)


def test_it_brings_the_command(wheel: Path) -> None:
    with ZipFile(wheel) as content:
        (name,) = [each for each in content.namelist() if each.endswith("entry_points.txt")]

        assert content.read(name).decode() == "[console_scripts]\nduban = worker.cli.main:main\n"
