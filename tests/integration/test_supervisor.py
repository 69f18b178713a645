"""The supervisor with real processes: order, restart, log, stop, and its own sudden death."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from worker.child import LOG_BYTES, LogFile, Process
from worker.cli.supervise import Plan, lock_file
from worker.readiness import wait_until
from worker.supervisor import held

PATIENCE = 20.0
# Says its process id, then waits; on SIGTERM it says goodbye.
POLITE = """
import os, signal, sys
def bye(*_):
    print("bye", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, bye)
print("here", os.getpid(), flush=True)
while True:
    signal.pause()
"""
STUBBORN = POLITE.replace(
    "signal.signal(signal.SIGTERM, bye)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
)
PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("here", child.pid, flush=True)
child.wait()
"""


def process(name: str, program: str = POLITE, **more: object) -> Process:
    return Process(name=name, command=(sys.executable, "-u", "-c", program), **more)  # type: ignore[arg-type]


class Running:
    """A supervisor in a process of its own."""

    def __init__(self, data: Path, *processes: Process, environ: dict[str, str], **more: Any) -> None:
        self.data = data
        plan = Plan(
            processes=processes,
            data=data,
            ready_text="ready",
            stopped_text="stopped",
            **more,
        )
        file = data / "plan.json"
        file.write_text(plan.to_json(), encoding="utf-8")
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "worker.cli.supervise", str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
            start_new_session=True,
        )

    def wait_for_ready(self) -> None:
        assert self.popen.stdout
        assert self.popen.stdout.readline() == "ready\n"

    def log(self, name: str) -> str:
        file = self.data / "logs" / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def pids(self, name: str) -> list[int]:
        """The process ids that a process has said, one per start."""
        return [int(line.split()[1]) for line in self.log(name).splitlines() if line.startswith("here ")]

    def pid(self, name: str, *, start: int = 1) -> int:
        assert wait_until(lambda: len(self.pids(name)) >= start, seconds=PATIENCE), self.log("supervisor")
        return self.pids(name)[start - 1]

    def stop(self, number: int = signal.SIGINT) -> int:
        self.popen.send_signal(number)
        self.rest = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path, environ: dict[str, str]) -> Iterator[Start]:
    started: list[Running] = []

    def run(*processes: Process, **more: Any) -> Running:
        started.append(Running(tmp_path, *processes, environ=environ, **more))
        return started[-1]

    yield run
    for running in started:
        running.popen.kill()
        running.popen.communicate()


def gone(pid: int) -> bool:
    return wait_until(lambda: not psutil.pid_exists(pid) or zombie(pid), seconds=PATIENCE)


def zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_a_signal_stops_everything_politely(start: Start, number: signal.Signals) -> None:
    running = start(process("beat"), process("worker"))
    running.wait_for_ready()
    pids = [running.pid("beat"), running.pid("worker")]

    code = running.stop(number)

    assert (code, running.rest) == (0, ("stopped\n", ""))
    assert [running.log(name).splitlines()[-1] for name in ("beat", "worker")] == ["bye", "bye"]
    assert all(gone(pid) for pid in pids)


def test_what_is_killed_is_started_again(start: Start) -> None:
    running = start(process("beat"), process("worker"))
    first, neighbour = running.pid("worker"), running.pid("beat")

    os.kill(first, signal.SIGKILL)
    second = running.pid("worker", start=2)

    assert second != first
    assert running.pids("beat") == [neighbour]
    assert "worker ended (SIGKILL); next start in 0.5 s" in running.log("supervisor")
    assert running.stop() == 0


def test_what_keeps_dying_is_started_ever_more_slowly(start: Start) -> None:
    running = start(process("broken", "import sys; print('no', flush=True); sys.exit(3)"))

    assert wait_until(lambda: running.log("supervisor").count("broken ended") >= 3, seconds=PATIENCE)

    ends = [
        line.partition("broken ")[2] for line in running.log("supervisor").splitlines() if " ended " in line
    ]
    assert ends[:3] == [f"ended (exit 3); next start in {wait} s" for wait in ("0.5", "1.0", "2.0")]
    assert running.stop() == 0


def test_a_program_that_is_not_there_is_tried_again(start: Start, tmp_path: Path) -> None:
    program = tmp_path / "program"
    running = start(process("beat"), Process(name="late", command=(str(program),)))
    assert wait_until(lambda: "late ended ([Errno 2]" in running.log("supervisor"), seconds=PATIENCE)

    program.symlink_to("/bin/true")

    assert wait_until(lambda: "late ended (exit 0)" in running.log("supervisor"), seconds=PATIENCE)
    assert len(running.pids("beat")) == 1
    assert running.stop() == 0


def test_its_children_die_with_a_killed_process(start: Start) -> None:
    running = start(process("worker", PARENT))
    grandchild = running.pid("worker")

    os.kill(psutil.Process(grandchild).ppid(), signal.SIGKILL)

    assert gone(grandchild)
    assert running.stop() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="PDEATHSIG is Linux's")
def test_nothing_outlives_a_killed_supervisor(start: Start) -> None:
    running = start(process("beat"), process("worker", STUBBORN))
    pids = [running.pid("beat"), running.pid("worker")]

    running.popen.kill()

    assert all(gone(pid) for pid in pids)


