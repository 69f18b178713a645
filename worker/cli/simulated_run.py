"""One run of `duban simulate`: plays the days on a database that is thrown away, and tells a person or a program about them."""

import gc
import secrets
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime, time, timedelta
from types import FrameType
from typing import Any

from sqlalchemy import event

from models.engine import Database, connect
from models.migrate import upgrade
from schedules.office import OfficeSpec
from tasks.live import current as in_force
from tasks.simulation.counted import Counted
from tasks.simulation.course import Step, left_open, steps_of
from tasks.simulation.findings import Finding, findings
from tasks.simulation.simulate import People, Stage
from tasks.simulation.simulate import simulate as play
from tasks.wording.texts import Texts
from worker.cipher import Cipher
from worker.cli.language import _, current
from worker.cli.simulated_days import Timeline, named
from worker.cli.simulated_end import Tallies, finding_data, tell_findings, tell_totals, totals_data
from worker.cli.terminal import Refuse, as_json, progress, watched
from worker.cli.terminal import Step as Bar
from worker.settings import Secret

ONE_DAY = timedelta(days=1)


class Teller:
    """Told about a simulation as it goes on; prints it."""

    def told(self, record: Mapping[str, Any]) -> None:
        """A message."""

    def day(self, day: date, steps: Sequence[Step]) -> None:
        """A day is over."""

    def end(self, run: "Run", left: Sequence[Step], found: Sequence[Finding]) -> None:
        """All days are over."""


class Days(Teller):
    """For people."""

    def __init__(self, office: OfficeSpec, *, full: bool) -> None:
        self._timeline, self._full = Timeline(office, full=full), full
        self._messages: list[Mapping[str, Any]] = []

    def told(self, record: Mapping[str, Any]) -> None:
        """Keep it for the evening."""
        self._messages.append(record)

    def day(self, day: date, steps: Sequence[Step]) -> None:
        """Print it, with its messages."""
        self._timeline.day(day, steps, self._messages)
        self._messages = []

    def end(self, run: "Run", left: Sequence[Step], found: Sequence[Finding]) -> None:
        """Print totals, notes and warnings."""
        self._timeline.rest()
        tell_totals(run.office, run.counted, run.tallies, run.first, run.last, full=self._full)
        tell_findings(found, full=self._full)


class Lines(Teller):
    """For programs: the messages, and everything else if it is to be full."""

    def __init__(self, *, full: bool) -> None:
        self._full = full

    def told(self, record: Mapping[str, Any]) -> None:
        """Print it."""
        as_json({**record, "kind": "message"}, indent=None)

    def day(self, day: date, steps: Sequence[Step]) -> None:
        """Print what became of duties."""
        for each in steps if self._full else ():
            as_json(each.data(), indent=None)

    def end(self, run: "Run", left: Sequence[Step], found: Sequence[Finding]) -> None:
        """Print what is left, notes, warnings and totals."""
        if not self._full:
            return
        for each in left:
            as_json(each.data(), indent=None)
        for one in found:
            as_json(finding_data(one), indent=None)
        as_json(totals_data(run.counted, run.tallies, run.first, run.last), indent=None)


class Run:
    """One simulation. `over`: the last day that is over, None before the first is."""

    def __init__(self, office: OfficeSpec, first: date, last: date, teller: Teller) -> None:
        self.office, self.first, self.last = office, first, last
        self.counted = Counted(office, datetime.combine(first, time(), tzinfo=office.tz))
        self.tallies = Tallies()
        self.over: date | None = None
        self.stopping = False
        self._teller = teller

    def play(self, files: dict[str, str], people: Callable[[Cipher], People | None]) -> None:
        """Play all days, and tell."""
        # Rows by the hundred thousand and next to no cycles: looking for those after every 700 objects takes a tenth of the time.
        gc.freeze()
        gc.set_threshold(50_000)
        cipher = Cipher(Secret(secrets.token_hex(32)))
        with _database() as database:
            stage = Stage(db=database, texts=Texts.load(current()), cipher=cipher, gettext=_)
            with _bar() as bar:
                self._days(stage, files, people(cipher), bar)
            with database.reading() as session:
                live = in_force(session)
                left = left_open(session, self.last)
                self.tallies.add(left)
                found = findings(session, live, self.counted, self.first, self.last)
            self._teller.end(self, left, found)

    def _days(self, stage: Stage, files: dict[str, str], people: People | None, bar: Bar) -> None:
        start, end = (
            datetime.combine(day, time(), tzinfo=self.office.tz).astimezone(UTC)
            for day in (self.first, self.last + ONE_DAY)
        )
        days = (self.last - self.first).days + 1

        def over(session: Any, live: Any, first: date, last: date) -> None:
            steps = steps_of(session, live, first, last)
            self.tallies.add(steps)
            self.over = last
            for n in range((last - first).days + 1):
                day = first + n * ONE_DAY
                self._teller.day(day, [each for each in steps if each.day == day])
            bar((last - self.first).days + 1, days, last.isoformat())
            self._go_on()

        for told in play(stage, self.office, files, start=start, end=end, people=people, over=over):
            self.counted.add(told)
            self._teller.told(told)
            self._go_on()

    def _go_on(self) -> None:
        if self.stopping:
            raise Stopped


def _bar() -> AbstractContextManager[Bar]:
    """A bar where the days go into a file; at a terminal the days themselves show how far it is."""
    return nullcontext(lambda done, total, what="": None) if watched() else progress(_("simulating"))


@contextmanager
def _database() -> Iterator[Database]:
    """An empty database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="duban-") as folder:
        url = f"sqlite:///{folder}/simulation.sqlite3"
        upgrade(url)
        database = connect(url)
        event.listen(database.engine, "connect", _forgetful)
        try:
            yield database
        finally:
            database.dispose()


def _forgetful(dbapi_connection: Any, _record: object) -> None:
    """Nothing here needs to survive a power cut."""
    dbapi_connection.execute("PRAGMA synchronous=OFF")


class Stopped(Exception):
    """Somebody ended it with Ctrl-C."""


@contextmanager
def ended_by_ctrl_c(run: Run) -> Iterator[None]:
    """Ctrl-C and SIGTERM end a simulation between two messages, and it says how far it came. A second one ends it at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if run.stopping:
            signal.default_int_handler(number, frame)
        run.stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Stopped:
        far = _("It came up to {day}.").format(day=named(run.over)) if run.over else _("No day was over yet.")
        said = _("Stopped. {far} Nothing was sent and nothing was changed; the days after that are missing.")
        raise Refuse(said.format(far=far)) from None
    finally:
        for number, former in before.items():
            signal.signal(number, former)
