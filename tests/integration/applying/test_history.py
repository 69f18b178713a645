"""Versions of the office: listed, compared, written out, gone back to; and nothing brings back by itself what was gone back from."""

import csv

import pytest
from small_office import PEOPLE, SCHEDULES, Terminal, write_office
from sqlalchemy import select

from models.obligations import AuditRow
from models.people import PersonRow
from models.schedules import ScheduleRow

SECOND = (
    SCHEDULES.replace("weekly-report", "second")
    .replace("周报", "月报")
    .replace("weekly: 周五", "monthly: 20")
)
RENAMED = SCHEDULES.replace("title: 周报", "title: 每周报告")
NEWCOMER = PEOPLE + "li,李四,执法大队,科员,工作人员,,13800000005,li,,\n"


def write(terminal, name, text):
    (terminal.office / name).write_text(text, encoding="utf-8")


@pytest.fixture
def terminal(tmp_path, database_url):
    """Three versions: the first; one schedule more and a newcomer, with a note; that schedule gone and the other one with another title."""
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data", database_url)
    steps: tuple[tuple[dict[str, str], tuple[str, ...]], ...] = (
        ({}, ()),
        ({"schedules.yaml": SCHEDULES + SECOND, "people.csv": NEWCOMER}, ("--note", "  按区里\n通知 ")),
        ({"schedules.yaml": RENAMED}, ("--close", "cancel")),
    )
    for files, words in steps:
        for name, text in files.items():
            write(found, name, text)
        done = found.run("apply", "--yes", *words)
        assert done.exit_code == 0, done.output
    return found


def schedules(terminal):
    with terminal.writing() as session:
        rows = select(ScheduleRow).where(ScheduleRow.removed_at.is_(None), ScheduleRow.kind == "duty")
        return {row.key: row.title for row in session.scalars(rows)}


def test_history_lists_every_version_with_who_what_and_why(terminal):
    found = terminal.json("history")

    assert [(each["version"], each["based_on"], each["in_force"], each["origin"]) for each in found] == [
        (3, 2, True, "folder"),
        (2, 1, False, "folder"),
        (1, None, False, "folder"),
    ]
    assert found[1]["note"] == "按区里 通知"
    assert (found[1]["changes"]["added"], found[1]["changes"]["joined"]) == (["second"], ["li"])
    assert (found[0]["changes"]["removed"], found[0]["changes"]["changed"]) == (["second"], ["weekly-report"])
    assert all(each["by"].startswith("cli:") for each in found)
    lines = terminal.run("history").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines[1:4]] == ["3*", "2", "1"]
    assert lines[2].split("\t")[3:] == ["added: 月报; joined: 李四", "按区里 通知"]


def test_the_audit_names_the_version_before_and_after_and_who(terminal):
    with terminal.writing() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.act == "apply").order_by(AuditRow.id)).all()
        found = [(row.subject_id, row.detail["before"], row.detail["close"]) for row in rows]
    assert found == [(1, None, None), (2, 1, None), (3, 2, "cancel")]


def test_one_version_shows_the_lines_of_its_files_that_are_others_and_no_numbers(terminal):
    shown = terminal.run("history", "2").stdout

    assert "按区里 通知" in shown
    assert "    +second:" in shown
    assert "+li,李四,执法大队,科员,工作人员,,,li,," in shown
    assert "13800000005" not in shown
    assert terminal.run("history", "9").exit_code == 1


