"""A district with years behind it: a million obligations, written set by set so that it takes a minute and not a day.

2,000 people in 60 units; Friday study with attendance, a weekly report of each person, a monthly one of each unit, 60 hours a year,
certificates. Nearly everything is done, about one in a hundred is open, some of that late.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from models.engine import Database
from models.obligations import OccurrenceRow
from models.people import CredentialRow
from models.schedules import OfficeStateRow, ScheduleRow
from schedules.loader import SourceFile, load
from tasks.apply import apply
from worker.cipher import Cipher
from worker.settings import Secret

PEOPLE, UNITS = 2000, 60
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 5, tzinfo=ZONE)
FIRST_YEAR = 2022
OFFICE = """
title: 测试区
timezone: Asia/Shanghai
day_ends: "18:00"
sending: ["08:40"]
start_on: 2022-01-01
units:
{units}
roles: {{staff: {{title: 工作人员}}, clerk: {{title: 督办员}}, officer: {{title: 执法人员}}}}
posts: {{leader: {{title: 主要领导, person: p1}}}}
channels: {{personal: {{url: "outbox://{{id}}", quiet: exempt}}}}
reach: {{people: personal}}
"""
SCHEDULES = """
friday-study:
  title: 周五集中学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  record: {by: {role: clerk}, within: 1 workday}
  remind: [{after: recorded, by: 0 days, to: absent}]
weekly-report:
  title: 一周工作小结
  when: {weekly: 周五}
  who: {roles: [staff]}
  remind: [{after: due, by: 1 workday}]
monthly-report:
  title: 月度报表
  when: {monthly: 25}
  who: {units: [sections]}
  remind: [{after: due, by: 1 workday}]
training:
  title: 年度培训
  when: {cycle: calendar-year}
  who: {roles: [officer]}
  done: {sum: hours, reach: 60}
  remind: [{before: due, by: 20 workdays}]
certificate:
  title: 换证
  when: {expiry: enforcement, opens: 180 days before}
  who: {holder: true}
  done: {credential: later-expiry}
  remind: [{before: expiry, by: 30 days}]
