"""Processes that are forks of their supervisor keep the promises of programs it starts; and nothing of the parent leaks into them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from worker.child import Process
from worker.cli.supervise import Plan, lock_file
from worker.errors import AlreadyRunning
from worker.readiness import wait_until
from worker.supervisor import held

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks; others start programs")
PATIENCE = 60.0
POLITE = """
import os, signal, sys
def bye(*_):
    print("bye")
    sys.exit(0)
signal.signal(signal.SIGTERM, bye)
print("here", os.getpid(), *sys.argv[1:])
print("files", *sorted(os.listdir("/proc/self/fd"), key=int))
while True:
    signal.pause()
"""
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here", os.getpid())
while True:
    signal.pause()
"""
BROKEN = "import atexit\natexit.register(print, 'at the exit')\nraise ValueError('broken')\n"


class Running:
    """A supervisor whose processes are forks of it."""

    def __init__(self, data: Path, environ: dict[str, str], *names: str) -> None:
        self.data = data
        programs = data / "programs"
        programs.mkdir()
        for name, text in (("polite", POLITE), ("stubborn", STUBBORN), ("broken", BROKEN)):
            (programs / f"{name}.py").write_text(text)
        forks = tuple(
            Process(
                name=name,
                command=(sys.executable, "-m", name, "an argument"),
                forked=True,
                stop_seconds=0.5,
            )
            for name in names
        )
        plan = Plan(processes=forks, data=data, ready_text="ready", stopped_text="stopped")
        (data / "plan.json").write_text(plan.to_json(), encoding="utf-8")
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "worker.cli.supervise", str(data / "plan.json")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**environ, "PYTHONPATH": str(programs)},
            start_new_session=True,
        )

    def log(self, name: str) -> str:
        file = self.data / "logs" / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def pid(self, name: str, *, start: int = 1) -> int:
        def pids() -> list[int]:
            return [int(line.split()[1]) for line in self.log(name).splitlines() if line.startswith("here ")]

        assert wait_until(lambda: len(pids()) >= start, seconds=PATIENCE), self.log("supervisor")
        return pids()[start - 1]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def polite(data: Path, environ: dict[str, str]) -> Iterator[Running]:
    running = Running(data, environ, "polite")
    yield running
    running.popen.kill()
    running.popen.communicate()


@pytest.fixture
def stubborn(data: Path, environ: dict[str, str]) -> Iterator[Running]:
    running = Running(data, environ, "stubborn", "broken")
    yield running
    running.popen.kill()
    running.popen.communicate()


def gone(pid: int) -> bool:
    def ended() -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return wait_until(ended, seconds=PATIENCE)


def is_free(lock: Path) -> bool:
    """Whether nobody holds the lock; a fork that was just being made holds it until it dies."""
    try:
        with held(lock):
            return True
    except AlreadyRunning:
        return False


@pytest.mark.slow
def test_a_fork_is_started_again_after_a_kill_and_stops_politely(polite: Running) -> None:
    first = polite.pid("polite")
    assert "here" in polite.log("polite")
    os.kill(first, signal.SIGKILL)
    second = polite.pid("polite", start=2)

    polite.popen.send_signal(signal.SIGINT)
    out, err = polite.popen.communicate(timeout=PATIENCE)

    assert (polite.popen.returncode, out, err) == (0, "ready\nstopped\n", "")
    assert second != first
    assert "polite ended (SIGKILL); next start in 0.5 s" in polite.log("supervisor")
    assert polite.log("polite").splitlines()[-1] == "bye"
    assert gone(second)


@pytest.mark.slow
def test_a_fork_has_its_name_its_arguments_and_no_file_of_its_parent(polite: Running) -> None:
    pid = polite.pid("polite")

    assert wait_until(lambda: "files" in polite.log("polite"), seconds=PATIENCE)

    here, files = polite.log("polite").splitlines()
    assert here == f"here {pid} an argument"
    assert files == "files 0 1 2 3"  # 3 is the listing's own
    assert Path(f"/proc/{pid}/comm").read_text() == "polite\n"
    assert os.getsid(pid) == pid


