"""`duban up` on an empty machine: the first reminders, a killed worker, Ctrl-C, and going on from there."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import func, select

from benchmarks.memory import GOAL, family, measure
from models.engine import connect
from models.messages import MessageRow
from models.queries.ledger import LEASE
from models.schedules import OfficeVersionRow
from worker.cli.supervise import lock_file
from worker.readiness import redis_answers, wait_until
from worker.settings import packaged_office
from worker.supervisor import held

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
DUBAN = Path(sys.executable).parent / "duban"
PATIENCE = 60.0  # generous: two cores and other tests
NAMES = {"beat", "worker-sweep", "worker-deliver", "web"}


class Up:
    """One `duban up` and what it left in its data folder."""

    def __init__(self, data: Path, office: Path, environ: dict[str, str]) -> None:
        self.data = data
        self.out = ""
        self.popen = subprocess.Popen(
            [DUBAN, "up", "--office", office],
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def until_ready(self) -> None:
        assert self.popen.stdout
        while "正在运行" not in (line := self.popen.stdout.readline()):
            assert line, self.popen.communicate()
        self.out = line

    def children(self) -> dict[str, int]:
        """Process ids by name."""
        found = {}
        for child in psutil.Process(self.popen.pid).children():
            try:
                found[child.name()] = child.pid
            except psutil.NoSuchProcess:
                continue
        return found

    def received(self) -> list[tuple[int, str, str]]:
        """The messages in the outbox: number, recipient, title."""
        file = self.data / "outbox.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [(row["message"], row["recipient"], row["title"]) for row in map(json.loads, lines)]

    def waiting(self) -> int:
        """Messages on the wire, left there by a killed sender, or to be sent again."""
        return self.rows(select(func.count()).where(MessageRow.state.in_(("sending", "unknown", "retry"))))

    def rows(self, query: object) -> int:
        database = connect(f"sqlite:///{self.data / 'duban.sqlite3'}")
        try:
            with database.reading() as session:
                return int(session.scalar(query) or 0)  # type: ignore[call-overload]
        finally:
            database.dispose()

    def log(self, name: str) -> str:
        return (self.data / "logs" / f"{name}.log").read_text(encoding="utf-8")

    def stop(self) -> tuple[int, str, str]:
        """Ctrl-C; the exit code and the rest of what it printed."""
        self.popen.send_signal(signal.SIGINT)
        out, err = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode, out, err


Start = Callable[[], Up]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return Path(shutil.copytree(packaged_office(), tmp_path / "office"))


@pytest.fixture
def up(tmp_path: Path, office: Path, environ: dict[str, str], free_port: int) -> Iterator[Start]:
    started: list[Up] = []

    def run() -> Up:
        given = {**environ, "DUBAN_LISTEN": f"127.0.0.1:{free_port}"}
        started.append(Up(tmp_path / "data", office, given))
        return started[-1]

    yield run
    for each in started:
        each.popen.kill()
        each.popen.communicate()


def ended(pids: list[int]) -> bool:
    def all_gone() -> bool:
        return not any(
            psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids
        )

    return wait_until(all_gone, seconds=PATIENCE)


def test_from_nothing_to_the_first_reminders_and_on_from_there(up: Start, office: Path) -> None:
    first = up()
    first.until_ready()
    assert wait_until(lambda: len(first.received()) > 5, seconds=PATIENCE), first.log("worker-deliver")
    assert set(first.children()) >= NAMES

    killed = first.children()["worker-deliver"]
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: first.children().get("worker-deliver", killed) != killed, seconds=PATIENCE), (
        first.log("supervisor")
    )
    assert wait_until(lambda: first.log("worker-deliver").count("ready.") == 2, seconds=PATIENCE)
    left = LEASE.total_seconds() + PATIENCE  # what was on the wire is taken back when its lease ends
    assert wait_until(lambda: first.waiting() == 0, seconds=left)
    pids = list(first.children().values())

    code, out, err = first.stop()

    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("已停止")
    assert ended(pids)
    received = first.received()

    (office / "study.yaml").write_text("id: [\n", encoding="utf-8")
    second = up()
    second.until_ready()
    assert wait_until(lambda: second.log("worker-sweep").count(" succeeded ") > 0, seconds=PATIENCE)
    code, out, err = second.stop()

    assert code == 0
    assert "study.yaml:" in err
    assert second.rows(select(func.count()).select_from(OfficeVersionRow)) == 1
    repeated = Counter(second.received()) - Counter(received)
    told = {(recipient, title) for _number, recipient, title in received}
    assert [each for each in repeated if each[1:] in told] == []
    assert second.received()[: len(received)] == received


def test_killing_the_supervisor_takes_all_along_and_leaves_the_data_free(up: Start) -> None:
    first = up()
    first.until_ready()
    pids = [child.pid for child in psutil.Process(first.popen.pid).children(recursive=True)]

    first.popen.kill()
    first.popen.wait()

    assert len(pids) > len(NAMES)
    assert ended(pids)
    second = up()
    second.until_ready()
    assert second.stop()[0] == 0


def test_all_processes_together_keep_within_the_memory_that_was_promised(
    tmp_path: Path, office: Path, environ: dict[str, str], free_port: int
) -> None:
    unmeasured = {name: value for name, value in environ.items() if not name.startswith("COVERAGE_")}
    running = Up(tmp_path / "data", office, {**unmeasured, "DUBAN_LISTEN": f"127.0.0.1:{free_port}"})
    try:
        running.until_ready()
        assert wait_until(lambda: len(running.received()) > 5, seconds=PATIENCE)

        found = measure(family(running.popen.pid))

        assert len(found) == len(NAMES) + 2  # Redis and the supervisor
        assert sum(each.pss for each in found) < GOAL, found
        assert running.stop()[0] == 0
    finally:
        running.popen.kill()
        running.popen.communicate()


def test_a_taken_port_is_said_at_once_with_what_to_do(up: Start, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        first = up()
        out, err = first.popen.communicate(timeout=PATIENCE)

    assert (first.popen.returncode, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert str(free_port) in err
    assert "DUBAN_LISTEN" in err
    assert "DUBAN_BASE_URL" in err


def test_a_broken_office_at_the_first_start_leaves_nothing_running(up: Start, office: Path) -> None:
    (office / "study.yaml").write_text("id: [\n", encoding="utf-8")

    first = up()
    out, err = first.popen.communicate(timeout=PATIENCE)

    assert (first.popen.returncode, out) == (1, "")
    assert "study.yaml:" in err
    assert not (first.data / "outbox.jsonl").exists()
    with held(lock_file(first.data)):
        assert not redis_answers(first.data / "run" / "redis.sock")
