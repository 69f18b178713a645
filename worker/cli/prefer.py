"""`duban people prefer`: how somebody is reminded, in the person's own order of channels and at the person's own time of day."""

from datetime import time

import click
from sqlalchemy.orm import Session

from models.people import PersonRow
from tasks.live import Live
from tasks.roster.preferences import Preference, preference_of
from tasks.roster.preferences import prefer as write
from worker.cli.acting import acting
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, recorded_by
from worker.cli.owed import person_id, person_if_given
from worker.cli.terminal import as_json, say


def _clock(_ctx: click.Context, _param: click.Parameter, value: str | None) -> time | None:
    if value is None:
        return None
    try:
        hour, minute = value.replace("：", ":").split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise click.BadParameter(
            _("'{value}' is no time of day; write one like 15:00").format(value=value)
        ) from None


@click.command(
    "prefer",
    cls=Command,
    help=N_(
        "How somebody is reminded: the order in which the office's channels are tried, and the time of day of what is not urgent. "
        "Every channel stays a fall-back; what must be reminded of, is urgent or would come too late keeps the office's time. "
        "Without an option only shows it."
    ),
    examples=[
        ("duban people prefer liqiang", N_("as it is now")),
        (
            "duban people prefer liqiang --channels mail --at 15:00",
            N_("by mail first, once a day in the afternoon"),
        ),
        ("duban people prefer liqiang --reset", N_("as the office decides")),
    ],
)
@click.argument("person", metavar="ID", cls=Argument, about=N_("who is reminded"))
@click.option(
    "--channels", metavar="IDS", cls=Option, help=N_("channels of the office, first to last: app,mail")
)
@click.option(
    "--at",
    "clock",
    metavar="HH:MM",
    callback=_clock,
    cls=Option,
    help=N_("a half hour outside quiet hours, or a sending time of the office"),
)
@click.option("--reset", is_flag=True, cls=Option, help=N_("forget it all"))
@recorded_by
@json_option
def prefer(
    *, person: str, channels: str | None, clock: time | None, reset: bool, by: str | None, json_: bool
) -> None:
    """Write it, in one transaction; what is not named stays as it is."""
    if reset and (channels is not None or clock is not None):
        raise click.UsageError(_("--reset stands alone"))
    with acting() as (session, live, now):
        identity = person_id(session, person)
        found = _now(session, live, identity)
        if reset or channels is not None or clock is not None:
            wished = _keys(channels) if channels is not None else list(found.channels)
            found = write(
                session, live, person_id=identity, channels=None if reset else wished,
                at=None if reset else clock or found.at, by=person_if_given(session, by), now=now,
            )  # fmt: skip
    if json_:
        as_json({"person": person, "channels": list(found.ways), "at": f"{found.at:%H:%M}" if found.at else None})  # fmt: skip
        return
    say(
        _("Channels, first to last: {channels}").format(
            channels=", ".join(found.ways) or _("none, told on paper")
        )
    )
    say(
        _("What is not urgent: at {at}").format(at=f"{found.at:%H:%M}")
        if found.at
        else _("What is not urgent: at the times of the office")
    )


def _now(session: Session, live: Live, identity: int) -> Preference:
    return preference_of(session, live, session.get_one(PersonRow, identity))


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.replace("，", ",").split(",") if key.strip()]
