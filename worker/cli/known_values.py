"""What a word of a command may be, for shell completion: ids of schedules, people, units and so on, with their titles.

Read as plain rows from the database, else from the office's folder as plain lines: what the program itself reads them with takes longer
to load than somebody at a prompt waits. Everything here only reads, and an office that is not there knows nothing.
"""

import csv
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from urllib.parse import quote, urlsplit

from worker.settings import Settings

MOST = 300
Known = tuple[str, str]  # a word, and what it stands for
STATEMENTS = {
    "people": "SELECT key, name FROM person WHERE left_on IS NULL ORDER BY id",
    "units": "SELECT key, title FROM unit ORDER BY position, id",
    "schedules": "SELECT key, title FROM schedule WHERE removed_at IS NULL AND kind NOT IN ('members', 'calendar') ORDER BY key",
    "channels": "SELECT key, '' FROM channel WHERE key NOT LIKE '@%' ORDER BY key",
    "clients": "SELECT key, title FROM api_client WHERE ended_at IS NULL ORDER BY key",
    "registers": "SELECT DISTINCT register, '' FROM register_entry ORDER BY register",
    "kinds": "SELECT DISTINCT kind, '' FROM event ORDER BY kind",
}
# Of one schedule, or of an entry with `for_each`, whose schedules are called ENTRY.NAME; the latest first.
OF_SCHEDULE = {
    "occurrences": "SELECT o.key, o.title FROM occurrence o JOIN schedule s ON s.id = o.schedule_id "
    "WHERE (s.key = {0} OR s.key LIKE {1}) ORDER BY o.state <> 'open', o.held_on DESC, o.id DESC LIMIT 100",
    "parts": "SELECT DISTINCT b.part, '' FROM obligation b JOIN occurrence o ON o.id = b.occurrence_id "
    "JOIN schedule s ON s.id = o.schedule_id WHERE b.part <> '' AND (s.key = {0} OR s.key LIKE {1}) ORDER BY b.part",
}
NO_SCHEDULE = frozenset(
    {"registers", "report", "summaries", "ladders"}
)  # what else stands at the top of a file
_TOP = re.compile(r"^([^\s#:\-\"'][^\s:]*):(?:\s|$)")
_UNDER = re.compile(r"^  ([\w.\-]+):")
_TITLE = re.compile(r"^\s+title: *[\"']?([^\"'#]+)")


def known(kind: str, *, schedule: str = "") -> list[Known]:
    """Every word of a kind with its title. `schedule`: whose occurrences or parts."""
    if kind == "drafts":
        return list(_of_files("schedules"))[:MOST]
    if kind == "archived":
        found = [
            (f"{key}/{occurrence}", title)
            for key, _title in known("schedules")
            for occurrence, title in known("occurrences", schedule=key)
        ]
        return found[:MOST]
    if kind in OF_SCHEDULE:
        return _of_database(OF_SCHEDULE[kind], (schedule, f"{schedule}.%")) if schedule else []
    return (_of_database(STATEMENTS[kind]) or list(_of_files(kind)))[:MOST]


def _of_database(statement: str, values: Sequence[str] = ()) -> list[Known]:
    """The rows of a statement; none where there is no database or no table in it yet."""
    url = Settings.load().database_url
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        if not file.is_file():
            return []
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=0.2)) as database:
            try:
                rows = database.execute(statement.format("?", "?"), values).fetchall()
            except sqlite3.OperationalError:
                return []
            return [(str(key), str(title or "")) for key, title in rows]
    psycopg = import_module("psycopg")  # only where the office is on PostgreSQL
    plain = urlsplit(url)._replace(scheme="postgresql").geturl()
    with psycopg.connect(plain, connect_timeout=1) as database:
        rows = database.execute(statement.format("%s", "%s"), values or None).fetchall()
    return [(str(key), str(title or "")) for key, title in rows]


def _of_files(kind: str) -> Iterator[Known]:
    """The words that the office's folder has, where it is as the starter office: plain lines of YAML and a table of people."""
    folder = Path() if Path("office.yaml").is_file() else Settings.load().office
    match kind:
        case "schedules":
            for file in sorted(folder.glob("**/*.yaml")):
                if file.name != "office.yaml" and not file.parent.name.startswith("."):
                    yield from ((key, title) for key, title in _entries(file) if key not in NO_SCHEDULE)
        case "units" | "channels":
            yield from _block(folder / "office.yaml", kind)
        case "people":
            with (folder / "people.csv").open(encoding="utf-8-sig", newline="") as table:
                rows: Iterator[Mapping[str, str]] = csv.DictReader(table)
                yield from ((row.get("工号", ""), row.get("姓名", "")) for row in rows if row.get("工号"))
        case _:
            return


def _entries(file: Path) -> Iterator[Known]:
    """What stands at the top of a YAML file, with the title below it."""
    key, title = "", ""
    for line in file.read_text(encoding="utf-8-sig").splitlines():
        if top := _TOP.match(line):
            if key:
                yield key, title
            key, title = top[1], ""
        elif key and not title and (found := _TITLE.match(line)):
            title = found[1].strip()
    if key:
        yield key, title


def _block(file: Path, name: str) -> Iterator[Known]:
    """The keys below one key of office.yaml."""
    inside = False
    for line in file.read_text(encoding="utf-8-sig").splitlines():
        if top := _TOP.match(line):
            inside = top[1] == name
        elif inside and (found := _UNDER.match(line)):
            yield found[1], ""