def test_what_does_not_stop_is_killed(start: Start) -> None:
    running = start(process("worker", STUBBORN, stop_seconds=0.2))
    pid = running.pid("worker")

    assert running.stop() == 0
    assert gone(pid)
    assert "worker did not stop in time and was killed" in running.log("supervisor")


def test_a_second_signal_does_not_wait(start: Start) -> None:
    running = start(process("worker", STUBBORN, stop_seconds=3600))
    pid = running.pid("worker")

    running.popen.send_signal(signal.SIGINT)
    assert wait_until(lambda: "stopping" in running.log("supervisor"), seconds=PATIENCE)

    assert running.stop() == 0
    assert gone(pid)


def test_foundations_start_first_and_end_last(start: Start, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    program = POLITE.replace('print("bye", flush=True)', "note('-')").replace(
        "def bye", f"def note(sign):\n    open({str(diary)!r}, 'a').write(sign + sys.argv[1] + ' ')\ndef bye"
    )
    program = program.replace('print("here"', 'note("+"); print("here"')

    def noted(name: str, *, foundation: bool) -> Process:
        return Process(name=name, command=(sys.executable, "-c", program, name), foundation=foundation)

    running = start(noted("web", foundation=False), noted("redis", foundation=True))
    running.pid("web"), running.pid("redis")
    running.stop()

    words = diary.read_text().split()
    assert words[-2:] == ["-web", "-redis"]
    log = running.log("supervisor")
    assert log.index("redis started") < log.index("web started")


def test_ready_is_said_when_the_server_answers(start: Start, free_port: int) -> None:
    serve = (
        "import sys; from http.server import HTTPServer, SimpleHTTPRequestHandler; "
        "HTTPServer(('127.0.0.1', int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()"
    )
    web = Process(
        name="web",
        command=(sys.executable, "-c", serve, str(free_port)),
        ready=f"http://127.0.0.1:{free_port}/",
        stop_seconds=2.0,
    )
    running = start(web)

    running.wait_for_ready()

    assert wait_until(lambda: '"GET / HTTP/1.1" 200' in running.log("web"), seconds=PATIENCE)
    assert running.stop() == 0


def test_a_second_supervisor_on_the_same_data_is_told_so(start: Start, tmp_path: Path) -> None:
    with held(lock_file(tmp_path)):
        running = start(process("beat"))
        out, err = running.popen.communicate(timeout=PATIENCE)

    assert (running.popen.returncode, out) == (1, "")
    assert err == (
        f"duban已在运行（进程{os.getpid()}，{lock_file(tmp_path)}）；请先停止，或换一个DUBAN_DATA\n"
    )


def test_the_lock_is_free_again_after_a_kill(start: Start, tmp_path: Path) -> None:
    running = start(process("beat"))
    running.wait_for_ready()
    running.popen.kill()
    running.popen.wait()

    with held(lock_file(tmp_path)):
        assert lock_file(tmp_path).read_text() == f"{os.getpid()}\n"


def test_output_without_a_line_end_is_kept(start: Start) -> None:
    running = start(
        process("worker", "import sys; sys.stdout.write('half'); sys.stdout.flush(); sys.exit(1)")
    )

    assert wait_until(lambda: "half" in running.log("worker"), seconds=PATIENCE)
    assert running.stop() == 0


def test_a_full_log_moves_aside(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "web.log")
    log.write(b"x" * LOG_BYTES)
    log.write(b"new\n")
    log.close()

    assert (tmp_path / "web.log").read_bytes() == b"new\n"
    assert (tmp_path / "web.log.1").stat().st_size == LOG_BYTES


def test_a_full_disk_loses_lines_only() -> None:
    log = LogFile(Path("/dev/full"))

    log.write(b"line\n")
    log.close()


def test_a_server_that_does_not_answer_is_told_in_the_language_of_the_office(start: Start) -> None:
    running = start(
        Process(name="web", command=("/bin/false",), ready="http://127.0.0.1:1/"), ready_seconds=0.1
    )

    out, err = running.popen.communicate(timeout=PATIENCE)

    assert (running.popen.returncode, out) == (1, "")
    assert err == f"web启动不了；请看{running.data}/logs/web.log\n"


def test_a_plan_survives_its_file(tmp_path: Path) -> None:
    plan = Plan(
        processes=(process("redis", foundation=True, ready="redis+socket:///x"),),
        data=tmp_path,
        ready_text="已就绪",
        stopped_text="已停止",
    )

    assert Plan.from_json(plan.to_json()) == plan
    assert json.loads(plan.to_json())["processes"][0]["name"] == "redis"


def test_the_supervisor_stays_small(tmp_path: Path, environ: dict[str, str]) -> None:
    unmeasured = {name: value for name, value in environ.items() if not name.startswith("COVERAGE_")}
    running = Running(tmp_path, process("beat"), environ=unmeasured)
    running.wait_for_ready()

    memory = psutil.Process(running.popen.pid).memory_full_info().pss

    assert running.stop() == 0
    assert memory < 25_000_000, f"{memory / 1e6:.0f} MB"
