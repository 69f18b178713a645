"""What `duban doctor` looks at on the machine: settings, database, beat, ledger, Redis. Nothing is changed by looking."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.engine import connect
from models.migrate import is_newer, pending
from models.queries import measured
from models.schedules import OfficeStateRow
from tasks.delivery.unreached import LATELY
from tasks.live import current
from tasks.roster.people import sealed_with_another_key
from worker.cipher import Cipher
from worker.cli.delivery_health import of_delivery
from worker.cli.finding import Finding
from worker.cli.language import _, count
from worker.cli.process_health import of_clocks, of_processes
from worker.cli.running import database_exists
from worker.clock import office_now
from worker.errors import EdgeError
from worker.settings import LOCAL, Settings


def of_settings(settings: Settings) -> Iterator[Finding]:
    """The data folder, the secret key, and the address in links."""
    subject = _("settings")
    try:
        key = settings.secret_key.reveal()
    except (EdgeError, OSError) as error:
        what = error.what.text(_) if isinstance(error, EdgeError) else str(error)
        yield Finding(subject=subject, level="wrong", what=what)
        return
    if settings.data.exists() and settings.data.stat().st_mode & 0o077:
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("Others on this machine can open {folder}, which holds names and numbers.").format(
                folder=settings.data
            ),
            advice=_("Close it: chmod 700 {folder}").format(folder=settings.data),
        )
    if len(key) < 32:
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("DUBAN_SECRET_KEY is shorter than 32 characters."),
            advice=_("Set a random one; all old links end with that."),
        )
    else:
        yield Finding(
            subject=subject, level="fine", what=_("Data folder {folder}.").format(folder=settings.data)
        )
    if urlsplit(settings.base_url).hostname in LOCAL:
        yield Finding(
            subject=subject,
            level="note",
            what=_("Links begin with {address}, which only this machine can open.").format(
                address=settings.base_url
            ),
            advice=_("Set DUBAN_BASE_URL to an address that phones can open."),
        )


def of_database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, is migrated, and holds an office; then what its rows say."""
    subject = _("database")
    if not database_exists(settings):
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("There is no database yet."),
            advice=_("Run `duban apply` or `duban up`."),
        )
        return
    database = connect(settings.database_url)
    try:
        if is_newer(database.engine):
            yield Finding(
                subject=subject,
                level="wrong",
                what=_("The database is newer than the program."),
                advice=_("Install the newer version of duban again; this one does not touch it."),
            )
            return
        if pending(database.engine):
            yield Finding(
                subject=subject,
                level="wrong",
                what=_("The database is older than the program."),
                advice=_("Run `duban apply` or `duban up`; both bring it up to date."),
            )
            return
        yield Finding(subject=subject, level="fine", what=_("It answers and is up to date."))
        with database.reading() as session:
            yield from _of_key(session, settings)
            yield from of_processes(session)
            yield from of_clocks(session, settings)
            yield from _of_ledger(session)
            yield from of_delivery(session)
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("It does not answer: {why}.").format(why=words),
            advice=_("See whether the disk is full, and whether this user may read and write the file.")
            if settings.database_url.startswith("sqlite")
            else _("Look at DUBAN_DATABASE_URL and whether the server runs."),
        )
    finally:
        database.dispose()


def _of_key(session: Session, settings: Settings) -> Iterator[Finding]:
    """Whether the numbers on record can be opened with the secret key that is here."""
    try:
        lost = sealed_with_another_key(session, Cipher(settings.secret_key))
    except (EdgeError, OSError):  # the settings say so already
        return
    if lost:
        where = "DUBAN_SECRET_KEY" if settings.given_secret_key else str(settings.data / "secret_key")
        yield Finding(
            subject=_("secret key"),
            level="wrong",
            what=_(
                "It is another one than before: mobile numbers cannot be read, and old links do not open."
            ),
            advice=_(
                "Put the old key to {where}. If it is lost, put the roster with its numbers into force again: duban apply"
            ).format(where=where),
        )


def _of_ledger(session: Session) -> Iterator[Finding]:
    subject = _("messages")
    stopped = session.scalar(select(OfficeStateRow.sending_stopped).where(OfficeStateRow.id == 1))
    if stopped:
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("All sending is stopped."),
            advice=_("Find out why; then: duban messages start"),
        )
    counted = measured.messages(session)
    counted |= measured.troubles(session, since=office_now(session) - LATELY)
    if counted.get("failed"):
        yield Finding(
            subject=subject,
            level="wrong",
            what=count(
                _("1 message could not be sent."), _("{n} messages could not be sent."), counted["failed"]
            ),
            advice=_("See why: duban messages list --state failed. Then: duban messages retry ID."),
        )
    if counted.get("unknown"):
        yield Finding(
            subject=subject,
            level="note",
            what=count(
                _("Of 1 message nobody knows whether it arrived."),
                _("Of {n} messages nobody knows whether they arrived."),
                counted["unknown"],
            ),
            advice=_("Look: duban messages list --state unknown."),
        )
    if counted.get("held"):
        n = counted["held"]
        what = count(_("1 message waits for the clerk."), _("{n} messages wait for the clerk."), n)
        yield Finding(subject=subject, level="note", what=what, advice=_("Release them on the desk page."))
    trial = (
        session.scalar(select(OfficeStateRow.version_id).where(OfficeStateRow.id == 1))
        and current(session).trial
    )
    if trial:
        yield Finding(
            subject=subject,
            level="note",
            what=_("Trial: every message goes to the clerk."),
            advice=_("When all is right: duban go-live."),
        )
