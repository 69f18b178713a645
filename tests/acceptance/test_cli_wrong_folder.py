"""Commands typed in the wrong folder, or with a wrong name of one: what is said, and that nothing is left behind."""

import subprocess
from pathlib import Path

import pytest
from acceptance.test_up import DUBAN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the office 我的办事处, and another that is none."""
    folder = tmp_path_factory.mktemp("offices")
    (folder / "别的").mkdir()
    done = duban(folder, "init", "我的办事处")
    assert done.returncode == 0, done.stderr
    return folder


def duban(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run `duban WORDS` in a folder, with no word of where data lie."""
    command = ["env", "-u", "DUBAN_DATA", str(DUBAN), *words]
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("command", "named", "said"),
    [
        ("up", ".", "里没有单位，它里面的这个文件夹才是单位：我的办事处"),
        ("apply", "我的办事", "不是单位的文件夹；是不是要写我的办事处？"),
        ("check", ".", "里没有单位，它里面的这个文件夹才是单位：我的办事处"),
        ("check", "我的办事", "不是单位的文件夹；是不是要写我的办事处？"),
        ("check", "我的办事处/study.yaml", "在单位的文件夹里面；请写单位的文件夹："),
        ("check", "我的办事处/calendar", "在单位的文件夹里面；请写单位的文件夹："),
        ("check", "别的", "里没有单位：没有office.yaml；在新文件夹里建一个：duban init 别的/danwei"),
    ],
)
def test_whoever_names_the_wrong_folder_hears_which_was_meant_in_one_line(
    offices: Path, command: str, named: str, said: str
) -> None:
    words = (command, "--office", named) if command == "up" else (command, named)

    done = duban(offices, *words)

    assert (done.returncode, done.stdout) == (1, ""), done
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in offices.iterdir()) == ["别的", "我的办事处"]


def test_a_plan_where_there_is_no_office_says_that_it_is_of_the_starter_office(offices: Path) -> None:
    done = duban(offices / "别的", "plan")

    assert done.returncode == 0, done.stderr
    assert (
        done.stderr
        == "没有写明单位，当前文件夹也不是单位：下面是程序自带的示范单位。自己的单位：先进入它的文件夹，或写明文件夹。\n"
    )


def test_an_office_put_into_force_from_outside_its_folder_is_found_again_from_inside(offices: Path) -> None:
    outside = duban(offices, "apply", "我的办事处", "--yes")
    assert outside.returncode == 0, outside.stderr

    inside = duban(offices / "我的办事处" / "calendar", "plan")

    assert inside.returncode == 0, inside.stderr
    assert inside.stdout.startswith("没有变化")
    assert (offices / "我的办事处" / ".duban" / "duban.sqlite3").is_file()
    assert not (offices / ".duban").exists()
