"""An office with a duty of each kind in a real database, driven by hand: apply, open, sweep, deliver at chosen instants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from kept import Kept
from small_office import FOUR_KINDS
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.engine import Database, connect
from models.queries.ledger import waiting
from models.schedules import OfficeStateRow
from schedules.loader import SourceFile, load
from schedules.office import OfficeSpec
from tasks.apply import apply, files_digest
from tasks.delivery.deliver import claim, record
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from tasks.live import Live, current
from tasks.open import Opened, open_due
from tasks.sweep import Swept, sweep
from tasks.wording.texts import Texts, standard
from worker.cipher import Cipher
from worker.office_files import read_folder
from worker.settings import Secret

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    """An instant from office-local text such as "2026-11-26 08:40"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def accepted(message: Outgoing) -> Result:
    """A provider that takes everything."""
    return Result(message_id=message.message_id, attempt=message.attempt, outcome=Outcome.SENT)


@dataclass
class World:
    """One office in one database; every act is its own transaction."""

    db: Database
    files: dict[str, str]
    texts: Texts
    cipher: Cipher
    kept: Kept
    sent: list[tuple[datetime, Outgoing]] = field(default_factory=list)

    def office(self) -> OfficeSpec:
        loaded = load([SourceFile(path, text.encode()) for path, text in self.files.items()])
        assert loaded.office is not None, [problem.text(str) for problem in loaded.problems]
        return loaded.office

    def apply(self, now: datetime) -> None:
        """Put the office into force; for the first time as `begin` does."""
        with self.db.reading() as session:
            first = session.scalar(select(OfficeStateRow.id)) is None
        if first:
            self._begin(now)
        else:
            self._apply(now)

    def begin(self, applied: str, *moments: str) -> None:
        """Put a fresh office into force, then let pass what happens `at` the moments. Played once in a run, then put back."""
        self._begin(local(applied), *moments)

    def _begin(self, applied: datetime, *moments: str) -> None:
        def play() -> list[tuple[datetime, Outgoing]]:
            self._apply(applied)
            for moment in moments:
                self.at(moment)
            self.db.dispose()
            return list(self.sent)

        self.db.dispose()
        self.sent[:] = self.kept.begin((files_digest(self.files), applied, moments), play)

    def _apply(self, now: datetime) -> None:
        with self.db.writing.begin() as session:
            apply(session, self.office(), self.files, by="test", now=now, cipher=self.cipher)

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Live]]:
        with self.db.writing.begin() as session:
            yield session, current(session)

    def open(self, now: datetime) -> Opened:
        with self.writing() as (session, live):
            return open_due(session, live, now=now)

    def sweep(self, now: datetime) -> Swept:
        with self.writing() as (session, live):
            return sweep(session, live, now=now)

    def deliver(self, now: datetime, answer: Callable[[Outgoing], Result] | None = None) -> list[Outgoing]:
        """Claim whatever is due and record what the provider answers: yes, unless told otherwise."""
        arrived: list[Outgoing] = []
        while True:
            with self.writing() as (session, live):
                batch = claim(session, live, self.texts, self.cipher, now=now, machine_now=now, owner="test")
                left = waiting(session, now=now)
            if not batch and not left:
                break
            with self.writing() as (session, _):
                answers = [(answer or accepted)(message) for message in batch]
                results = [
                    each for one, message in zip(answers, batch, strict=True) for each in one.of_all(message)
                ]
                record(session, results, now=now, machine_now=now)
            arrived += [each for message in batch for each in message.members]
        self.sent += [(now, message) for message in arrived]
        return arrived

    def at(self, text: str) -> list[Outgoing]:
        """Everything that happens at a moment: open, sweep, deliver; the messages that went out."""
        now = local(text)
        self.open(now)
        self.sweep(now + timedelta(milliseconds=1))
        return self.deliver(now + timedelta(milliseconds=2))


@pytest.fixture
def office_files() -> dict[str, str]:
    """The files of an office with a duty of each kind, by path."""
    return {source.path: source.data.decode() for source in read_folder(FOUR_KINDS)}


@pytest.fixture(scope="session")
def connect_once() -> Callable[[str], Database]:
    """Engines by URL: one keeps the statements it has compiled from test to test."""
    found: dict[str, Database] = {}
    return lambda url: found.setdefault(url, connect(url))


@pytest.fixture
def world(
    database_url: str, office_files: dict[str, str], kept: Kept, connect_once: Callable[[str], Database]
) -> Iterator[World]:
    """An office with a duty of each kind, not yet applied, on SQLite and on PostgreSQL."""
    db = connect_once(database_url)
    yield World(db=db, files=office_files, texts=standard(), cipher=Cipher(Secret("k" * 43)), kept=kept)
    db.dispose()


@pytest.fixture
def local_time() -> object:
    """`local("2026-11-26 08:40")`: an office-local instant."""
    return local
