"""The API as other systems meet it: a small office with a duty of each form, and its web process on a port of its own."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from small_office import Terminal, write_office

from models.engine import Database, connect
from tasks.live import current
from tasks.open import open_due
from tasks.roster.api_clients import SCOPES
from worker.readiness import http_answers, wait_until

NOW = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
SCHEDULES = """\
study:
  title: 周五集中学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  record: {by: {role: clerk}, within: 1 workday, evidence: {topic: {label: 学习主题, kind: text}}}
  remind: [{after: recorded, by: 0 days, to: absent}]
report:
  title: 周报
  when: {weekly: 周一, time: "08:30"}
  who: {roles: [staff]}
  done: {by: each, evidence: {text: {kind: text, label: 内容, required: false}}}
  remind: [{after: due, by: 1 workday, to: assignee}]
letter:
  title: 来文办理
  when: {event: letter.received, key: 文号, fields: {to: person}}
  who: {from_event: to}
  steps:
    act: {title: 办理, after: event, within: 5 workdays}
  remind: [{after: due, by: 1 workday, to: assignee}]
"""


@dataclass
class ApiServer:
    """One office, its web process, and a client with every scope."""

    terminal: Terminal
    environ: dict[str, str]
    port: int
    log: Path
    key: str = ""
    process: subprocess.Popen[bytes] | None = None
    db: Database = field(init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def seed(self) -> None:
        """Apply the office, open what is owed on the Monday, let the client in."""
        self.terminal.stand_at(datetime(2026, 11, 16, 0, 0, tzinfo=UTC))
        done = self.terminal.run("apply", "--yes")
        assert done.exit_code == 0, done.output
        self.db = connect(f"sqlite:///{self.terminal.data / 'duban.sqlite3'}")
        for day in range(16, 24):
            with self.db.writing.begin() as session:
                open_due(session, current(session), now=datetime(2026, 11, day, 1, 5, tzinfo=UTC))
        self.terminal.stand_at(NOW)
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        added: Any = self.terminal.json("api", "add", "oa", *scopes)
        self.key = added["key"]

    def start(self) -> None:
        """Start the web process and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker", "web"], env=self.environ, stdout=log, stderr=log
            )
        ready = wait_until(lambda: http_answers("127.0.0.1", self.port, "/healthz"), seconds=20)
        assert ready, self.log.read_text()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process and wait for it."""
        if self.process is not None:
            os.kill(self.process.pid, how)
            self.process.wait(timeout=20)
            self.process = None

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON and headers of the answer. Raise OSError if there is none."""
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}", data=json.dumps(body).encode(), method="POST",
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error), dict(error.headers)


def api_server(folder: Path, environ: dict[str, str], redis_url: str, port: int) -> ApiServer:
    """An office in a folder, seeded and served."""
    office = write_office(folder / "office", {"schedules.yaml": SCHEDULES})
    terminal = Terminal(office, folder / "data")
    own = {
        **environ, "DUBAN_OFFICE": str(office), "DUBAN_DATA": str(folder / "data"), "DUBAN_SECRET_KEY": "k" * 40,
        "DUBAN_REDIS_URL": redis_url, "DUBAN_LISTEN": f"127.0.0.1:{port}", "DUBAN_API_RATE": "1000000/minute", "DUBAN_LANGUAGE": "en",
    }  # fmt: skip
    found = ApiServer(terminal, own, port, folder / "web.log")
    found.seed()
    found.start()
    return found
