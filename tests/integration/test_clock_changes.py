"""The nights on which clocks change, in a database and under the real beat: what opens and who is told, once each."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import Celery
from small_office import OFFICE, write_office
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.engine import Database
from models.messages import ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.queries.wake import next_wake
from models.schedules import ScheduleRow
from schedules.instants import instant
from schedules.loader import SourceFile, load
from tasks.apply import apply
from tasks.job_names import OPEN, SWEEP
from tasks.live import current
from tasks.open import open_due
from tasks.sweep import sweep
from worker.beat import DatabaseScheduler
from worker.cipher import Cipher
from worker.clock import office_now, step
from worker.office_files import read_folder
from worker.settings import Secret, Settings

NIGHTS = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}
WEEK = timedelta(7)
CASES = pytest.mark.parametrize(
    ("zone", "night"),
    [(zone, night) for zone, nights in NIGHTS.items() for night in nights],
    ids=lambda value: str(value).rpartition("/")[2],
)
# Every hour and twice in the night; each tells its assignee when it begins. The hours count around the night: a year of them is slow.
SCHEDULES = """\
three:
  title: 三点
  when: {cron: "0 3 * * *", opens: 1 days}
  who: {people: [zhao]}
  remind: [{on: start, time: "03:00"}]
half-past-two:
  title: 两点半
  when: {cron: "30 2 * * *", opens: 1 days}
  who: {people: [zhao]}
  remind: [{on: start, time: "02:30"}]
hourly:
  title: 每小时
  when: {cron: "0 * * * *", opens: 1 days, effective_from: FIRST, effective_to: LAST}
  who: {people: [he]}
  remind: [{before: start, by: 0 minutes}]
