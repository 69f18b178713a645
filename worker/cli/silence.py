"""`duban silence`: leave everybody alone with one schedule, or one person alone, for a while, with a reason and an end."""

from datetime import date

import click

from tasks.live import current
from tasks.roster.silences import Silence, add_silence, end_silence, silences
from worker.bootstrap import boot
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import DAY, ROW, Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, recorded_by, yes_option
from worker.cli.owed import person_if_given
from worker.cli.running import require_tables, who
from worker.cli.terminal import as_json, say, table
from worker.clock import office_now
from worker.settings import Settings

TITLES = (N_("no."), N_("what is silent"), N_("from"), N_("again from"), N_("reason"), N_("by"))


@click.group(
    "silence",
    cls=Group,
    help=N_("Silences: for a while nobody is reminded of something, or somebody of nothing. Each has a reason and an end."),
)  # fmt: skip
def silence() -> None:
    """The commands about silences."""


@silence.command(
    "add",
    help=N_(
        "Begin a silence today. With --schedule nobody is reminded of it, those who supervise neither; with --person this person is told "
        "nothing, those who supervise are; with both, this person nothing of that. Ladders go on: what falls into it is not made up for."
    ),
    examples=[
        (
            "duban silence add --schedule weekly-report --until 2026-12-10 --reason 系统迁移，周报暂停",
            N_("nobody is reminded of it"),
        ),
        (
            "duban silence add --person chenxia --until 2026-12-08 --reason 家中有事，已当面说好",
            N_("she is told nothing for a while"),
        ),
    ],
)
@click.option(
    "--schedule",
    metavar="SCHEDULE",
    cls=Option,
    help=N_("id of the schedule, or of an entry with for_each: then all of its schedules"),
)
@click.option("--person", metavar="ID", cls=Option, help=N_("who is left alone"))
@click.option(
    "--until",
    type=DAY,
    required=True,
    cls=Option,
    help=N_("the first day on which reminders go out again; at most 60 days away"),
)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it is silent"))
@recorded_by
@json_option
def add(
    *, schedule: str | None, person: str | None, until: date, reason: str, by: str | None, json_: bool
) -> None:
    """Begin it, in one transaction."""
    with acting() as (session, live, now):
        added = add_silence(
            session, live, schedule=schedule, person_id=person_if_given(session, person), until=until, reason=reason,
            by=person_if_given(session, by), now=now, how=who(),
        )  # fmt: skip
    if json_:
        as_json({"ids": added.ids, "until": until.isoformat(), "obligatory": added.obligatory})
        return
    for number in added.ids:
        say(
            _("Silent as no. {n}: {what}, again from {until}.").format(
                n=number, what=" ".join(filter(None, (schedule, person))), until=until.isoformat()
            )
        )
    if added.obligatory:
        say(
            _("It covers what the office must remind of: {titles}.").format(
                titles=_(", ").join(added.obligatory)
            )
        )


@silence.command(
    "list",
    help=N_("The silences that run, the first to end first."),
    examples=[
        ("duban silence list", N_("who is left alone with what, and until when")),
        ("duban silence list --json", N_("for other programs")),
    ],
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_silences(*, json_: bool) -> None:
    """Print them."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live = current(session)
        found = silences(session, live, today=live.today(office_now(session)))
    if json_:
        as_json([each.to_json() for each in found])
    elif found:
        table([_(title) for title in TITLES], [_row(each) for each in found])
    else:
        say(_("Nothing is silent."))


@silence.command(
    "end",
    help=N_("End a silence before its day; reminders go out again at once. Asks first."),
    examples=[
        ("duban silence end 3", N_("the silence with that number in the list")),
        ("duban silence end 3 --yes", N_("does not ask")),
    ],
)
@click.argument("number", type=ROW, metavar="N", cls=Argument, about=N_("the number of the silence in the list"))  # fmt: skip
@recorded_by
@yes_option
@json_option
def end(*, number: int, by: str | None, yes: bool, json_: bool) -> None:
    """End it, in one transaction."""

    def act(context: Acting) -> str:
        session, live, now = context
        running = silences(session, live, today=live.today(now))
        end_silence(session, live, silence_id=number, by=person_if_given(session, by), now=now, how=who())
        return "".join(each.what.text(_) for each in running if each.id == number)

    after_asking(act, _question, yes=yes)
    if json_:
        as_json({"id": number, "state": "ended"})
        return
    say(_("Silence no. {n} has ended.").format(n=number))


def _question(what: str) -> str:
    return _("{what}: reminders go out again at once. End the silence?").format(what=what)


def _row(each: Silence) -> list[str]:
    return [
        str(each.id), each.what.text(_), each.since.isoformat(), each.until.isoformat(), each.reason, each.author,
    ]  # fmt: skip
