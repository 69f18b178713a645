"""The page behind a link, on a slow phone: bytes over the wire, and how long until somebody can use it.

    PYTHONPATH=tests python -m benchmarks.confirm_page [--loads 9]

A real web process, and Chromium slowed down as Lighthouse's mobile profile has it: 1.6 Mbit/s down, 750 kbit/s up, 150 ms for each round
trip, a processor four times slower. Chromium's slow network leaves out what a connection costs, so that two round trips are added to
the first visit (TCP and TLS 1.3). Usable is when the page is painted and parsed, and its form can be filled in. Also counted: a page
with every kind of evidence field that a schedule may ask for. Exit code 1 beyond 30 KB, or 1 s in the median of first visits.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pages_office import CHROMIUM, FLAGS, NOW, PHONE, seed
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from sqlalchemy import select

from models.migrate import upgrade
from models.obligations import ObligationRow
from models.people import PartyRow, PersonRow
from models.schedules import ScheduleVersionRow
from worker.bootstrap import Runtime
from worker.readiness import http_answers, wait_until
from worker.settings import Settings

BYTES, SECONDS = 30_000, 1.0
TRIPS = 2 * 0.150
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
EVERY_KIND = {
    "list": {"kind": "photo", "label": "现场照片", "least": 2}, "count": {"kind": "number", "label": "排查户数"},
    "held": {"kind": "date", "label": "会议日期"}, "link": {"kind": "url", "label": "公示网址"},
    "law": {"kind": "choice", "label": "法律法规", "from": ["行政处罚法", "行政许可法", "信访工作条例"]},
    "minutes": {"kind": "file", "label": "会议纪要"}, "found": {"kind": "yes-no", "label": "发现问题"},
    "what": {"kind": "text", "label": "问题说明"},
}  # fmt: skip


@contextmanager
def office(folder: Path) -> Iterator[tuple[Runtime, str]]:
    """Four duties of the starter office and their pages, on a port of their own."""
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        port = there.getsockname()[1]
    own = {
        "DUBAN_DATA": str(folder), "DUBAN_DATABASE_URL": f"sqlite:///{folder}/duban.db", "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0",
        "DUBAN_BASE_URL": f"http://127.0.0.1:{port}", "DUBAN_LISTEN": f"127.0.0.1:{port}", "DUBAN_SECRET_KEY": "k" * 43,
    }  # fmt: skip
    settings = Settings.load(own)
    settings.prepare()
    upgrade(own["DUBAN_DATABASE_URL"])
    run = Runtime(settings)
    seed(run)
    given = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    command = [sys.executable, "-m", "worker", "web"]
    with subprocess.Popen(
        command, env={**given, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            if not wait_until(lambda: http_answers("127.0.0.1", port, "/healthz"), seconds=30):
                raise RuntimeError("the pages do not answer")
            yield run, own["DUBAN_BASE_URL"]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            run.close()


def link(run: Runtime) -> str:
    """The community's list of problems."""
    with run.db.reading() as session:
        duty = session.scalars(
            select(ObligationRow.id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ObligationRow.part == "collect", PartyRow.title == "民主社区")
        ).one()
        person = session.scalars(select(PersonRow.id).where(PersonRow.name == "陈霞")).one()
    return run.tokens.personal_link(duty, person, NOW).reveal()


def with_every_kind(run: Runtime) -> None:
    """Let the step ask for a field of each kind."""
    with run.db.writing.begin() as session:
        for row in session.scalars(select(ScheduleVersionRow)):
            spec: dict[str, Any] = json.loads(row.spec_json)
            if spec["id"] == "half-year-review":
                spec["steps"]["collect"]["evidence"] = EVERY_KIND
                row.spec_json = json.dumps(spec)


def visit(browser: Browser, address: str) -> tuple[list[tuple[str, int]], float, float]:
    """A first visit and a second one: what came over the wire by path, and the seconds until each was usable."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    wire = _counted(session)
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    first = _usable(page, address)
    counted = list(wire.values())
    page.goto("about:blank")
    second = _usable(page, address)
    context.close()
    return [(path, size) for path, size in counted], first, second


def _counted(session: CDPSession) -> dict[str, tuple[str, int]]:
    """Bytes of head and body of every answer, filled in while pages load."""
    found: dict[str, tuple[str, int]] = {}
    paths: dict[str, str] = {}

    def answered(event: dict[str, Any]) -> None:
        address = urlsplit(event["response"]["url"])
        if address.scheme == "http":
            paths[event["requestId"]] = address.path[:20]

    def finished(event: dict[str, Any]) -> None:
        known = event["requestId"]
        if known in paths:
            found[known] = (paths[known], int(event["encodedDataLength"]))

    session.send("Network.enable")
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    return found


def _usable(page: Page, address: str) -> float:
    """Seconds from the tap on the link until the form stands painted and answers."""
    page.goto(address, wait_until="networkidle")
    page.focus("#f-note")
    milliseconds: float = page.evaluate(
        """() => { const paint = performance.getEntriesByName("first-contentful-paint")[0];
        const visit = performance.getEntriesByType("navigation")[0];
        return Math.max(paint ? paint.startTime : 0, visit.domInteractive, visit.domContentLoadedEventEnd); }"""
    )
    return milliseconds / 1000


def measure(loads: int) -> list[tuple[str, str, bool]]:
    """Rows for the table: what, the figure, whether it is as promised."""
    rows = []
    with (
        tempfile.TemporaryDirectory(prefix="duban-bench-") as folder,
        office(Path(folder)) as (run, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for what in ("as shipped", "every kind of field"):
            visits = [visit(browser, link(run)) for _ in range(loads)]
            wire = visits[0][0]
            size = sum(each for _, each in wire)
            firsts = [each[1] + TRIPS for each in visits]
            first = statistics.median(firsts)
            again = statistics.median(each[2] for each in visits)
            parts = "、".join(f"{path} {each:,}" for path, each in wire)
            rows.append(
                (
                    f"confirm page, {what}: over the wire",
                    f"{size:,} bytes of {BYTES:,} ({parts})",
                    size <= BYTES,
                )
            )
            rows.append(
                (
                    f"confirm page, {what}: first visit usable",
                    f"{first:.2f} s of {SECONDS:.0f} s, fastest {min(firsts):.2f} s",
                    first <= SECONDS,
                )
            )
            rows.append((f"confirm page, {what}: later visits", f"{again:.2f} s", True))
            with_every_kind(run)
        browser.close()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--loads", type=int, default=9)
    rows = measure(parser.parse_args().loads)
    width = max(len(what) for what, _, _ in rows)
    for what, figure, fine in rows:
        print(f"{what:<{width}}  {figure}{'' if fine else '   NOT AS PROMISED'}")
    return 0 if all(fine for _, _, fine in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
