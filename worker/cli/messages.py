"""`duban messages`: the ledger. What was sent, what waits, what failed; send one again or keep one back."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow
from models.queries.pages_ledger import attempts
from models.schedules import ScheduleRow
from schedules.errors import NotFound
from schedules.states import Message
from schedules.words import phrase
from tasks.delivery.links import mask
from tasks.delivery.message_reasons import OUTCOMES, REASONS
from tasks.delivery.outcomes import Outcome
from tasks.live import current
from worker.bootstrap import Runtime, boot
from worker.cli.brake import start, stop
from worker.cli.command import Group
from worker.cli.language import N_, Option, _
from worker.cli.message_acts import hold, retry, the_number
from worker.cli.restored import drop, release
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say, table
from worker.settings import Settings

STATES = {
    Message.HELD: N_("held"),
    Message.QUEUED: N_("waiting"),
    Message.SENDING: N_("being sent"),
    Message.RETRY: N_("will be tried again"),
    Message.SENT: N_("sent"),
    Message.UNKNOWN: N_("unknown whether it arrived"),
    Message.UNVERIFIED: N_("accepted, unverified"),
    Message.FAILED: N_("failed"),
    Message.WITHDRAWN: N_("withdrawn"),
}
TITLES = (N_("no."), N_("state"), N_("recipient"), N_("channel"), N_("when"), N_("title"), N_("reason"))


@click.group("messages", cls=Group, help=N_("The ledger: what was sent, what waits, what failed."))
def messages() -> None:
    """The commands about messages."""


messages.add_command(release)
messages.add_command(drop)
messages.add_command(stop)
messages.add_command(start)


@messages.command(
    "list",
    help=N_("List messages, the newest first."),
    examples=[
        ("duban messages list --state failed", N_("what could not be sent")),
        ("duban messages list --person zhangsan --json", N_("what one person got")),
    ],
)
@click.option(
    "--state", type=click.Choice([str(each) for each in Message]), cls=Option, help=N_("only in this state")
)
@click.option("--person", metavar="ID", cls=Option, help=N_("only to this person"))
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, cls=Option, help=N_("how many")
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_messages(*, state: str | None, person: str | None, limit: int, json_: bool) -> None:
    """Print messages."""
    runtime = _runtime()
    query = _heads().order_by(MessageRow.id.desc()).limit(limit)
    query = query if state is None else query.where(MessageRow.state == state)
    query = (
        query if person is None else query.where(RecipientRow.key == person, RecipientRow.kind == "person")
    )
    with runtime.db.reading() as session:
        tz = current(session).office.tz
        found = [_shape(row, tz) for row in session.execute(query)]
    if json_:
        as_json(found)
        return
    table([_(title) for title in TITLES], [_row(item) for item in found], right=[0])


@messages.command(
    "show",
    help=N_("Show one message: its text, what it is made of, and every attempt to send it."),
    examples=[("duban messages show 17", N_("message number 17"))],
)
@the_number
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def show(*, number: int, json_: bool) -> None:
    """Print one message."""
    runtime = _runtime()
    with runtime.db.reading() as session:
        tz = current(session).office.tz
        row = session.execute(_heads().where(MessageRow.id == number)).first()
        if row is None:
            raise NotFound(phrase("there is no message {id}", id=number))
        body = mask(row.body, _("[personal link]")) if row.body else None
        found = {**_shape(row, tz), "body": body, **_parts(session, number, tz)}
    if json_:
        as_json(found)
        return
    _tell(found)


messages.add_command(retry)
messages.add_command(hold)


def _runtime() -> Runtime:
    settings = Settings.load()
    require_tables(settings)
    return boot(settings)


def _heads() -> Select[*tuple[Any, ...]]:
    reminders = (
        select(func.count())
        .where(ReminderRow.message_id == MessageRow.id, ReminderRow.withdrawn.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            MessageRow.id,
            MessageRow.state,
            MessageRow.lane,
            MessageRow.send_at,
            MessageRow.sent_at,
            MessageRow.attempt,
            MessageRow.reason,
            MessageRow.title,
            MessageRow.body,
            RecipientRow.kind,
            RecipientRow.key.label("recipient"),
            PersonRow.name,
            ChannelRow.key.label("channel"),
            reminders.label("reminders"),
        )
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
    )


def _shape(row: Any, tz: ZoneInfo) -> dict[str, Any]:
    """The JSON of one message; instants in office time."""
    return {
        "id": row.id,
        "state": row.state,
        "recipient": row.recipient,
        "name": row.name,
        "channel": row.channel,
        "lane": row.lane,
        "send_at": _local(row.send_at, tz),
        "sent_at": _local(row.sent_at, tz),
        "attempts": row.attempt,
        "reason": row.reason,
        "title": row.title,
        "reminders": row.reminders,
    }


def _parts(session: Session, number: int, tz: ZoneInfo) -> dict[str, Any]:
    """What a message carries, and what came of each attempt."""
    reminders = session.execute(
        select(
            ReminderRow.at,
            ReminderRow.withdrawn,
            ScheduleRow.key,
            OccurrenceRow.key,
            ObligationRow.part,
            PartyRow.title,
        )
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ReminderRow.message_id == number)
        .order_by(ReminderRow.at, ReminderRow.obligation_id)
    )
    notices = session.scalars(select(NoticeRow).where(NoticeRow.message_id == number))
    return {
        "carries": [
            {
                "schedule": schedule,
                "key": key,
                "part": part,
                "who": title,
                "at": _local(at, tz),
                "withdrawn": withdrawn,
            }
            for at, withdrawn, schedule, key, part, title in reminders
        ],
        "notices": [{"kind": each.kind, "key": each.key} for each in notices],
        "tries": [
            {
                "no": each.no,
                "at": _local(each.ended_at, tz),
                "channel": channel,
                "outcome": each.outcome,
                "code": each.code,
                "words": each.words,
            }
            for each, channel in attempts(session, number)
        ],
    }


def _local(at: datetime | None, tz: ZoneInfo) -> str | None:
    return at.astimezone(tz).isoformat() if at else None


def _row(item: dict[str, Any]) -> list[str]:
    at = item["sent_at"] or item["send_at"]
    return [
        str(item["id"]),
        _(STATES[Message(item["state"])]),
        item["name"] or _("the group"),
        item["channel"],
        at[:16].replace("T", " "),
        item["title"] or _("(written when it is sent)"),
        REASONS[item["reason"]].text(_) if item["reason"] in REASONS else item["reason"] or "",
    ]


def _tell(item: dict[str, Any]) -> None:
    for title, text in zip(TITLES, _row(item), strict=True):
        if text:
            say(f"{_(title)}: {text}")
    say()
    say(item["body"] or _("(written when it is sent)"))
    for part in item["carries"]:
        say(f"  · {part['schedule']} {part['key']} {part['part']} {part['who']} {part['at'][:16]}")
    for each in item["tries"]:
        say(
            _("attempt {no} ({channel}): {outcome} {code} {words}")
            .format(**{**each, "outcome": OUTCOMES[Outcome(each["outcome"])].text(_)})
            .rstrip()
        )
