"""What a summary says, and when its figures are too old to go out as they were drafted."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, PersonRow
from schedules.instants import instant
from schedules.words import phrase
from tasks.delivery.payloads import Contact, RankingMessage, Rendered, SummaryMessage
from tasks.delivery.privacy import others_read
from tasks.live import Live
from tasks.reporting.overdue import OverdueReport, overdue
from tasks.reporting.ranking import Ranking
from tasks.wording.texts import Texts

KIND = "summary"
RANK = "rank"  # in its data: the first day of the month by which units are ranked
VIA = "via"  # in the data of a summary's notice: in whose place it is read
FRESH = timedelta(days=3)  # from a draft on Friday to its sending on Monday


def is_empty(report: OverdueReport) -> bool:
    """Whether there is nothing to tell: nothing late, nothing soon due, nobody unreached."""
    return not (report.items or report.coming or report.unreached)


def names_cases(report: OverdueReport) -> bool:
    """Whether something of class `case` is among what is told."""
    told = (*report.items, *report.coming, *([report.next] if report.next else []))
    return any(item.privacy == "case" for item in told)


def written(
    live: Live, texts: Texts, report: OverdueReport, reader: PersonRow, *, send_at: datetime, released: bool,
    overheard: bool,
) -> Rendered:  # fmt: skip
    """The text to one reader; `released`: the clerk stands for it; `overheard`: others read it too.

    Causes are asked for until the end of the day it goes out.
    """
    contact = _contact(live)
    day = send_at.astimezone(live.office.tz).date()
    message = SummaryMessage(
        report=report, recipient_name=reader.name, tz=live.office.tz, contact=contact,
        answer_by=instant(day, live.office.file.day_ends, live.office.tz), released_by=contact.person if released else "",
        overheard=overheard,
    )  # fmt: skip
    return texts.message(message, reader.lang or live.office.file.language)


def ranked(live: Live, texts: Texts, found: Ranking, reader: PersonRow, *, released: bool) -> Rendered:
    """The ranking of a month to one reader; `released`: the clerk stands for it."""
    contact = _contact(live)
    message = RankingMessage(
        ranking=found, tz=live.office.tz, contact=contact, released_by=contact.person if released else ""
    )
    return texts.message(message, reader.lang or live.office.file.language)


def stale(session: Session, live: Live, message: MessageRow, *, now: datetime) -> OverdueReport | None:
    """The figures of now for a summary that was drafted longer ago than over a weekend; None while its own may stand.

    A holiday between draft and sending, or a late release, would tell days late that are wrong by as many days. A month that is
    over, by which units are ranked, stands.
    """
    drafted = _drafted(session, message)
    if drafted is None or RANK in drafted.data or not _is_old(live, drafted, now=now):
        return None
    report = overdue(session, live, now=now)
    keys = set(drafted.data["units"])
    return report.under({unit.unit_id for unit in report.units if unit.key in keys and unit.unit_id})


def over(session: Session, live: Live, message: MessageRow, *, now: datetime) -> bool:
    """Whether everything a summary told was settled before it went out."""
    report, drafted = stale(session, live, message, now=now), _drafted(session, message)
    return report is not None and drafted is not None and is_empty(report) and not drafted.data.get("empty")


def up_to_date(
    session: Session,
    live: Live,
    texts: Texts,
    message: MessageRow,
    reader: PersonRow | None,
    *,
    now: datetime,
) -> tuple[str, str]:
    """Title and body as they are to go out now: as they were drafted, or with the figures of now."""
    drafted = (_drafted(session, message) or NoticeRow(data={})).data
    report = stale(session, live, message, now=now)
    title, body = message.title or "", message.body or ""
    if report is not None and reader is not None:
        released = drafted.get("release", True)
        text = written(
            live, texts, report, reader, send_at=max(message.send_at, now), released=released,
            overheard=others_read(live, session.get_one(ChannelRow, message.channel_id)),
        )  # fmt: skip
        title, body = text.title, text.body
    if VIA in drafted and reader is not None:
        gettext = texts.gettext(reader.lang or live.office.file.language)
        instead = phrase("In place of {name}:", name=drafted[VIA]).text(gettext)
        body = body if body.startswith(instead) else f"{instead}\n{body}"
    return title, body


def _drafted(session: Session, message: MessageRow) -> NoticeRow | None:
    query = select(NoticeRow).where(NoticeRow.message_id == message.id, NoticeRow.kind == KIND)
    return session.scalars(query).first()


def _is_old(live: Live, drafted: NoticeRow, *, now: datetime) -> bool:
    as_of = datetime.fromisoformat(drafted.data["as_of"])
    return live.today(now) - live.today(as_of) > FRESH


def _contact(live: Live) -> Contact:
    contact = live.office.file.contact
    if contact is None:
        return Contact()
    known = next(
        (person.name for person in live.office.people if person.id == contact.person), contact.person
    )
    return Contact(person=known, phone=contact.phone)
