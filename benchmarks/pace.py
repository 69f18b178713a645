"""A thousand messages due at once on one bot: how many requests the provider sees in its busiest 60 seconds.

    PYTHONPATH=tests python -m benchmarks.pace [--people 1000] [--seconds 150] [--flush] [--json]

Two offices on a provider on this machine, with a real Redis, beat and two deliver workers. In one a group's bot tells everybody what
they owe: one duty of N people. In the other the bot's address is that of every person, so that N messages wait for one limit of 20 a
minute. The provider is the tests' fake of WeCom, which answers 45009 to one too many. `--flush` empties Redis halfway. Exit code 1 if a
sliding minute saw more than 20, or the provider had to say so.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import redis
from fakes.provider import Answer, Request
from fakes.wecom import KEY, WeCom

from benchmarks.kill import Crew, states, until, write_office
from models.engine import connect
from worker.embedded import running

BOT = "wecombot://{key}?base=http://127.0.0.1:{port}"
# The same bot as a gateway for persons: a robot's own address would post to the group, which `duban check` refuses for people.
EACH = "gateway://127.0.0.1:{port}/cgi-bin/webhook/send?-key={key}&:msgtype=text&:text.content={{text}}&ok=errcode:0&busy=errcode:45009"
ALLOWED, SPAN = 20, 60.0
GROUP = (
    'channels: {{bot: {{url: "{url}", quiet: exempt, group: true}}}}\nreach: {{level: group, group: bot}}\n'
)


class Bot(WeCom):
    """The fake, with the time of each request and how often it had to refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []
        self.refused = 0

    def reply(self, request: Request) -> Answer:
        self.times.append(time.monotonic())
        answer = super().reply(request)
        self.refused += b'"errcode": 45009' in answer.data
        return answer


def busiest(times: list[float], span: float = SPAN) -> int:
    """The most requests in any window of that length."""
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= span:
            first += 1
        most = max(most, last - first + 1)
    return most


def watched(people: int, seconds: float, *, group: bool, flush: bool) -> dict[str, Any]:
    """Run one office for so long; what the provider saw and what the ledger says."""
    with (
        Bot() as bot,
        tempfile.TemporaryDirectory(prefix="duban-pace-") as name,
        running(Path(name) / "run" / "redis.sock") as broker,
    ):
        folder = Path(name)
        write_office(folder / "office", people, EACH.format(key=KEY, port=bot.port), limits='["20/minute"]')
        if group:
            _by_group(folder / "office", BOT.format(key=KEY, port=bot.port))
        database = f"sqlite:///{folder / 'duban.sqlite3'}"
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
            "DUBAN_DATA": str(folder), "DUBAN_DATABASE_URL": database, "DUBAN_REDIS_URL": broker,
            "DUBAN_OFFICE": str(folder / "office"),
        }  # fmt: skip
        apply = [sys.executable, "-m", "worker", "apply", "--yes"]
        subprocess.run(apply, env=environ, check=True, stdout=subprocess.DEVNULL)
        db, crew, pause = connect(database), Crew(environ, folder), threading.Event()
        try:
            for process in ("beat", "sweep", "deliver1", "deliver2"):
                crew.begin(process)
            until(lambda: bool(bot.times), "nothing is sent")
            pause.wait(seconds / 2)
            if flush:
                with redis.Redis.from_url(broker.replace("redis+socket://", "unix://")) as client:
                    client.flushall()
            pause.wait(seconds / 2)
        finally:
            crew.stop()
        ledger = states(db)
        db.dispose()
    return {
        "requests": len(bot.times), "busiest_minute": busiest(bot.times), "refused_by_provider": bot.refused, "ledger": dict(ledger),
    }  # fmt: skip


def is_fine(found: dict[str, Any]) -> bool:
    """Whether no sliding minute saw too many, and the provider never had to refuse."""
    return bool(found["busiest_minute"] <= ALLOWED and not found["refused_by_provider"])


def _by_group(office: Path, url: str) -> None:
    """The same office with the bot as the way to everybody; the roster gets the numbers that a bot calls people by."""
    file = office / "office.yaml"
    lines = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("channels", "reach"))
    ]
    file.write_text("\n".join(lines) + "\n" + GROUP.format(url=url), encoding="utf-8")
    roster = office / "people.csv"
    head, *rows = roster.read_text(encoding="utf-8").splitlines()
    numbered = [f"{row},{13_000_000_000 + number}" for number, row in enumerate(rows)]
    roster.write_text("\n".join([f"{head},手机号", *numbered]) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--flush", action="store_true", help="empty Redis halfway")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = {
        "one message to the group": watched(given.people, min(given.seconds, 20), group=True, flush=False),
        "a message to each, one bot": watched(given.people, given.seconds, group=False, flush=given.flush),
    }
    print(
        json.dumps(found) if given.json else "\n".join(f"{name:>28}  {what}" for name, what in found.items())
    )
    fine = all(map(is_fine, found.values()))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
