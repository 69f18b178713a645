"""Runs a plan of processes under a supervisor: for `duban up` in its own process, for others as `python -m worker.cli.supervise PLAN`."""

import json
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from worker.child import Process, shared
from worker.cli.language import _, choose
from worker.errors import EdgeError
from worker.settings import private_folder
from worker.supervisor import READY_SECONDS, Supervisor

EXIT_FINE = 0
EXIT_REFUSED = 1
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run under one supervisor, and what to say about it."""

    processes: tuple[Process, ...]
    data: Path
    ready_text: str
    stopped_text: str
    verbose: bool = False  # show the processes' output, each line with its process's name
    ready_seconds: float = READY_SECONDS  # for a server to answer

    def to_json(self) -> str:
        """As text for another process."""
        return json.dumps({**asdict(self), "data": str(self.data)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """The plan in a text of `to_json`."""
        found: dict[str, Any] = json.loads(text)
        processes = (Process(**{**row, "command": tuple(row["command"])}) for row in found["processes"])
        return cls(**{**found, "processes": tuple(processes), "data": Path(found["data"])})


def lock_file(data: Path) -> Path:
    """The file that the one supervisor of a data folder holds (`worker.supervisor.held`)."""
    return data / "run" / "up.lock"


def supervise(
    plan: Plan,
    *,
    on_ready: Callable[[], None],
    prepare: Callable[[Supervisor], None] | None = None,
) -> None:
    """Run a plan until this process is told to stop. `prepare` and what forks share is done while the foundations start.

    Raises AlreadyRunning, NotConfigured, and whatever `prepare` raises.
    """
    logs = plan.data / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(filename=logs / "supervisor.log", level=logging.INFO, format=LOG_FORMAT)

    def before_the_forks(supervisor: Supervisor) -> None:
        if prepare:
            prepare(supervisor)
        if not supervisor.stopping and any(process.forked for process in plan.processes):
            shared().load()

    Supervisor(
        plan.processes,
        logs,
        lock=lock_file(plan.data),
        prepare=before_the_forks,
        echo=_say if plan.verbose else None,
        ready_seconds=plan.ready_seconds,
    ).run(on_ready)


def main(arguments: Sequence[str]) -> int:
    """Run the plan in the file named by the only argument; the exit code."""
    choose([])
    plan = Plan.from_json(Path(arguments[0]).read_text(encoding="utf-8"))
    private_folder(plan.data / "run")
    try:
        supervise(plan, on_ready=lambda: _say(plan.ready_text))
    except EdgeError as error:
        print(error.what.text(_), file=sys.stderr, flush=True)
        return EXIT_REFUSED
    _say(plan.stopped_text)
    return EXIT_FINE


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
