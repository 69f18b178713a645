"""`duban channels`: the ways to reach people, how each stands, and a real message to try one."""

from dataclasses import asdict
from typing import Any

import click

from schedules.channel_urls import scheme_of
from tasks.catalogs import translations
from tasks.delivery.channels import ACCEPTED, ChannelState, states, tested, trial_message
from tasks.delivery.message_reasons import OUTCOMES
from tasks.delivery.outcomes import Result
from tasks.delivery.outgoing import Outgoing
from tasks.live import current
from worker.bootstrap import Runtime, boot
from worker.cli.channel_words import kind_of, state_of, used_by
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.running import require_tables, who
from worker.cli.terminal import Refuse, agreed, as_json, plain, say, table
from worker.clock import machine_now, monotonic, office_now
from worker.limits import DEFAULTS
from worker.senders import LEASE, sender_for
from worker.settings import Settings

TITLES = (N_("channel"), N_("kind"), N_("state"), N_("limits"), N_("who is told there"))


@click.group(
    "channels", cls=Group, help=N_("The ways to reach people: how each stands, and a message to try one.")
)
def channels() -> None:
    """The commands about channels."""


@channels.command(
    "list",
    help=N_("List the channels of the office in force."),
    examples=[("duban channels list", N_("all channels, and what is wrong with one that stopped"))],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_channels(*, json_: bool) -> None:
    """Print every channel."""
    runtime = _runtime()
    with runtime.db.reading() as session:
        live = current(session)
        found = states(session, live)
    tz = live.office.tz
    if json_:
        as_json(
            [
                {
                    **asdict(each),
                    "kind": kind_of(each.url),
                    "limits": _limits(each),
                    "broken_at": each.broken_at.astimezone(tz).isoformat() if each.broken_at else None,
                }
                for each in found
            ]
        )
        return
    rows = [
        (each.key, kind_of(each.url), state_of(each, tz), _(", ").join(_limits(each)) or "—", used_by(each))
        for each in found
    ]
    table([_(title) for title in TITLES], rows)


def _limits(channel: ChannelState) -> tuple[str, ...]:
    """The office's, else the provider's."""
    return channel.limits if channel.limits is not None else DEFAULTS.get(scheme_of(channel.url), ())


@channels.command(
    "test",
    help=N_(
        "Send one real test message and print what the provider answers. A channel that had been stopped works again if the "
        "test is accepted. Exit code 1 if it is not accepted."
    ),
    examples=[
        ("duban channels test sms --to zhangsan", N_("a message to one person")),
        ("duban channels test group", N_("a message to the whole group; asks first")),
        ("duban channels test group --yes --json", N_("does not ask; for other programs")),
    ],
)
@click.argument("key", metavar="CHANNEL", cls=Argument, about=N_("a channel of office.yaml"))
@click.option("--to", metavar="PERSON", cls=Option, help=N_("to whom: an id of the roster, or a name"))
@click.option("--yes", is_flag=True, cls=Option, help=N_("do not ask"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def test(*, key: str, to: str | None, yes: bool, json_: bool) -> None:
    """Send, say what came of it, and open a stopped channel again."""
    runtime = _runtime()
    with runtime.db.reading() as session:
        live = current(session)
        gettext = translations(live.office.file.language).gettext
        message = trial_message(
            session, live, runtime.cipher, gettext, channel=key, to=to, number=int(machine_now().timestamp())
        )
        now = office_now(session)
    _announce(message, yes=yes, quiet=json_)
    begun = monotonic()
    result = sender_for(runtime).send(message, now=now, lease_until=machine_now() + LEASE)
    seconds = round(monotonic() - begun, 2)
    with runtime.db.writing.begin() as session:
        again = tested(
            session,
            current(session),
            result,
            channel=key,
            to=message.link_person,
            by=who(),
            now=office_now(session),
        )
    accepted = result.outcome in ACCEPTED
    if json_:
        as_json(_shape(message, result, seconds=seconds, again=again))
    else:
        _tell(result, seconds=seconds, again=again)
    if not accepted:
        raise Refuse("" if json_ else _("The test was not accepted."))


def _announce(message: Outgoing, *, yes: bool, quiet: bool) -> None:
    """Say to whom it goes; ask before a whole group reads it."""
    kind = kind_of(message.channel_url)
    if message.is_group:
        agreed(
            _("Everybody in the group of channel '{key}' ({kind}) will read the test. Send it?").format(
                key=message.channel_key, kind=kind
            ),
            yes=yes,
        )
    elif not quiet:
        say(
            _("A test goes to {name} ({id}) on channel '{key}' ({kind}).").format(
                name=plain(message.recipient_name),
                id=message.recipient_key,
                key=message.channel_key,
                kind=kind,
            )
        )


def _tell(result: Result, *, seconds: float, again: bool) -> None:
    said = " ".join(part for part in (result.code, result.words) if part)
    say(
        _("{outcome} ({seconds} s)").format(outcome=OUTCOMES[result.outcome].text(_), seconds=seconds)
        + (_(": {words}").format(words=plain(said)) if said else "")
    )
    if result.retry_after:
        say(_("It may be tried again in {n} s.").format(n=result.retry_after))
    if again:
        say(_("The channel had been stopped; it works again."))


def _shape(message: Outgoing, result: Result, *, seconds: float, again: bool) -> dict[str, Any]:
    """The JSON of one test."""
    return {
        "channel": message.channel_key,
        "to": None if message.is_group else message.recipient_key,
        "outcome": result.outcome,
        "accepted": result.outcome in ACCEPTED,
        "code": result.code,
        "words": result.words,
        "retry_after": result.retry_after,
        "seconds": seconds,
        "works_again": again,
    }


def _runtime() -> Runtime:
    settings = Settings.load()
    require_tables(settings)
    return boot(settings)
