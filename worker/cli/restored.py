"""`duban messages release` and `drop`: what a restore holds, since it may have gone out before."""

import click

from tasks.delivery.restored import drop_all, release_all, waiting
from tasks.live import current
from worker.bootstrap import Runtime, boot
from worker.cli.command import Command
from worker.cli.language import N_, Option, _, count
from worker.cli.options import json_option, yes_option
from worker.cli.running import require_tables, who
from worker.cli.terminal import agreed, as_json, say
from worker.clock import office_now
from worker.settings import Settings


@click.command(
    "release",
    cls=Command,
    help=N_(
        "Send what a restore holds: everything that was due before it and that may have gone out already."
    ),
    examples=[
        ("duban messages release --restored", N_("asks first")),
        ("duban messages release --restored --yes", N_("does not ask")),
    ],
)
@click.option("--restored", is_flag=True, required=True, cls=Option, help=N_("what a restore holds"))
@yes_option
@json_option
def release(*, restored: bool, yes: bool, json_: bool) -> None:
    """Ask, then queue all."""
    runtime = _asked(
        _("1 message may reach its reader a second time. Send it?"),
        _("{n} messages may reach their readers a second time. Send them?"),
        yes=yes,
        json_=json_,
    )
    if runtime is None:
        return
    with runtime.db.writing.begin() as session:
        n = release_all(session, current(session), by=who(), now=office_now(session))
    runtime.nudger.nudge()
    if json_:
        as_json({"messages": n})
        return
    say(count(_("1 message will be sent."), _("{n} messages will be sent."), n))


@click.command(
    "drop",
    cls=Command,
    help=N_(
        "Never send what a restore holds, because it went out before. The messages stay in the ledger as withdrawn."
    ),
    examples=[
        ("duban messages drop --restored", N_("asks first")),
        ("duban messages drop --restored --yes", N_("does not ask")),
    ],
)
@click.option("--restored", is_flag=True, required=True, cls=Option, help=N_("what a restore holds"))
@yes_option
@json_option
def drop(*, restored: bool, yes: bool, json_: bool) -> None:
    """Ask, then withdraw all."""
    runtime = _asked(
        _("1 message will never be sent. Drop it?"),
        _("{n} messages will never be sent. Drop them?"),
        yes=yes,
        json_=json_,
    )
    if runtime is None:
        return
    with runtime.db.writing.begin() as session:
        n = drop_all(session, by=who(), now=office_now(session))
    if json_:
        as_json({"messages": n})
        return
    say(count(_("1 message dropped."), _("{n} messages dropped."), n))


def _asked(one: str, many: str, *, yes: bool, json_: bool) -> Runtime | None:
    """The runtime after the question was answered; None where a restore holds nothing."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        n = waiting(session).messages
    if not n:
        if json_:
            as_json({"messages": 0})
        else:
            say(_("No message is held since a restore."))
        return None
    agreed(count(one, many, n), yes=yes)
    return runtime
