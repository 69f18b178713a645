"""The process that `duban up` turns into: `python -m worker.cli.supervise PLAN`.

`duban up` migrates and applies the office with everything loaded, then replaces itself by this small program,
which lives for months. What it shall run and say comes from a file, in words already translated.
"""

import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from schedules.words import Gettext
from worker.child import Process
from worker.errors import EdgeError
from worker.settings import Settings, private_folder
from worker.supervisor import READY_SECONDS, Supervisor, already_running, not_ready

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
    sentences: Mapping[str, str] = field(default_factory=dict)  # what may go wrong, by message id

    def to_json(self) -> str:
        """As text for the next process."""
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


def become_supervisor(plan: Plan, settings: Settings, gettext: Gettext) -> NoReturn:
    """Replace this process by the supervisor of a plan; nothing after this call is run."""
    words = (already_running(plan.data, ""), not_ready("", plan.data))
    sentences = {each.msgid: gettext(each.msgid) for each in words}
    told = replace(plan, sentences=sentences)
    settings.prepare()
    private_folder(plan.data / "run")
    file = plan.data / "run" / "plan.json"
    file.write_text(told.to_json(), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, "-m", "worker.cli.supervise", str(file)]
    os.execve(sys.executable, command, settings.environ())  # noqa: S606 - no shell is the point


def main(arguments: Sequence[str]) -> int:
    """Run the plan in the file named by the only argument; the exit code."""
    plan = Plan.from_json(Path(arguments[0]).read_text(encoding="utf-8"))
    logs = plan.data / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    logging.basicConfig(filename=logs / "supervisor.log", level=logging.INFO, format=LOG_FORMAT)
    supervisor = Supervisor(
        plan.processes,
        logs,
        lock=lock_file(plan.data),
        echo=_say if plan.verbose else None,
        ready_seconds=plan.ready_seconds,
    )
    try:
        supervisor.run(lambda: _say(plan.ready_text))
    except EdgeError as error:
        text = error.what.text(lambda msgid: plan.sentences.get(msgid, msgid))
        print(text, file=sys.stderr, flush=True)
        return EXIT_REFUSED
    _say(plan.stopped_text)
    return EXIT_FINE


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
