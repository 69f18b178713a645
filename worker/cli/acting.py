"""The edge of every command that changes something: one transaction, the office in force, the office's time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from tasks.live import Live, current
from worker.bootstrap import boot
from worker.cli.running import require_tables
from worker.cli.terminal import agreed
from worker.clock import office_now
from worker.settings import Settings

Result = TypeVar("Result")


class Acting(NamedTuple):
    """An open transaction, the office in force, and its time, aware."""

    session: Session
    live: Live
    now: datetime


@contextmanager
def acting() -> Iterator[Acting]:
    """Open the transaction of a command; once it is committed beat is nudged. Raise a click error if the tables are missing."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        yield Acting(session, current(session), office_now(session))
    runtime.nudger.nudge()


@contextmanager
def _trying() -> Iterator[Acting]:
    """The same transaction, rolled back at the end: whatever was done in it was only tried."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.writing() as session:
        yield Acting(session, current(session), office_now(session))
        session.rollback()


def after_asking(act: Callable[[Acting], Result], question: Callable[[Result], str], *, yes: bool) -> Result:
    """Do something harmful in one transaction, once a person has agreed to what comes of it.

    Unless it is to be done without asking, it is tried first, so that a refusal comes before the question and the question can say what
    it will do; no transaction is open while somebody thinks. Raise Refuse if the answer is no, or nobody is there to give one.
    """
    if not yes:
        with _trying() as context:
            asked = question(act(context))
        agreed(asked, yes=False)
    with acting() as context:
        return act(context)
