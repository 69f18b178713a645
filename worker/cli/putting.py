"""Putting an office into force from a terminal: what was looked at, the question, and doing exactly that."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from schedules.errors import Refused
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from schedules.words import phrase
from tasks.apply import Applied, Cause, Fate, Plan, still_open
from tasks.apply import apply as put_into_force
from tasks.apply import plan as compare
from tasks.applying.compare import in_force
from tasks.applying.history import Version, require_no_rollback, rollback_in_force, undone
from tasks.applying.shown import OTHER, fingerprint
from tasks.roster.people import Cipher
from worker.bootstrap import boot
from worker.cli.language import _
from worker.cli.office_folder import folder_of
from worker.cli.running import who
from worker.cli.terminal import Refuse, agreed, confirmed, progress
from worker.clock import office_now
from worker.office_files import read_folder
from worker.settings import Settings

FOLDER = Cause()
LONGEST_NOTE = 400  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A plan as it is shown. `version`: the one in force, 0 for none; `rollback`: the one that runs, if one does; `undone`: the version
    with these very files that it went back from.
    """

    plan: Plan
    fingerprint: str
    version: int
    rollback: Version | None = None
    undone: int | None = None


def look(session: Session, spec: OfficeSpec, texts: Mapping[str, str], cipher: Cipher) -> Seen:
    """Compare an office with what is in force."""
    found = compare(session, spec, texts, cipher=cipher)
    rollback = rollback_in_force(session)
    was = in_force(session)
    return Seen(
        plan=found,
        fingerprint=fingerprint(session, found, texts),
        version=was.id if was else 0,
        rollback=rollback,
        undone=undone(session, rollback, texts) if rollback else None,
    )


def require_plan(seen: Seen, given: str | None) -> None:
    """Raise Refused if another plan than the one named would be done."""
    if given is not None and given.strip().lower() != seen.fingerprint:
        raise Refused(OTHER)


def require_fate(seen: Seen, close: Fate | None) -> None:
    """Raise Refused if nobody said what becomes of the open duties of removed schedules."""
    if seen.plan.open_of_removed and close is None:
        raise Refused(still_open(seen.plan))


def ask(seen: Seen, *, yes: bool, harm: str | None = None) -> None:
    """The question before it is done: a script is asked only before harm, a person always. `harm`: what else is harmful, as a question."""
    if harm or seen.plan.takes_away:
        agreed(harm or _("This takes something away. Do it?"), yes=yes)
    elif not yes and sys.stdin.isatty() and not confirmed(_("Put this into force?"), default=True):
        raise Refuse(_("Nothing was changed."))


def require_same_files(office: Path | None, files: Sequence[SourceFile]) -> None:
    """Raise Refuse if the folder is no longer what was read and shown."""
    if read_folder(folder_of(office)) != list(files):
        raise Refuse(
            _("The office's files were changed meanwhile; nothing was changed. Look at the plan once more.")
        )


def do_apply(
    spec: OfficeSpec,
    texts: Mapping[str, str],
    settings: Settings,
    *,
    removed: Fate | None,
    shown: str | None = None,
    cause: Cause = FOLDER,
    over_rollback: bool = False,
) -> Applied:
    """Put an office into force in one transaction, and wake the running processes.

    Raise Refused if it is no longer the plan that was `shown`, or while a rollback runs, unless that is meant.
    """
    runtime = boot(settings)
    with progress(_("putting into force")), runtime.db.writing.begin() as session:
        if not over_rollback:
            require_no_rollback(session)
        now = office_now(session)
        done = put_into_force(
            session, spec, texts, by=who(), now=now, cipher=runtime.cipher, removed=removed, shown=shown, cause=cause
        )  # fmt: skip
    runtime.nudger.nudge()
    return done


def note_of(text: str | None) -> str | None:
    """A note as it is kept: one line. Raise Refused if it is too long."""
    words = " ".join((text or "").split())
    if len(words) > LONGEST_NOTE:
        raise Refused(phrase("a note has at most {most} characters", most=LONGEST_NOTE))
    return words or None
