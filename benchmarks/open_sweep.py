"""P1 and P2 in small: one schedule for N people. Open, then sweep with everything due; rows a second and statements, both databases.

PYTHONPATH=tests python -m benchmarks.open_sweep [--people 20000]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from servers import databases
from sqlalchemy import event

from models.engine import Database, connect
from models.migrate import upgrade
from schedules.loader import SourceFile, load
from tasks.apply import apply
from tasks.live import current
from tasks.open import open_due
from tasks.sweep import sweep
from worker.cipher import Cipher
from worker.settings import Secret

OFFICE = """
title: 测试街道
timezone: Asia/Shanghai
day_ends: "18:00"
sending: ["08:40"]
units: {one: {title: 一科, head: p0, leader: p1}}
roles: {staff: {title: 工作人员}, clerk: {title: 督办员}}
channels: {personal: {url: "outbox://{id}", quiet: exempt}}
reach: {people: personal}
"""
SCHEDULE = """
report:
  title: 月度报表
  when: {dates: [2026-11-30]}
  who: {roles: [staff]}
  remind: [{before: due, by: 3 workdays, to: assignee}]
"""
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def office_files(people: int) -> dict[str, str]:
    """An office of `people` staff in one unit."""
    rows = ["工号,姓名,单位,职务,角色,标签,手机号,企业微信,邮箱,入职日期"]
    rows += [f"p{n},职工{n},一科,,{'工作人员、督办员' if n == 0 else '工作人员'},,,,," for n in range(people)]
    calendar = (Path(__file__).parents[1] / "schedules/office/calendar/2026.json").read_text(encoding="utf-8")
    return {
        "office.yaml": OFFICE, "reports.yaml": SCHEDULE, "people.csv": "\n".join(rows) + "\n", "calendar/2026.json": calendar
    }  # fmt: skip


@contextmanager
def counted(db: Database) -> Iterator[list[int]]:
    """Count the statements that reach the driver."""
    count = [0]

    def seen(*_: object) -> None:
        count[0] += 1

    event.listen(db.engine, "before_cursor_execute", seen)
    yield count
    event.remove(db.engine, "before_cursor_execute", seen)


class Measured(NamedTuple):
    """One step on one kind of database; `took` in seconds."""

    kind: str
    what: str
    rows: int
    took: float
    statements: int

    def line(self) -> str:
        """As it is printed."""
        return (
            f"{self.kind:11} {self.what:6} {self.rows:7,} rows {self.took * 1000:8.0f} ms {self.rows / self.took:10,.0f} rows/s"
            f" {self.statements:4} statements"
        )


def measure(url: str, people: int) -> tuple[Measured, Measured]:
    """Apply; then open and sweep, measured."""
    upgrade(url)
    db = connect(url)
    files = office_files(people)
    loaded = load([SourceFile(path, content.encode()) for path, content in files.items()])
    if loaded.office is None:
        sys.exit("; ".join(problem.text(str) for problem in loaded.problems))
    before = NOW - timedelta(days=2)
    with db.writing.begin() as session:
        apply(session, loaded.office, files, by="bench", now=before, cipher=Cipher(Secret("b" * 43)))
    kind = db.engine.dialect.name
    with counted(db) as statements, db.writing.begin() as session:
        live = current(session)
        start = time.perf_counter()
        opened = open_due(session, live, now=NOW)
        took = time.perf_counter() - start
    opening = Measured(kind, "open", opened.obligations, took, statements[0])
    with counted(db) as statements, db.writing.begin() as session:
        start = time.perf_counter()
        seen = reminders = 0
        while True:
            swept = sweep(session, live, now=NOW + timedelta(minutes=1))
            seen, reminders = seen + swept.seen, reminders + swept.reminders
            if not swept.full:
                break
        took = time.perf_counter() - start
    db.dispose()
    return opening, Measured(kind, "sweep", seen, took, statements[0])


def both(people: int) -> Iterator[Measured]:
    """On SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        yield from measure(f"sqlite:///{folder}/bench.sqlite3", people)
    with databases() as servers, servers.fresh(migrated=False) as url:
        yield from measure(url, people)


def main() -> None:
    """Run on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    for each in both(parser.parse_args().people):
        print(each.line(), flush=True)


if __name__ == "__main__":
    main()
