"""docker-compose.yml's own commands, run as plain processes against a real PostgreSQL and Redis."""

import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from worker.readiness import http_answers, wait_until
from worker.settings import packaged_office

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 40.0
SERVERS = ("postgres", "redis")
ONCE = "migrate"


class Deployment:
    """The services of the compose file, each a process with the environment the file gives it."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
        self.services: dict[str, dict[str, Any]] = {
            name: service for name, service in compose["services"].items() if name not in SERVERS
        }

    def popen(self, name: str) -> "subprocess.Popen[bytes]":
        service = self.services[name]
        given = {key: interpolated(value, self.environ) for key, value in service["environment"].items()}
        with self.log(name).open("wb") as log:
            return subprocess.Popen(
                service["command"],
                cwd=self.folder,
                env={**given, **self.environ},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def logs(self) -> str:
        return "\n".join(f"--- {path.name}\n{path.read_text()}" for path in sorted(self.folder.glob("*.log")))


def interpolated(value: str, environ: dict[str, str]) -> str:
    """A compose file's `${NAME:-default}` and `${NAME:?why}` with this environment."""
    return re.sub(
        r"\$\{(\w+):([-?])([^}]*)\}", lambda m: environ.get(m[1]) or (m[3] if m[2] == "-" else ""), value
    )


@pytest.fixture
def deployment(
    tmp_path: Path,
    postgresql_empty_url: str,
    redis_url: str,
    free_port: int,
    environ: dict[str, str],
) -> Deployment:
    # What differs from the containers: where the servers are, which port is free, which folders there are.
    return Deployment(
        tmp_path,
        {
            **environ,
            "PATH": f"{Path(sys.executable).parent}:{environ['PATH']}",
            "DUBAN_OFFICE": str(packaged_office()),
            "DUBAN_DATA": str(tmp_path / "data"),
            "DUBAN_DATABASE_URL": postgresql_empty_url,
            "DUBAN_REDIS_URL": redis_url,
            "DUBAN_SECRET_KEY": "a long random text for this test only",
            "DUBAN_LISTEN": f"127.0.0.1:{free_port}",
            "POSTGRES_PASSWORD": "none is asked for",
        },
    )


@pytest.mark.slow
def test_the_services_come_up_and_the_web_answers(deployment: Deployment, free_port: int) -> None:
    migrate = deployment.popen(ONCE)
    assert migrate.wait(START_SECONDS) == 0, deployment.logs()

    with ExitStack() as stack:
        running = {}
        for name in deployment.services:
            if name != ONCE:
                running[name] = stack.enter_context(deployment.popen(name))
                stack.callback(running[name].kill)

        assert wait_until(lambda: http_answers("127.0.0.1", free_port, "/healthz"), seconds=START_SECONDS), (
            deployment.logs()
        )
        assert wait_until(lambda: all(ready(deployment, name) for name in running), seconds=START_SECONDS), (
            deployment.logs()
        )
        assert {name: process.poll() for name, process in running.items()} == dict.fromkeys(running)

        for process in running.values():
            process.send_signal(signal.SIGTERM)
        assert {name: process.wait(STOP_SECONDS) for name, process in running.items()} == dict.fromkeys(
            running, 0
        ), deployment.logs()


def ready(deployment: Deployment, name: str) -> bool:
    """Whether a process has said that it is at work; the web answers instead."""
    words = {"beat": "beat: Starting", "worker-sweep": " ready.", "worker-deliver": " ready."}
    return words.get(name, "") in deployment.log(name).read_text()
