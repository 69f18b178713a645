"""Workers are killed and Redis is flushed while reminders go out: none is lost, and few arrive twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_no_reminder_is_lost_when_workers_are_killed_and_redis_is_flushed(environ: dict[str, str]) -> None:
    command = ["-m", "benchmarks.kill", "--people", "300", "--kills", "3", "--flushes", "1", "--json"]

    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["kills"], found["flushes"], found["lost"]) == (3, 1, 0)
    assert found["twice"] <= 3 * 16
    assert found["ledger"] == {"sent": 300}
