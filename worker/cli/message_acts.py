"""`duban messages retry` and `hold`: send a message again, or keep one back."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import PersonRow, RecipientRow
from schedules.states import Message
from tasks.delivery.resend import keep_back, send_again
from worker.cli.acting import Acting, after_asking
from worker.cli.command import ROW, Argument, Command
from worker.cli.language import N_, _
from worker.cli.options import json_option, yes_option
from worker.cli.running import who
from worker.cli.terminal import as_json, say

the_number = click.argument(
    "number", type=ROW, metavar="ID", cls=Argument, about=N_("the number of the message in `duban messages list`")
)  # fmt: skip


@click.command(
    "retry",
    cls=Command,
    help=N_("Send a message again that failed, or of which nobody knows whether it arrived."),
    examples=[
        ("duban messages retry 17", N_("message number 17; asks first")),
        ("duban messages retry 17 --yes", N_("does not ask")),
    ],
)
@the_number
@yes_option
@json_option
def retry(*, number: int, yes: bool, json_: bool) -> None:
    """Queue a message again."""

    def act(context: Acting) -> tuple[Message, str]:
        state = send_again(context.session, message_id=number, by=who(), now=context.now)
        return state, _to_whom(context.session, number)

    state, _reader = after_asking(
        act,
        lambda found: _(
            "Message {id} goes to {who} once more, who may have read it already. Send it again?"
        ).format(id=number, who=found[1]),
        yes=yes,
    )
    if json_:
        as_json({"id": number, "state": state})
        return
    text = (
        _("Message {id} will be sent.")
        if state is Message.QUEUED
        else _("Message {id} goes with the next one.")
    )
    say(text.format(id=number))


@click.command(
    "hold",
    cls=Command,
    help=N_("Keep a message back that waits to be sent, until the clerk releases it."),
    examples=[
        ("duban messages hold 17", N_("message number 17; asks first")),
        ("duban messages hold 17 --yes", N_("does not ask")),
    ],
)
@the_number
@yes_option
@json_option
def hold(*, number: int, yes: bool, json_: bool) -> None:
    """Hold a message."""

    def act(context: Acting) -> tuple[Message, str]:
        state = keep_back(context.session, message_id=number, by=who(), now=context.now)
        return state, _to_whom(context.session, number)

    state, _reader = after_asking(
        act,
        lambda found: _(
            "Message {id} does not reach {who} until somebody releases it at the desk. Hold it?"
        ).format(id=number, who=found[1]),
        yes=yes,
    )
    if json_:
        as_json({"id": number, "state": state})
        return
    say(_("Message {id} is held; it waits for release.").format(id=number))


def _to_whom(session: Session, number: int) -> str:
    """The name of the reader, for a question."""
    query = (
        select(PersonRow.name)
        .join(RecipientRow, RecipientRow.person_id == PersonRow.id)
        .join(MessageRow, MessageRow.recipient_id == RecipientRow.id)
        .where(MessageRow.id == number)
    )
    return session.scalar(query) or _("the group")
