"""`duban sign-in`: a link that signs somebody in to the pages of supervisors, for an office that writes to nobody."""

import click
from sqlalchemy import select

from models.people import PersonRow
from tasks.audit import note
from tasks.roster.rights import rights_of
from worker.bootstrap import boot
from worker.cli.acting import acting
from worker.cli.command import Argument, Command
from worker.cli.language import N_, _
from worker.cli.options import json_option
from worker.cli.running import who
from worker.cli.terminal import Refuse, as_json, say
from worker.cli.up import clerk_of
from worker.clock import machine_now
from worker.settings import Settings


@click.command(
    "sign-in",
    cls=Command,
    help=N_("Print a link that signs in to the pages: once, within 24 hours. Whoever has it is taken for that person."),
    examples=[
        ("duban sign-in", N_("for the clerk")),
        ("duban sign-in chenxia", N_("for somebody who heads or supervises a unit")),
    ],
)  # fmt: skip
@click.argument("person", required=False, metavar="[ID]", cls=Argument, about=N_("id of the roster; not needed for the clerk"))  # fmt: skip
@json_option
def sign_in(*, person: str | None, json_: bool) -> None:
    """Make the link; that it was made is noted."""
    with acting() as (session, live, now):
        row = (
            session.scalar(select(PersonRow).where(PersonRow.key == person)) if person else clerk_of(session)
        )
        if row is None:
            raise Refuse(_("nobody in the roster has the id '{id}'").format(id=person or "—"))
        if rights_of(session, live, row.id, today=live.today(now)) is None:
            raise Refuse(
                _("{name} heads or supervises no unit; a slip or a message opens their own duties").format(
                    name=row.name
                )
            )
        note(session, actor=who(), act="link", subject_kind="person", subject_id=row.id, at=now)
    link = boot(Settings.load()).tokens.sign_in_link(row.id, machine_now())
    if json_:
        as_json({"id": row.key, "name": row.name, "link": link})
        return
    say(_("{name}, once, within 24 hours: {link}").format(name=row.name, link=link))