@pytest.mark.slow
def test_forks_die_with_a_killed_supervisor_and_hold_no_lock(stubborn: Running) -> None:
    pid = stubborn.pid("stubborn")

    stubborn.popen.kill()
    stubborn.popen.wait()

    assert wait_until(lambda: is_free(lock_file(stubborn.data)), seconds=PATIENCE)
    assert gone(pid)


@pytest.mark.slow
def test_a_fork_that_fails_tells_why_and_one_that_does_not_stop_is_killed(stubborn: Running) -> None:
    pid = stubborn.pid("stubborn")
    assert wait_until(lambda: "broken ended (exit 1)" in stubborn.log("supervisor"), seconds=PATIENCE)

    stubborn.popen.send_signal(signal.SIGTERM)
    stubborn.popen.communicate(timeout=PATIENCE)

    assert stubborn.popen.returncode == 0
    assert gone(pid)
    assert "stubborn did not stop in time and was killed" in stubborn.log("supervisor")
    lines = stubborn.log("broken").splitlines()
    assert "ValueError: broken" in lines
    assert "at the exit" in lines


@pytest.mark.parametrize(
    ("end", "code"),
    [("pass", 0), ("sys.exit(7)", 7), ("sys.exit('why')", 1), ("os.abort()", -signal.SIGABRT)],
)
def test_a_fork_ends_as_a_program_would(end: str, code: int, environ: dict[str, str]) -> None:
    program = (
        "import os, sys\nfrom worker.forked import Forked\n"
        f"def main():\n    {end}\n"
        "print(Forked(main, name='one').wait())"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{code}\n"
    assert done.stderr.startswith("why\n") == ("why" in end)


def test_a_process_with_threads_is_not_forked(environ: dict[str, str]) -> None:
    program = (
        "import threading\nfrom worker.forked import Forked\n"
        "end = threading.Event()\nthreading.Thread(target=end.wait).start()\n"
        "try:\n    Forked(print, name='one')\nfinally:\n    end.set()"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "RuntimeError: a process with threads cannot be forked safely"


def test_what_is_shared_opens_nothing_and_starts_no_thread(environ: dict[str, str]) -> None:
    program = (
        "import os, threading\nbefore = os.listdir('/proc/self/fd')\n"
        "from worker import preload\npreload.load()\n"
        "print(threading.active_count(), len(os.listdir('/proc/self/task')), os.listdir('/proc/self/fd') == before)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout == "1 1 True\n"


def test_what_is_hidden_is_imported_by_nobody_and_can_be_imported_afterwards(environ: dict[str, str]) -> None:
    program = (
        "import sys\nfrom worker.memory import without\n"
        "with without('charset_normalizer', 'pygments'):\n    from worker import preload\n"
        "preload.load()\n"
        "print(any(name.partition('.')[0] in ('charset_normalizer', 'pygments') for name in sys.modules))\n"
        "import requests, charset_normalizer\n"
        "answer = requests.Response()\nanswer._content = '已收到'.encode()\nprint(answer.text, charset_normalizer.__name__)"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n已收到 charset_normalizer\n"


def test_what_a_job_needed_for_a_moment_is_given_back(environ: dict[str, str]) -> None:
    program = (
        "import psutil, threading\nfrom worker.app import app\nfrom worker.job_runtime import JobRuntime\n"
        "from worker.settings import Settings\nfrom worker.readiness import wait_until\n"
        "used = lambda: psutil.Process().memory_info().rss / 1e6\n"
        "def job():\n"
        "    pieces = [bytes(4000) for _ in range(10_000)]\n"
        "    keep.append(bytes(4000))\n"
        "run, keep = JobRuntime(Settings.load(), app), []\n"
        "thread = threading.Thread(target=job)\nthread.start()\nthread.join()\n"
        "before = used()\nrun.tidy()\nrun.tidy()\nprint(threading.active_count())\n"
        "print(wait_until(lambda: used() < before - 20, seconds=20.0))\nrun.close()"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout == "2\nTrue\n"
