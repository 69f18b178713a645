"""A backup, more days of the office, a restore: nothing that went out before goes out again unless somebody says so."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from integration.conftest import World, local
from servers import find_postgresql, upgrade
from sqlalchemy import select

from models.engine import connect
from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import AuditRow, ObligationRow, OccurrenceRow, RungNameRow
from models.people import PartyRow, RecipientRow
from models.schedules import ScheduleRow
from schedules.loader import SourceFile, load
from schedules.office import OfficeSpec
from tasks.delivery.restored import drop_all, release_all, waiting
from tasks.live import current
from tasks.wording.texts import standard
from worker.backups import bundle, make, restore
from worker.backups.restore import Quiet, Restored
from worker.cipher import Cipher
from worker.clock import machine_now
from worker.settings import Secret, Settings

pytestmark = pytest.mark.slow
BEFORE = ("2026-11-23 09:00", "2026-11-25 08:40", "2026-11-26 08:40", "2026-11-26 15:00")
BETWEEN = ("2026-11-27 08:40", "2026-11-27 15:00", "2026-11-30 08:40", "2026-11-30 15:00", "2026-12-01 08:40")
RESTORED_AT = "2026-12-01 12:10"
AFTER = ("2026-12-01 15:00", "2026-12-02 08:40", "2026-12-02 15:00", "2026-12-03 08:40")


@dataclass
class Office:
    """An office of its own, which may lose its database."""

    settings: Settings
    files: dict[str, str]

    def spec(self) -> OfficeSpec:
        found = load([SourceFile(path, text.encode()) for path, text in self.files.items()]).office
        assert found is not None
        return found

    def days(self, *moments: str, told: list[str], first: bool = False) -> None:
        """Let moments pass; add what reached whom to `told`, each as one line that means the same in every database."""
        world = World(
            db=connect(self.settings.database_url), files=self.files, texts=standard(), cipher=Cipher(Secret("k" * 43)),
            kept=None,  # type: ignore[arg-type]
        )  # fmt: skip
        try:
            if first:
                world._apply(local(moments[0]))
            for moment in moments:
                numbers = {message.message_id for message in world.at(moment)}
                with world.db.reading() as session:
                    told += said(session, numbers)
        finally:
            world.db.dispose()

    def backup(self, folder: Path) -> Path:
        return make.make(
            self.settings, make.Wish(folder=folder), now=machine_now(), progress=lambda *_: None
        ).file  # fmt: skip

    def restore(self, file: Path, *, at: str, before: datetime | None = None, stamp: str = "1") -> Restored:
        with bundle.opened(file) as reader:
            restore.look(self.settings, reader)
            restore.require_rest(self.settings)
            return restore.restore(
                self.settings, reader, folder=self.settings.office, stamp=stamp,
                quiet=Quiet(by="test", before=before, clock=lambda _session: local(at)),
                progress=lambda *_: None,
            )  # fmt: skip


def said(session, numbers) -> list[str]:
    """Every rung and notice in these messages, by names that do not depend on the database's numbers."""
    rungs = (
        select(ScheduleRow.key, OccurrenceRow.key, ObligationRow.part, PartyRow.key, RungNameRow.key, ReminderRow.epoch, RecipientRow.key)
        .select_from(ReminderRow)
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(RungNameRow, RungNameRow.id == ReminderRow.name_id)
        .join(RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
        .where(ReminderRow.message_id.in_(numbers), ReminderRow.withdrawn.is_(None))
    )  # fmt: skip
    notices = (
        select(NoticeRow.kind, NoticeRow.key, RecipientRow.key)
        .join(RecipientRow, RecipientRow.id == NoticeRow.recipient_id)
        .where(NoticeRow.message_id.in_(numbers))
    )
    return [" ".join(map(str, row)) for query in (rungs, notices) for row in session.execute(query)]


@pytest.fixture
def office(empty_database_url: str, office_files: dict[str, str], tmp_path: Path) -> Office:
    upgrade(empty_database_url)
    programs = find_postgresql()
    if programs is not None and not (programs / "pg_dump").is_file():
        programs = None  # a folder of links to the server alone
    settings = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path / "data"), "DUBAN_DATABASE_URL": empty_database_url, "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_POSTGRESQL_PROGRAMS": str(programs or ""),
        }
    )  # fmt: skip
    settings.prepare()
    return Office(settings, office_files)


def twice(told: list[str]) -> list[str]:
    return [line for line, n in Counter(told).items() if n > 1]


def test_nothing_goes_out_twice_whether_the_backup_knows_of_it_or_not(office: Office, tmp_path: Path) -> None:
    told: list[str] = []
    office.days(*BEFORE, told=told, first=True)
    known = len(told)
    file = office.backup(tmp_path / "backups")
    office.days(*BETWEEN, told=told)
    unknown = len(told) - known
    assert known, "the days before the backup say nothing"
    assert unknown, "the days after it say nothing"

    done = office.restore(file, at=RESTORED_AT)
    office.days(*AFTER, told=told)

    assert done.held.messages, "nothing was held"
    assert len(told) > known + unknown, "the office fell silent"
    assert twice(told) == []


def test_without_holding_the_same_days_would_send_twice(office: Office, tmp_path: Path) -> None:
    told: list[str] = []
    office.days(*BEFORE, told=told, first=True)
    file = office.backup(tmp_path / "backups")
    office.days(*BETWEEN, told=told)

    office.restore(file, at=RESTORED_AT, before=local(BEFORE[-1]))
    office.days(*AFTER, told=told)

    assert twice(told), "--quiet-before the backup itself sends again what came due after it"


def test_what_is_held_goes_out_when_it_is_released_and_never_when_it_is_dropped(
    office: Office, tmp_path: Path
) -> None:
    told: list[str] = []
    office.days(*BEFORE, told=told, first=True)
    file = office.backup(tmp_path / "backups")
    office.days(*BETWEEN, told=told)
    gone_out = set(told)
    office.restore(file, at=RESTORED_AT)

    database = connect(office.settings.database_url)
    with database.writing.begin() as session:
        found = waiting(session).messages
        assert release_all(session, current(session), by="test", now=local(RESTORED_AT)) == found > 0
        assert waiting(session).messages == 0
    database.dispose()
    office.days("2026-12-01 15:00", told=told)
    assert twice(told), "what was released did not go out"

    office.restore(file, at=RESTORED_AT, stamp="2")
    with database.writing.begin() as session:
        assert drop_all(session, by="test", now=local(RESTORED_AT)) == found
        assert waiting(session).messages == 0
        states = set(session.scalars(select(MessageRow.state).where(MessageRow.reason == "restored")))
        acts = set(session.scalars(select(AuditRow.act)))
    database.dispose()
    assert states == {"withdrawn"}
    assert {"restore", "drop-restored"} <= acts
    again: list[str] = []
    office.days(*AFTER, told=again)
    assert again
    assert not set(again) & gone_out
