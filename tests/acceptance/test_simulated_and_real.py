"""The same office, script and days twice: by `duban simulate`, and by beat, workers and Redis that send to a provider on loopback.

They must tell the same people the same words at the same minute about the same rungs, and leave the same duties in the same states.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes.demo import write_office
from fakes.wecom import KEY, SECRET, WeCom
from really_run import Duty, Run, really_run

DUBAN = Path(sys.executable).parent / "duban"
SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "march.yaml"
FIRST, LAST = date(2026, 3, 1), {"sqlite": date(2026, 3, 23), "postgresql": date(2026, 3, 6)}
LINK = re.compile(r"https?://127\.0\.0\.1:\d+/\S+")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Twice:
    """What was told in virtual time, what by the processes, and what the provider took of the latter."""

    simulated: Sequence[Mapping[str, Any]]
    duties: set[Duty]
    real: Run
    accepted: Sequence[Mapping[str, Any]]


@pytest.fixture
def twice(environ: dict[str, str], tmp_path: Path, free_port: int, database_url: str) -> Iterator[Twice]:
    last = LAST[database_url.partition(":")[0].partition("+")[0]]
    with WeCom() as wecom:
        wecom.bots.limit = sys.maxsize
        environ |= {
            "DUBAN_OFFICE": str(write_office(tmp_path / "office", wecom.base)), "DUBAN_SECRET_DEMO_APP": SECRET,
            "DUBAN_SECRET_DEMO_BOT": KEY, "DUBAN_SECRET_KEY": "k" * 43, "DUBAN_LANG": "zh_CN",
        }  # fmt: skip
        done = subprocess.run(
            [
                DUBAN,
                "simulate",
                "--from",
                str(FIRST),
                "--to",
                str(last),
                "--script",
                SCRIPT,
                "--json",
                "--full",
            ],
            env=environ,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not wecom.requests, "a simulation sends nothing"
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        running = {
            **environ,
            "DUBAN_LISTEN": f"127.0.0.1:{free_port}",
            "DUBAN_DATABASE_URL": database_url,
        }
        runtime, real = really_run(running, SCRIPT, FIRST, last)
        try:
            yield Twice(
                [line for line in lines if line["kind"] == "message"],
                duties(lines),
                real,
                list(wecom.accepted),
            )
        finally:
            runtime.close()


def test_the_running_system_tells_and_leaves_what_the_simulation_does(twice: Twice) -> None:
    assert twice.real.surprises == []
    assert twice.real.unsent == {}
    told = Counter(map(message, twice.simulated))
    assert told == Counter(map(message, twice.real.told))
    assert sum(told.values()) >= 25
    assert Counter(map(posted, twice.simulated)) == Counter(map(taken, twice.accepted))
    assert twice.duties == twice.real.duties


def duties(lines: Sequence[Mapping[str, Any]]) -> set[Duty]:
    """How each duty stands at the end: as it was closed, or as it is left open."""
    ended = [line for line in lines if line["kind"] in ("closed", "left")]
    names = ("schedule", "key", "part", "party", "state", "due_on", "done_on")
    return {tuple(line[name] for name in names) for line in ended}


def message(told: Mapping[str, Any]) -> str:
    """Who was told what on which channel at which minute, for which rungs, and whether the clerk had released it."""
    items = sorted(json.dumps(item, sort_keys=True) for item in told["items"])
    kept = [told[name] for name in ("at", "recipient", "channel", "title", "body", "released")]
    return json.dumps([*kept, items], ensure_ascii=False)


def posted(told: Mapping[str, Any]) -> tuple[str, str]:
    """To whom, and the words, as the provider takes them."""
    return told["recipient"], f"{told['title']}\n{told['body']}"


def taken(request: Mapping[str, Any]) -> tuple[str, str]:
    words = request[request["msgtype"]]["content"]
    return "group" if request["to"] == KEY else request["to"], LINK.sub("［个人链接］", words)
