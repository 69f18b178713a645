"""Two rosters in one folder: people of one office may be told in several files, one person in one of them only."""

from pathlib import Path

from small_office import PEOPLE, write_office

from schedules.loader import load
from worker.office_files import read_folder

HEADINGS, *ROWS = PEOPLE.splitlines()


def test_people_who_stand_in_two_rosters_are_told_once_for_the_file(tmp_path: Path) -> None:
    folder = write_office(tmp_path, {"花名册.csv": PEOPLE})
    many = "\n".join([HEADINGS, *(f"p{n},某{n},党政办,科员,工作人员,,,,," for n in range(9))]) + "\n"

    few = load(read_folder(folder))
    (folder / "people.csv").write_text(PEOPLE + many.partition("\n")[2], encoding="utf-8")
    (folder / "花名册.csv").write_text(many, encoding="utf-8")
    more = load(read_folder(folder))

    assert few.office is None
    assert [problem.text(str) for problem in few.problems] == [
        "花名册.csv:1:1: another roster in this folder has the same people: lin、qin、he、zhao; "
        "allowed: keep the one that is right and take the other out of the folder"
    ]
    assert "p0、p1、p2、p3、p4…;" in more.problems[0].text(str)


def test_other_people_in_a_second_roster_are_of_the_same_office(tmp_path: Path) -> None:
    folder = write_office(tmp_path, {"花名册.csv": f"{HEADINGS}\nxu,徐英,党政办,科员,工作人员,,,,,\n"})

    office = load(read_folder(folder)).office

    assert office is not None
    assert [person.id for person in office.people] == ["lin", "qin", "he", "zhao", "xu"]
