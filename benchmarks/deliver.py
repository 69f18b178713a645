"""Messages a second to a provider on this machine: real workers, a bare `http.client` loop, and Apprise as it comes, in one run.

    python -m benchmarks.deliver [--people 5000] [--delay 0] [--database URL] [--json]

One duty for N people, one WeCom message for each; a real Redis, beat, one sweep worker and two deliver workers of eight threads. Ours
is measured at the provider, from the first tenth of the messages to the last one. The same bodies go through one kept-alive connection
(`http.client`), and through `apprise.Apprise().notify`, a new object each as a job would do it.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import sinks
from benchmarks.kill import Crew, finished, states, until, write_office
from models.engine import connect
from worker.embedded import running

CHANNEL = "wechat://corp:secret@1000002/{{id}}?base=http://127.0.0.1:{port}"
BODY = json.dumps(
    {"touser": "p1", "msgtype": "text", "agentid": 1000002, "text": {"content": "【提醒】" + "请登记" * 60}}
)
# In a process of its own, where none of our services stands in Apprise's table.
PLAIN = """
import sys, time, apprise
url, count = sys.argv[1], int(sys.argv[2])
apprise.Apprise().add(url)
begun = time.perf_counter()
for _ in range(count):
    one = apprise.Apprise()
    one.add(url)
    assert one.notify(body="请登记" * 60, title="提醒")
print(count / (time.perf_counter() - begun))
"""


def bare(port: int, count: int) -> float:
    """Requests a second of one kept-alive connection."""
    there = http.client.HTTPConnection("127.0.0.1", port)
    begun = time.perf_counter()
    for _ in range(count):
        there.request("POST", "/bare", BODY, {"Content-Type": "application/json"})
        there.getresponse().read()
    return count / (time.perf_counter() - begun)


def plain_apprise(port: int, count: int) -> float:
    """Messages a second of Apprise as it comes."""
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, f"json://127.0.0.1:{port}/plain", str(count)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def ours(sink: sinks.Sink, people: int, database: str | None, folder: Path) -> dict[str, Any]:
    """Messages a second through beat, sweep and deliver, at the provider."""
    with running(folder / "run" / "redis.sock") as broker:
        write_office(folder / "office", people, CHANNEL.format(port=sink.port))
        url = database or f"sqlite:///{folder / 'duban.sqlite3'}"
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
            "DUBAN_DATA": str(folder), "DUBAN_DATABASE_URL": url, "DUBAN_REDIS_URL": broker,
            "DUBAN_OFFICE": str(folder / "office"),
        }  # fmt: skip
        apply = [sys.executable, "-m", "worker", "apply", "--yes"]
        subprocess.run(apply, env=environ, check=True, stdout=subprocess.DEVNULL)
        db, crew = connect(url), Crew(environ, folder)
        try:
            for name in ("beat", "sweep", "deliver1", "deliver2"):
                crew.begin(name)
            until(lambda: finished(db, people), "not everything was sent")
        finally:
            crew.stop()
        ledger = states(db)
        db.dispose()
    came = sink.requests("message/send")
    first = len(came) // 10
    return {
        "rate": (len(came) - first) / (came[-1] - came[first]), "requests": len(came), "ledger": dict(ledger),
    }  # fmt: skip


def run(people: int, delay: float, database: str | None) -> dict[str, Any]:
    """All three against one provider."""
    with sinks.running(delay) as sink, tempfile.TemporaryDirectory(prefix="duban-deliver-") as folder:
        loop = bare(sink.port, people if not delay else max(200, people // 20))
        apprise = plain_apprise(sink.port, max(200, people // 20))
        found = ours(sink, people, database, Path(folder))
    return {
        "messages": people, "ours_per_second": round(found["rate"]), "http_client_per_second": round(loop),
        "apprise_per_second": round(apprise), "of_http_client": round(found["rate"] / loop, 2),
        "of_apprise": round(found["rate"] / apprise, 1), "requests": found["requests"], "ledger": found["ledger"],
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds the provider takes to answer")
    parser.add_argument("--database", help="a migrated or empty database; default: a new SQLite file")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = run(given.people, given.delay, given.database)
    text = (
        json.dumps(found)
        if given.json
        else "\n".join(f"{name:>24}  {value}" for name, value in found.items())
    )
    print(text)
    return 0 if found["ledger"].get("sent") == given.people else 1


if __name__ == "__main__":
    sys.exit(main())
