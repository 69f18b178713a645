"""`duban requests`: what people ask of the desk, and the decision on it: longer terms, duties handed back or over, leave."""

import click

from tasks.duties.requests import Asked, Decided, decide, waiting
from tasks.duties.transfer import party_of
from tasks.live import current
from worker.bootstrap import boot
from worker.cli.acting import acting
from worker.cli.command import Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import recorded_by
from worker.cli.owed import person_if_given
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say, table
from worker.settings import Settings

KINDS = {
    "extension": N_("longer term"),
    "return": N_("handed back"),
    "transfer": N_("handed over"),
    "leave": N_("leave"),
}
TITLES = (
    N_("no."),
    N_("what"),
    N_("who asks"),
    N_("duty"),
    N_("due"),
    N_("wanted"),
    N_("reason"),
    N_("decides"),
)
the_number = click.argument(
    "number", metavar="N", cls=Argument, about=N_("the number of the request in the list: x3, h5, l12-7")
)
json_option = click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))


@click.group(
    "requests",
    cls=Group,
    help=N_("Requests that wait for the desk: longer terms, duties handed back or over, leave. Deciding here is deciding there."),
)  # fmt: skip
def requests() -> None:
    """The commands about requests."""


@requests.command(
    "list",
    help=N_("What was asked for and is not decided, the oldest first."),
    examples=[
        ("duban requests list", N_("everything")),
        ("duban requests list --kind leave --json", N_("leave only, for other programs")),
    ],
)
@click.option("--kind", type=click.Choice(list(KINDS)), cls=Option, help=N_("only these"))
@json_option
def list_requests(*, kind: str | None, json_: bool) -> None:
    """Print them."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        found = [each for each in waiting(session, current(session)) if kind in (None, each.kind)]
    if json_:
        as_json([to_json(each) for each in found])
    elif found:
        table([_(title) for title in TITLES], [_row(each) for each in found])
    else:
        say(_("Nothing is asked for."))


@requests.command(
    "grant",
    help=N_(
        "Grant a request. A duty that is handed back needs --to or --waive. What was granted before stays so, and is said again."
    ),
    examples=[
        ("duban requests grant x3", N_("a longer term, or leave")),
        ("duban requests grant h5 --reason 按分工调整", N_("a transfer that the colleague agreed to")),
        ("duban requests grant h6 --to 友谊社区", N_("a duty handed back: somebody else does it")),
        ("duban requests grant h6 --waive --reason 本次不涉及", N_("a duty handed back: nobody need do it")),
    ],
)
@the_number
@click.option("--reason", default="", metavar="TEXT", cls=Option, help=N_("words that whoever asked reads"))
@click.option(
    "--to",
    "target",
    metavar="ID",
    cls=Option,
    help=N_("the person or unit that is to do what was handed back"),
)
@click.option(
    "--waive", is_flag=True, cls=Option, help=N_("what was handed back need not be done by anybody")
)
@recorded_by
@json_option
def grant(*, number: str, reason: str, target: str | None, waive: bool, by: str | None, json_: bool) -> None:
    """Grant, in one transaction."""
    with acting() as (session, live, now):
        done = decide(
            session, live, number=number, grant=True, words=reason, to_party=party_of(session, live, target) if target else None,
            waive=waive, by=person_if_given(session, by), now=now,
        )  # fmt: skip
    _tell(done, json_=json_)


@requests.command(
    "refuse",
    help=N_("Refuse a request, with a reason that whoever asked reads. What was refused before stays so, and is said again."),
    examples=[("duban requests refuse x3 --reason 材料已齐，可按期办结", N_("a longer term"))],
)  # fmt: skip
@the_number
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why; whoever asked reads it"))
@recorded_by
@json_option
def refuse(*, number: str, reason: str, by: str | None, json_: bool) -> None:
    """Refuse, in one transaction."""
    with acting() as (session, live, now):
        done = decide(
            session, live, number=number, grant=False, words=reason, by=person_if_given(session, by), now=now
        )
    _tell(done, json_=json_)


def _tell(done: Decided, *, json_: bool) -> None:
    each = done.request
    if json_:
        as_json({**to_json(each), "before": done.before})
        return
    if done.before:
        sentence = (
            _("{number} was granted before; nothing was changed.")
            if each.given
            else _("{number} was refused before; nothing was changed.")
        )
    else:
        sentence = (
            _("Granted: {what} of {name}, {title}. Whoever asked is told.")
            if each.given
            else _("Refused: {what} of {name}, {title}. Whoever asked is told.")
        )
    say(
        sentence.format(
            number=each.number,
            what=_(KINDS[each.kind]),
            name=each.asker or _("somebody"),
            title=each.title.text(_),
        )
    )


def _row(each: Asked) -> list[str]:
    wanted = each.until.isoformat() if each.until else each.to
    return [
        each.number, _(KINDS[each.kind]), each.asker, each.title.text(_), each.due_on.isoformat() if each.due_on else "", wanted,
        each.reason, each.waits.text(_) if each.waits else "",
    ]  # fmt: skip


def to_json(each: Asked) -> dict[str, object]:
    """A request for other programs; days as 2026-11-23, instants with their zone."""
    return {
        "number": each.number, "kind": each.kind, "obligation": each.obligation_id, "title": each.title.text(_), "asker": each.asker,
        "due_on": each.due_on.isoformat() if each.due_on else None, "until": each.until.isoformat() if each.until else None,
        "to": each.to or None, "reason": each.reason, "asked_at": each.asked_at.isoformat(),
        "waits": each.waits.text(_) if each.waits else None, "state": each.state, "words": each.words,
        "decided_at": each.decided_at.isoformat() if each.decided_at else None,
    }  # fmt: skip
