"""What `duban doctor` looks at in the office's files: working days, channels, how people are reached, the roster."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from models.engine import connect
from schedules.calendar import WorkCalendar
from schedules.channel_urls import OWN, scheme_of
from schedules.channels import unreached
from schedules.office import OfficeSpec
from tasks.applying.compare import in_force, same_files
from tasks.delivery.outgoing import Outgoing
from worker.channels.address import NoAddress, check, fill, mask
from worker.channels.registry import fault
from worker.channels.send import quiet_loggers
from worker.cli.finding import Finding
from worker.cli.language import _, count
from worker.cli.reach_health import of_reach
from worker.cli.running import database_exists
from worker.cli.unreached_words import sentences
from worker.errors import EdgeError
from worker.office_files import read_folder
from worker.settings import Settings
from worker.tables import as_texts
from worker.vitals import calendar_level


def of_calendar(calendar: WorkCalendar, today: date) -> Iterator[Finding]:
    """How far the announced working days reach."""
    subject = _("working days")
    missing = calendar.missing_years(today.year)
    last, level = calendar.last_announced, calendar_level(calendar, today)
    if level == "wrong":
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("No holiday notice for {years}; deadlines there are only provisional.").format(
                years=", ".join(map(str, missing))
            ),
            advice=_("Import the notice: duban calendar import FILE --yes"),
        )
    elif level == "note":
        yield Finding(
            subject=subject,
            level="note",
            what=_("Valid to {day}; next year's deadlines are provisional.").format(day=last),
            advice=_(
                "The State Council announces the holidays between the end of October and early December; then: "
                "duban calendar import FILE --yes"
            ),
        )
    else:
        yield Finding(subject=subject, level="fine", what=_("Valid to {day}.").format(day=last))


def of_force(settings: Settings, folder: Path) -> Iterator[Finding]:
    """Whether the folder holds what is in force; `duban up` and `duban apply` put into force what it holds."""
    if not database_exists(settings):
        return
    database = connect(settings.database_url)
    try:
        with database.reading() as session:
            was = in_force(session)
            differs = was is not None and not same_files(was, as_texts(read_folder(folder)))
    except (EdgeError, SQLAlchemyError):  # said elsewhere
        return
    finally:
        database.dispose()
    if differs:
        yield Finding(
            subject=_("files"),
            level="note",
            what=_("What {folder} holds is not what is in force.").format(folder=folder),
            advice=_(
                "See what would change: duban plan {folder}. `duban up` and `duban apply` put it into force."
            ).format(folder=folder),
        )


def of_channels(office: OfficeSpec, settings: Settings) -> Iterator[Finding]:
    """Whether every channel can be addressed, and which level of reach the office has."""
    quiet_loggers()
    wrong = False
    for key, channel in office.file.channels.items():
        try:
            enabled = office.file.schemes
            check(channel.url, key, enabled=enabled)
            address = fill(_sample(key, channel.url, group=channel.group), settings.secret, enabled=enabled)
            why = fault(address.url)
        except (NoAddress, EdgeError) as error:
            why = what = error.what.text(_)
        else:
            what = _("The address of channel '{channel}' cannot be read.").format(channel=key)
            what += f" ({mask(why, address.private)})" if why else ""
        if why is not None:
            wrong = True
            yield Finding(
                subject=_("channels"),
                level="wrong",
                what=what,
                advice=_("Correct its url in office.yaml, or set the secret."),
            )
        elif scheme_of(channel.url) not in OWN:
            yield Finding(
                subject=_("channels"),
                level="note",
                what=_(
                    "What '{channel}' answers is not read here; its messages count as accepted, unverified."
                ).format(channel=key),
                advice=_("See whether one arrives: duban channels test {channel}").format(channel=key),
            )
    if not wrong:
        names = _(", ").join(office.file.channels)
        yield Finding(
            subject=_("channels"), level="fine", what=_("All can be addressed: {names}.").format(names=names)
        )
    yield of_reach(office, settings)


def _sample(key: str, url: str, *, group: bool) -> Outgoing:
    return Outgoing(
        message_id=0,
        attempt=0,
        recipient_key="sample",
        recipient_name="sample",
        channel_key=key,
        channel_url=url,
        is_group=group,
        lang="zh_CN",
        title="",
        body="",
        mobile="13800000000",
        wecom_id="sample",
        email="sample@example.com",
        link_person=None,
        link_obligation=None,
        trial_for=None,
    )


def of_roster(office: OfficeSpec) -> Iterator[Finding]:
    """Who cannot be reached, and which roles nobody holds."""
    subject = _("roster")
    here = [person for person in office.people if person.left_on is None]
    found = unreached(office)
    for sentence in sentences(found):
        yield Finding(
            subject=subject,
            level="wrong",
            what=sentence,
            advice=_("Complete the roster: duban people import FILE."),
        )
    empty = [role.title for key, role in office.file.roles.items() if not office.holders(key)]
    if empty:
        yield Finding(
            subject=subject,
            level="wrong",
            what=_("Nobody holds: {roles}.").format(roles=", ".join(empty)),
            advice=_("Give somebody the role in the roster, or take the role out of office.yaml."),
        )
    if not found and not empty:
        what = count(_("1 person, can be reached."), _("{n} people, all can be reached."), len(here))
        yield Finding(subject=subject, level="fine", what=what)