def test_the_files_of_a_version_can_be_written_with_the_numbers_on_record_and_are_that_version(
    terminal, tmp_path
):
    folder = tmp_path / "old"
    done = terminal.run("history", "2", "--files", str(folder))
    assert done.exit_code == 0, done.output

    rows = list(csv.DictReader((folder / "people.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["手机号"] for row in rows] == [f"1380000000{n}" for n in range(1, 6)]
    assert (folder / "schedules.yaml").read_text(encoding="utf-8") == SCHEDULES + SECOND
    assert terminal.run("history", "2", "--files", str(folder)).exit_code == 1, "it is not empty"
    assert terminal.run("rollback", "2", "--yes").exit_code == 0
    assert terminal.run("plan", str(folder)).stdout.strip() == "No change: this is what is in force."


def test_a_rollback_is_a_new_version_with_everything_of_the_old_one(terminal):
    assert schedules(terminal) == {"weekly-report": "每周报告"}

    done = terminal.run("rollback", "2", "--yes", "--note", "误删")

    assert done.exit_code == 0, done.output
    assert "In force as version 4, the same as version 2." in done.stdout
    assert schedules(terminal) == {"weekly-report": "周报", "second": "月报"}
    newest = terminal.json("history")[0]
    assert (newest["version"], newest["origin"], newest["returned_to"], newest["note"]) == (
        4,
        "rollback",
        2,
        "误删",
    )
    with terminal.writing() as session:
        numbers = session.scalars(select(PersonRow.mobile_enc).where(PersonRow.left_on.is_(None)))
        assert all(numbers), "nobody loses the number on record"


def test_a_rollback_asks_before_it_changes_anything(terminal):
    refused = terminal.run("rollback", "1")

    assert refused.exit_code == 2
    assert "People who leave: 1" in refused.stdout
    assert "--yes" in refused.stderr
    assert terminal.json("history")[0]["version"] == 3
    assert terminal.run("rollback", "3", "--yes").stderr.strip() == "version 3 is in force"
    assert terminal.run("rollback", "7", "--yes").exit_code == 1
    assert terminal.run("rollback", "nothing").exit_code == 2


def test_who_comes_back_without_a_number_is_named(terminal):
    assert terminal.run("rollback", "1", "--yes", "--close", "cancel").exit_code == 0

    again = terminal.run("rollback", "2", "--yes")

    assert "No mobile number is on record of: 李四." in again.stdout.replace("\n  ", " ")


def test_up_leaves_the_folder_alone_while_a_rollback_runs_and_says_so(terminal, capsys):
    terminal.run("rollback", "2", "--yes")

    terminal.set_up()

    assert schedules(terminal) == {"weekly-report": "周报", "second": "月报"}
    assert "2" in capsys.readouterr().err
    assert terminal.json("history")[0]["version"] == 4


def test_a_script_that_applies_the_folder_again_does_not_bring_back_what_was_gone_back_from(terminal):
    terminal.run("rollback", "2", "--yes")

    refused = terminal.run("apply", "--yes", "--close", "cancel")
    assert refused.exit_code == 1
    assert "--again" in refused.stderr
    assert "These are the files of version 3" in refused.stdout
    meant = terminal.run("apply", "--yes", "--close", "cancel", "--again")
    assert meant.exit_code == 0, meant.output
    terminal.set_up()
    assert terminal.json("history")[0]["version"] == 5


def test_after_an_apply_on_purpose_the_folder_counts_again(terminal):
    terminal.run("rollback", "2", "--yes")
    write(terminal, "schedules.yaml", SCHEDULES + SECOND.replace("月报", "月度报告"))
    terminal.not_asked("apply")  # while a rollback runs it is asked first
    assert terminal.run("apply", "--yes").exit_code == 0

    write(terminal, "schedules.yaml", RENAMED + SECOND)
    terminal.set_up()

    assert schedules(terminal) == {"weekly-report": "每周报告", "second": "月报"}


def test_a_roster_for_the_folder_is_not_taken_in_over_a_rollback(terminal, tmp_path):
    terminal.run("rollback", "2", "--yes")
    table = tmp_path / "roster.csv"
    table.write_text(NEWCOMER + "wang,王五,执法大队,科员,工作人员,,13800000006,wang,,\n", encoding="utf-8")

    refused = terminal.run("people", "import", str(table), "--yes")

    assert refused.exit_code == 1
    assert "a return to version 2" in refused.stderr
    assert terminal.json("history")[0]["version"] == 4