"""


@dataclass
class Office:
    """An office abroad that writes to people at any hour of any day."""

    db: Database
    zone: ZoneInfo
    files: dict[str, str]

    def apply(self, now: datetime) -> None:
        loaded = load([SourceFile(path, text.encode()) for path, text in self.files.items()])
        assert loaded.office is not None, [problem.text(str) for problem in loaded.problems]
        with self.db.writing.begin() as session:
            apply(session, loaded.office, self.files, by="test", now=now, cipher=Cipher(Secret("k" * 43)))
        self.at(now)

    def at(self, now: datetime) -> None:
        """What the jobs do at an instant."""
        with self.db.writing.begin() as session:
            step(session, now)
            self.run(session, OPEN)
            self.run(session, SWEEP)

    def run(self, session: Session, job: str) -> None:
        if job == OPEN:
            open_due(session, current(session), now=office_now(session))
        elif job == SWEEP:
            sweep(session, current(session), now=office_now(session))

    def begun(self, schedule: str, day: date) -> dict[str, str]:
        """When what is held on a day begins, office-local, by key."""
        with self.db.reading() as session:
            rows = session.execute(
                select(OccurrenceRow.key, OccurrenceRow.starts_at)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .where(ScheduleRow.key == schedule, OccurrenceRow.held_on == day)
                .order_by(OccurrenceRow.starts_at)
            ).all()
        return {key: at.astimezone(self.zone).isoformat() for key, at in rows if at is not None}

    def told(self, schedule: str, day: date) -> list[datetime]:
        """The instants of the reminders about what is held on a day."""
        with self.db.reading() as session:
            return list(
                session.scalars(
                    select(ReminderRow.at)
                    .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
                    .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
                    .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                    .where(ScheduleRow.key == schedule, OccurrenceRow.held_on == day)
                    .order_by(ReminderRow.at)
                )
            )

    def first(self, day: date, clock: str) -> datetime:
        return instant(day, time.fromisoformat(clock), self.zone)


Abroad = Callable[[str, date], Office]


@pytest.fixture
def abroad(database_url: str, connect_once: Callable[[str], Database], tmp_path: Path) -> Iterator[Abroad]:
    db = connect_once(database_url)

    def make(zone: str, night: date) -> Office:
        text = OFFICE.replace("Asia/Shanghai", zone).replace('"08:40", "15:00"', '"00:30", "12:00"')
        folder = write_office(
            tmp_path / "office",
            {
                "office.yaml": text.replace("mode: trial", "mode: live\nquiet: []\nrest_days: send"),
                "schedules.yaml": SCHEDULES.replace("FIRST", str(night - WEEK)).replace(
                    "LAST", str(night + WEEK)
                ),
            },
        )
        shutil.rmtree(folder / "calendar")
        files = {source.path: source.data.decode() for source in read_folder(folder)}
        return Office(db, ZoneInfo(zone), files)

    yield make
    db.dispose()


def around(night: date) -> list[date]:
    return [night + timedelta(n) for n in (-1, 0, 1)]


def check(office: Office, days: list[date]) -> None:
    """What must be there once these days have passed."""
    for day in days:
        for schedule, clock in (("three", "03:00"), ("half-past-two", "02:30")):
            at = office.first(day, clock)
            assert office.begun(schedule, day) == {day.isoformat(): at.astimezone(office.zone).isoformat()}
            assert office.told(schedule, day) == [at], "told once, at the first valid instant"
        midnight = office.first(day, "00:00")
        clocks = int((office.first(day + timedelta(1), "00:00") - midnight).total_seconds() // 1800)
        shown = {midnight + timedelta(minutes=30 * n) for n in range(clocks)}
        hours = sorted(at for at in shown if at.astimezone(office.zone).minute == 0)
        assert [datetime.fromisoformat(text) for text in office.begun("hourly", day).values()] == hours
        assert office.told("hourly", day) == hours


@CASES
def test_what_opens_over_the_night(abroad: Abroad, zone: str, night: date) -> None:
    office = abroad(zone, night)
    office.apply(office.first(night - timedelta(3), "12:00"))
    steps = [office.first(night + timedelta(n), "00:30") for n in (-2, -1)]
    steps += [office.first(night, "00:00") + timedelta(minutes=30 * n) for n in range(12)]
    steps += [office.first(night + timedelta(n), "00:30") for n in (1, 2)]
    for at in steps:
        office.at(at)

    check(office, around(night))


@CASES
def test_a_night_slept_through_opens_the_same_occurrences(abroad: Abroad, zone: str, night: date) -> None:
    """Nothing ran from the day before until the day after: what was missed opens as it would have, nothing twice."""
    office = abroad(zone, night)
    office.files["schedules.yaml"] = office.files["schedules.yaml"].replace("opens:", "missed: all, opens:")
    office.apply(office.first(night - timedelta(3), "12:00"))

    office.at(office.first(night + timedelta(3), "12:00"))

    check(office, around(night))


class Publishing(Celery):
    """Runs what beat asks for, in place of a worker."""

    def __init__(self, office: Office) -> None:
        super().__init__("test", set_as_current=False)
        self.office, self.asked = office, list[tuple[str, datetime]]()

    def send_task(self, name: str, *_args: Any, **_options: Any) -> None:  # type: ignore[override]
        with self.office.db.writing.begin() as session:
            self.asked.append((name, office_now(session)))
            self.office.run(session, name)


@pytest.mark.slow
@pytest.mark.parametrize("night", [0, 1], ids=["forward", "back"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_beat_asks_at_the_instants_of_the_night(
    abroad: Abroad, zone: str, night: int, database_url: str, redis_url: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The office clock is stepped from each instant that the database waits for to the next, as `duban demo` does."""
    monkeypatch.setattr("worker.beat.TICK_SECONDS", 0.001)
    day = NIGHTS[zone][night]
    office = abroad(zone, day)
    office.apply(office.first(day - timedelta(2), "12:00"))
    app = Publishing(office)
    settings = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path / "data"),
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_REDIS_URL": redis_url,
        }
    )
    beat = DatabaseScheduler(app, settings=settings)
    try:
        at = office.first(day - timedelta(2), "12:00")
        end = office.first(day + timedelta(1), "00:30")
        while at <= end:
            with office.db.writing.begin() as session:
                step(session, at)
            beat.tick()
            with office.db.reading() as session:
                wake = next_wake(session)
            coming = [each for each in (wake.open_at, wake.sweep_at) if each is not None and each > at]
            assert coming, "there is always a next opening"
            at = min(coming)
    finally:
        beat.close()

    check(office, [day])
    opened = [at.astimezone(office.zone) for name, at in app.asked if name == OPEN]
    assert {at.strftime("%H:%M") for at in opened[1:]} <= {"00:30", "12:00"}
