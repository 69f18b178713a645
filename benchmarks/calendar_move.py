"""A year's notice with N open duties that it moves: count anew, move, tell each person; time and statements, both databases.

PYTHONPATH=tests python -m benchmarks.calendar_move [--people 20000]
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime

from servers import databases

from benchmarks.open_sweep import counted, office_files
from models.engine import connect
from models.migrate import upgrade
from schedules.calendar import Notice
from schedules.loader import SourceFile, load
from tasks.apply import apply
from tasks.days import calendar
from tasks.days.calendar_change import import_days
from tasks.days.recount import recount
from tasks.live import current
from tasks.open import open_due
from worker.cipher import Cipher
from worker.settings import Secret

SCHEDULE = """
report:
  title: 年终自查
  when: {dates: [2026-12-21]}
  who: {roles: [staff]}
  done: {by: each, within: 20 workdays}
  remind: [{before: due, by: 3 workdays, to: assignee}]
"""
BEFORE, NOW = datetime(2026, 12, 14, 1, tzinfo=UTC), datetime(2026, 12, 22, 1, tzinfo=UTC)
NOTICE = Notice(2027, {date(2026, 12, 26): True, date(2027, 1, 1): False})


def measure(url: str, people: int) -> None:
    """Apply and open, then import; print how long the recount and the whole import take."""
    upgrade(url)
    db = connect(url)
    files = office_files(people) | {"reports.yaml": SCHEDULE}
    loaded = load([SourceFile(path, content.encode()) for path, content in files.items()])
    if loaded.office is None:
        sys.exit("; ".join(problem.text(str) for problem in loaded.problems))
    with db.writing.begin() as session:
        apply(session, loaded.office, files, by="bench", now=BEFORE, cipher=Cipher(Secret("b" * 43)))
    with db.writing.begin() as session:
        open_due(session, current(session), now=NOW)
    kind = db.engine.dialect.name
    with counted(db) as statements, db.writing.begin() as session:
        start = time.perf_counter()
        result = import_days(session, NOTICE, by="bench", now=NOW)
        took = time.perf_counter() - start
    sys.stdout.write(
        f"{kind:11} {result.moved:7,} moved, {result.told:,} told  {took * 1000:8.0f} ms {statements[0]:4} statements\n"
    )
    moved_back = Notice(2027, {date(2027, 1, 1): False})
    with counted(db) as statements, db.writing.begin() as session:
        before = current(session)
        calendar.write_notice(session, moved_back, calendar.Writer(origin="import", by="bench", at=NOW))
        live = current(session)
        start = time.perf_counter()
        found = recount(session, before, live, "bench", now=NOW)
        took = time.perf_counter() - start
    sys.stdout.write(
        f"{kind:11} {found.duties:7,} moved, recount alone {took * 1000:8.0f} ms {statements[0]:4} statements\n"
    )
    db.dispose()


def main() -> None:
    """Run on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        measure(f"sqlite:///{folder}/bench.sqlite3", people)
    with databases() as servers, servers.fresh(migrated=False) as url:
        measure(url, people)


if __name__ == "__main__":
    main()
