"""Certificates that other systems record, the ledger of messages that they read, and the client itself."""

from sqlalchemy import select

from models.access import ApiClientRow
from models.queries import listing
from schedules.errors import Refused
from schedules.fields import read_key
from schedules.office import Credential as Certificate
from schedules.words import phrase
from tasks.delivery.message_reasons import REASONS
from tasks.roster.people import refresh_members, write_credentials
from worker.api.again import Answer
from worker.api.duties import given
from worker.api.operation import Call, told
from worker.api.paging import after, next_link
from worker.api.shapes_read import Me, MessageLine, MessageQuery, Page
from worker.api.shapes_write import Credential, CredentialRecorded


def me(call: Call) -> Answer:
    """Who asks, and what it may do."""
    row = call.session.scalars(
        select(ApiClientRow).where(ApiClientRow.key == call.client.partition(":")[2])
    ).one()
    shape = Me(
        client=row.key, title=row.title, scopes=list(row.scopes), until=row.until_on, office=call.live.office.file.title,
        now=call.shown(call.now),
    )  # fmt: skip
    return told(200, shape)


def credential(call: Call) -> Answer:
    """Record a certificate as an import does, with what follows for open renewals: 201, or 200 if it stood so already."""
    sent: Credential = call.body
    kind, number = _name("kind", sent.kind), _name("number", sent.number)
    holder = call.live.office.person(sent.holder) if call.live.office.has_person(sent.holder) else None
    if holder is None or holder.left_on is not None:
        raise Refused(
            phrase("there is no person '{person}' in the roster", person=sent.holder), field="holder"
        )
    if sent.expires_on < sent.issued_on:
        what = phrase(
            "it expires on {expiry}, before it was issued on {issued}",
            expiry=sent.expires_on,
            issued=sent.issued_on,
        )
        raise Refused(what, field="expires_on")
    values = sent.model_dump() | {"kind": kind, "number": number}
    today = call.live.today(call.now)
    written = write_credentials(
        call.session, [Certificate(**values)], actor=call.client, now=call.now, today=today
    )
    if written:  # who may handle a case is asked in the next moment already
        refresh_members(call.session, call.live.office, now=call.now)
    shape = CredentialRecorded(**values, days_left=(sent.expires_on - today).days, again=not written)
    return told(201 if written else 200, shape)


def _name(field: str, value: str) -> str:
    try:
        return read_key(value)
    except ValueError as error:
        raise Refused(phrase("'{found}' is not a name", found=value[:40]), field=field) from error


def messages(call: Call) -> Answer:
    """A page of the ledger, the newest first. What a message says, and what a provider answered, is not told."""
    query: MessageQuery = call.query
    rows = listing.messages(
        call.session, state=query.state, person=query.person, since=query.since, before=after(query.cursor), limit=query.limit + 1
    )  # fmt: skip
    items = [
        MessageLine(
            id=row.id, state=row.state, recipient=row.recipient, name=row.name, channel=row.channel, lane=row.lane,
            send_at=call.shown(row.send_at), sent_at=call.shown(row.sent_at) if row.sent_at else None, attempts=row.attempt,
            reason=row.reason if row.reason in REASONS else None, reminders=row.reminders,
        )
        for row in rows[: query.limit]
    ]  # fmt: skip
    more = next_link("/api/v1/messages", given(query), items[-1].id) if len(rows) > query.limit else None
    return told(200, Page[MessageLine](items=items, next=more))
