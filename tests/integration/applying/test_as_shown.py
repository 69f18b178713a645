"""An office comes into force as it was shown or not at all: two at once, a process killed in the middle, files that change meanwhile."""

import signal
import subprocess
import sys
import threading

import pytest
import redis
from small_office import PEOPLE, SCHEDULES, Terminal, write_office
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from models.people import PersonRow
from models.schedules import OfficeStateRow, OfficeVersionRow, ScheduleRow
from schedules.errors import Refused
from tasks.apply import apply, plan
from tasks.applying.shown import fingerprint
from worker.clock import machine_now
from worker.readiness import wait_until

NEWCOMER = PEOPLE + "li,李四,执法大队,科员,工作人员,,13800000005,li,,\n"
# The real command, stopped at its last step before the commit: everything is written by then.
STOPPED = """
import signal, sys, tasks.apply
def stop(*_words, **_more):
    print("in the middle", flush=True)
    signal.pause()
tasks.apply.note = stop
from worker.cli.main import main
sys.argv = ["duban", "apply", "--yes"]
main()
"""


@pytest.fixture
def terminal(tmp_path, database_url):
    """A small office in force, in a database of either kind."""
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data", database_url)
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    return found


def versions(terminal):
    with terminal.writing() as session:
        return list(session.scalars(select(OfficeVersionRow.id).order_by(OfficeVersionRow.id)))


def people(terminal):
    with terminal.writing() as session:
        return set(session.scalars(select(PersonRow.key)))


def test_of_two_at_once_that_saw_the_same_plan_one_is_refused(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    world.files["study.yaml"] = world.files["study.yaml"].replace("title: 周五集中学习", "title: 周五学习")
    office, now = world.office(), local_time("2026-11-23 10:00")
    with world.db.reading() as session:
        found = plan(session, office, world.files, cipher=world.cipher)
        shown = fingerprint(session, found, world.files)
    meet, answers = threading.Barrier(2), []

    def put(by):
        meet.wait()
        try:
            with world.db.writing.begin() as session:
                apply(session, office, world.files, by=by, now=now, cipher=world.cipher, shown=shown)
            answers.append("done")
        except Refused as refused:
            answers.append(str(refused))

    threads = [threading.Thread(target=put, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers)[0] == "done"
    assert "no longer what was shown" in sorted(answers)[1]
    with world.db.reading() as session:
        assert session.scalars(select(OfficeVersionRow.id).order_by(OfficeVersionRow.id)).all() == [1, 2]
        assert session.get_one(OfficeStateRow, 1).version_id == 2


def test_two_first_times_at_once_make_two_versions_and_no_error(world, local_time):
    meet, errors = threading.Barrier(2), []
    office, now = world.office(), local_time("2026-11-23 10:00")

    def put():
        meet.wait()
        try:
            with world.db.writing.begin() as session:
                apply(session, office, world.files, by="x", now=now, cipher=world.cipher)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=put) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    with world.db.reading() as session:
        assert session.scalars(select(OfficeVersionRow.based_on).order_by(OfficeVersionRow.id)).all() == [
            None,
            1,
        ]


def test_a_process_killed_in_the_middle_leaves_nothing_behind_and_nothing_in_the_way(terminal, environ):
    (terminal.office / "people.csv").write_text(NEWCOMER, encoding="utf-8")
    (terminal.office / "schedules.yaml").write_text(SCHEDULES.replace("周报", "每周报告"), encoding="utf-8")
    env = {**environ, **{name: value for name, value in terminal.environ.items() if value}}
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED], env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline()) != "in the middle\n":
            assert line, "the process ended by itself"
        process.send_signal(signal.SIGKILL)

    assert (versions(terminal), "li" in people(terminal)) == ([1], False)
    with terminal.writing() as session:
        assert (
            session.scalars(select(ScheduleRow.title).where(ScheduleRow.key == "weekly-report")).one()
            == "周报"
        )
    again = terminal.run("apply", "--yes")
    assert again.exit_code == 0, again.output
    assert (versions(terminal), "li" in people(terminal)) == ([1, 2], True)


def test_a_fingerprint_holds_until_files_or_office_are_others(terminal):
    (terminal.office / "people.csv").write_text(NEWCOMER, encoding="utf-8")
    shown = terminal.json("plan")["fingerprint"]
    assert terminal.json("plan")["fingerprint"] == shown

    (terminal.office / "schedules.yaml").write_text(SCHEDULES.replace("周报", "每周报告"), encoding="utf-8")
    refused = terminal.run("apply", "--yes", "--plan", shown)
    assert refused.exit_code == 1
    assert "no longer what was shown" in refused.stderr
    (terminal.office / "schedules.yaml").write_text(SCHEDULES, encoding="utf-8")
    done = terminal.run("apply", "--yes", "--plan", shown)
    assert done.exit_code == 0, done.output
    assert versions(terminal) == [1, 2]


def test_versions_can_be_neither_changed_nor_deleted(terminal):
    for statement in ("UPDATE office_version SET applied_by = 'x'", "DELETE FROM office_version"):
        with pytest.raises(DatabaseError, match="kept as they are"), terminal.writing() as session:
            session.execute(text(statement))


def test_a_running_beat_asks_for_the_opening_run_as_soon_as_a_change_is_in_force(
    tmp_path, database_url, redis_url, environ
):
    terminal = Terminal(write_office(tmp_path / "office"), tmp_path / "data", database_url)
    terminal.environ["DUBAN_REDIS_URL"] = redis_url
    assert terminal.run("apply", "--yes").exit_code == 0
    with terminal.writing() as session:  # nothing is due until somebody changes something
        for row in session.scalars(select(ScheduleRow)):
            row.next_at = None
    log = tmp_path / "beat.log"
    env = {
        **environ,
        "DUBAN_DATA": str(terminal.data),
        "DUBAN_DATABASE_URL": database_url,
        "DUBAN_REDIS_URL": redis_url,
    }
    command = [sys.executable, "-m", "celery", "-A", "worker.app", "beat", "--loglevel=INFO"]
    client = redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://"))

    def asked():
        return any(b'"duban.open"' in each for each in client.lrange("sweep", 0, -1))

    with (
        client,
        log.open("w") as output,
        subprocess.Popen(command, env=env, stdout=output, stderr=output) as process,
    ):
        try:
            assert wait_until(lambda: client.llen("sweep") > 0, seconds=60), log.read_text()
            assert not asked()
            (terminal.office / "schedules.yaml").write_text(
                SCHEDULES.replace("周报", "每周报告"), encoding="utf-8"
            )
            done = terminal.run("apply", "--yes")
            assert done.exit_code == 0, done.output
            assert wait_until(asked, seconds=5), log.read_text()
        finally:
            process.kill()
    with terminal.writing() as session:
        row = session.scalars(select(ScheduleRow).where(ScheduleRow.key == "weekly-report")).one()
        assert row.next_at is not None
        assert row.next_at <= machine_now()