"""
HEAD = "p2"  # of the first unit; p1 leads the whole office

# Who did what is decided by a number that mixes person and occurrence: the same in every run, on both databases.
MIX = "((p.id * 7919 + c.id * 10477) % 1000)"
OPEN = f"(c.due_on >= :today OR (c.due_on >= :lately AND {MIX} < 100))"
DAY = {"sqlite": "date(c.due_on, {n} || ' days')", "postgresql": "(c.due_on + CAST({n} AS integer))"}
COLUMNS = (
    "occurrence_id, part, party_id, state, due_on, due_at, soon_on, opened_at, done_on, closed_at, mark,"
    " progress, target, next_no, next_at"
)


def office_files() -> dict[str, str]:
    """The files of the office."""
    units = ["  sections: {title: 科室}"]
    units += [
        f"  u{n}: {{title: 第{n}科, parent: sections, kind: section, head: p{n + 1}, leader: p1}}"
        for n in range(1, UNITS + 1)
    ]
    rows = ["工号,姓名,单位,职务,角色,标签,手机号,企业微信,邮箱,入职日期"]
    for n in range(1, PEOPLE + 1):
        roles = ["工作人员", *(["督办员"] if n == 70 else []), *(["执法人员"] if n % 4 == 0 else [])]
        unit = n - 1 if 1 < n <= UNITS + 1 else n % UNITS + 1
        rows.append(f"p{n},职工{n},第{unit}科,,{'、'.join(roles)},,,,,")
    folder = Path(__file__).parents[1] / "schedules/office/calendar"
    years = {
        f"calendar/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))
    }
    return {
        "office.yaml": OFFICE.format(units="\n".join(units)),
        "duties.yaml": SCHEDULES,
        "people.csv": "\n".join(rows) + "\n",
        **years,
    }


def fill(db: Database) -> int:
    """Apply the office and write its years; return how many obligations there are."""
    files = office_files()
    loaded = load([SourceFile(path, content.encode()) for path, content in files.items()])
    if loaded.office is None:
        raise SystemExit("; ".join(problem.text(str) for problem in loaded.problems))
    with db.writing.begin() as session:
        apply(
            session,
            loaded.office,
            files,
            by="bench",
            now=NOW.astimezone(UTC),
            cipher=Cipher(Secret("b" * 43)),
        )
        session.get_one(OfficeStateRow, 1).stepped_at = NOW.astimezone(UTC)
    with db.writing.begin() as session:
        _occurrences(session)
    with db.writing.begin() as session:
        _obligations(session.connection())
        _certificates(session)
    with db.reading() as session:
        return int(session.execute(text("SELECT count(*) FROM obligation")).scalar_one())


def _days(year: int, weekday: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        if day.weekday() == weekday:
            yield day
        day += timedelta(days=1)


def _occurrences(session: Session) -> None:
    schedules = {row.key: row for row in session.query(ScheduleRow)}
    rows = []

    def one(schedule: str, held: date, due: date | None, key: str, at: datetime | None = None) -> None:
        row = schedules[schedule]
        closed = due is not None and due < TODAY - timedelta(days=60)
        begun = datetime.combine(held - timedelta(days=14), datetime.min.time(), ZONE)
        rows.append({"schedule_id": row.id, "key": key, "version_id": row.live_version_id, "title": row.title, "held_on": held,
                     "starts_at": at, "opens_at": begun, "due_on": due, "state": "closed" if closed else "open",
                     "fields": {}, "provisional": False})  # fmt: skip

    for year in range(FIRST_YEAR, TODAY.year + 1):
        for friday in _days(year, 4):
            if friday <= TODAY + timedelta(days=7):
                start = datetime.combine(friday, datetime.min.time(), ZONE) + timedelta(hours=15)
                one("friday-study", friday, friday + timedelta(days=14), friday.isoformat(), start)
            if friday <= TODAY + timedelta(days=26):
                one("weekly-report", friday, friday, friday.isoformat())
        for month in range(1, 13):
            if (year, month) <= (TODAY.year, TODAY.month):
                one("monthly-report", date(year, month, 25), date(year, month, 25), f"{year}-{month:02d}")
        one("training", date(year, 1, 1), date(year, 12, 31), str(year))
    session.execute(insert(OccurrenceRow), rows)


def _obligations(connection: Connection) -> None:
    """Each schedule's duties in one statement."""
    day = DAY[connection.dialect.name]
    values = {"today": TODAY.isoformat(), "lately": (TODAY - timedelta(days=40)).isoformat()}
    done_on = f"CASE WHEN {OPEN} THEN NULL WHEN {MIX} < 150 THEN {day.format(n='3')} ELSE {day.format(n=f'-({MIX} % 5)')} END"
    owed = f"CASE WHEN {OPEN} THEN 'open' ELSE 'done' END, c.due_on, c.due_at, {day.format(n='-3')}, c.opens_at, {done_on}"
    for schedule, who in (
        ("weekly-report", "p.kind = 'person'"), ("monthly-report", "p.kind = 'unit' AND p.key <> 'sections'"),
    ):  # fmt: skip
        _insert(connection, f"c.id, '', p.id, {owed}, c.opens_at, NULL, 0, NULL", schedule, who, values)
    absent, held = f"{MIX} < 25", "c.held_on < :today"
    made_up = f"CASE WHEN {absent} AND c.due_on < :today THEN {day.format(n='-4')} WHEN {held} AND NOT {absent} THEN c.held_on END"
    _insert(
        connection,
        f"c.id, 'make_up', p.id, CASE WHEN NOT {held} THEN 'expected' WHEN {absent} AND c.due_on >= :today THEN 'open' ELSE 'done' END,"
        f" CASE WHEN {held} AND {absent} THEN c.due_on END, NULL, CASE WHEN {held} AND {absent} THEN {day.format(n='-3')} END,"
        f" c.opens_at, {made_up}, NULL, CASE WHEN NOT {held} THEN NULL WHEN {absent} THEN 'absent' ELSE 'present' END, 0, NULL",
        "friday-study", "p.kind = 'person'", values,
    )  # fmt: skip
    recorded = "CASE WHEN c.held_on < :today THEN 'done' ELSE 'open' END"
    _insert(
        connection,
        f"c.id, 'record', p.id, {recorded}, {day.format(n='-11')}, NULL, NULL, c.opens_at, CASE WHEN {held} THEN c.held_on END,"
        " NULL, NULL, 0, NULL",
        "friday-study", "p.kind = 'role' AND p.key = 'clerk'", values,
    )  # fmt: skip
    over = "CASE WHEN c.due_on < :today THEN 'done' ELSE 'open' END"
    _insert(
        connection,
        f"c.id, '', p.id, {over}, c.due_on, NULL, {day.format(n='-10')}, c.opens_at, CASE WHEN c.due_on < :today THEN c.due_on END, NULL,"
        f" NULL, 3600 + 100 * ({MIX} % 30), 6000",
        "training", "p.kind = 'person' AND p.id % 4 = 0", values,
    )  # fmt: skip


def _insert(connection: Connection, chosen: str, schedule: str, who: str, values: dict[str, str]) -> None:
    cast = {"postgresql": "CAST(:{} AS date)"}.get(connection.dialect.name, ":{}")
    for name in values:
        chosen = chosen.replace(f":{name}", cast.format(name))
    statement = (
        f"INSERT INTO obligation ({COLUMNS}, epoch, provisional) SELECT {chosen}, NULL, NULL, 0, "
        f"{'false' if connection.dialect.name == 'postgresql' else '0'}"
        f" FROM occurrence c JOIN schedule s ON s.id = c.schedule_id CROSS JOIN party p WHERE s.key = :schedule AND {who}"
    )
    used = {name: value for name, value in values.items() if name in chosen}
    connection.execute(text(statement), {"schedule": schedule, **used})


def _certificates(session: Session) -> None:
    people = session.execute(text("SELECT id FROM person ORDER BY id")).scalars().all()
    session.execute(
        insert(CredentialRow),
        [
            {"kind": "enforcement", "number": f"N{n}", "holder_id": n, "issued_on": date(2022, 1, 1), "issuer": "", "state": "valid",
             "type": "first", "expires_on": TODAY + timedelta(days=(n * 37) % 2000 - 5)}
            for n in people if n % 4 == 0
        ],
    )  # fmt: skip
