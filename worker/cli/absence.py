"""`duban absence`: who is away from when until when, and who stands in."""

from datetime import date

import click

from models.people import AbsenceRow, PersonRow
from tasks.live import current
from tasks.roster.absences import KINDS, Away, absences, add_absence, end_absence
from worker.bootstrap import boot
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import DAY, ROW, Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, recorded_by, yes_option
from worker.cli.owed import person_id, person_if_given
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say, table
from worker.clock import office_now
from worker.settings import Settings

TITLES = (N_("no."), N_("who"), N_("from"), N_("back on"), N_("kind"), N_("deputy"), N_("remark"))
KIND_WORDS = {
    "leave": N_("leave"),
    "sick": N_("sick leave"),
    "trip": N_("business trip"),
    "training": N_("away for training"),
    "other": N_("away"),
}


@click.group(
    "absence", cls=Group, help=N_("Leave and business trips: meanwhile the deputy, or the head, is told.")
)
def absence() -> None:
    """The commands about absences."""


@absence.command(
    "add",
    help=N_(
        "Record an absence. From its first day until the day before --until messages go to the deputy; without one to the head of the "
        "unit. They change back by themselves."
    ),
    examples=[
        (
            "duban absence add --person chenxia --from 2026-12-01 --until 2026-12-08 --deputy heli",
            N_("away for seven days, back on the 8th"),
        ),
        (
            "duban absence add --person liqiang --from 2026-12-01 --until 2026-12-03 --kind trip",
            N_("the head stands in"),
        ),
    ],
)
@click.option("--person", required=True, metavar="ID", cls=Option, help=N_("who is away"))
@click.option("--from", "first", type=DAY, required=True, cls=Option, help=N_("first day away"))
@click.option(
    "--until", "until", type=DAY, required=True, cls=Option, help=N_("the day on which the person is back")
)
@click.option("--deputy", metavar="ID", cls=Option, help=N_("who stands in; default: the head of the unit"))
@click.option(
    "--kind", type=click.Choice(KINDS), default="leave", cls=Option, help=N_("what kind of absence")
)
@click.option("--note", default="", metavar="TEXT", cls=Option, help=N_("a remark"))
@recorded_by
@json_option
def add(
    *, person: str, first: date, until: date, deputy: str | None, kind: str, note: str, by: str | None, json_: bool
) -> None:  # fmt: skip
    """Record it, and change the routes."""
    with acting() as (session, live, now):
        number = add_absence(
            session, live, person_id=person_id(session, person), from_on=first, until_on=until, kind=kind,
            deputy_id=person_if_given(session, deputy), remark=note, by=person_if_given(session, by),
            now=now,
        )  # fmt: skip
    if json_:
        as_json({"id": number, "person": person, "from": first.isoformat(), "until": until.isoformat()})
        return
    say(
        _("Recorded as absence no. {n}: {person}, from {first}, back on {until}.").format(
            n=number, person=person, first=first, until=until
        )
    )


@absence.command(
    "list",
    help=N_("Absences that are not over, the earliest first."),
    examples=[
        ("duban absence list", N_("now and to come")),
        ("duban absence list --person chenxia --since 2026-01-01", N_("one person, this year")),
    ],
)
@click.option("--person", metavar="ID", cls=Option, help=N_("only this person"))
@click.option("--since", type=DAY, cls=Option, help=N_("also those over since this day; default: today"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_absences(*, person: str | None, since: date | None, json_: bool) -> None:
    """Print them."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        today = current(session).today(office_now(session))
        found = absences(session, since=since or today, person_id=person_if_given(session, person))
    if json_:
        as_json([_shape(each) for each in found])
    elif found:
        table([_(title) for title in TITLES], [_row(each) for each in found])
    else:
        say(_("Nobody is away."))


@absence.command(
    "end",
    help=N_(
        "The person is back earlier, or does not go at all. Messages go to the person again. Asks first."
    ),
    examples=[
        ("duban absence end 3 --until 2026-12-04", N_("back on the 4th; asks first")),
        ("duban absence end 3 --yes", N_("back today; does not ask")),
    ],
)
@click.argument(
    "number", type=ROW, metavar="N", cls=Argument, about=N_("the number of the absence in the list")
)
@click.option(
    "--until", "until", type=DAY, cls=Option, help=N_("the day on which the person is back; default: today")
)
@recorded_by
@yes_option
@json_option
def end(*, number: int, until: date | None, by: str | None, yes: bool, json_: bool) -> None:
    """End it, and change the routes."""

    def act(context: Acting) -> tuple[str, date]:
        session, live, now = context
        back = until or live.today(now)
        end_absence(session, live, absence_id=number, until_on=back, by=person_if_given(session, by), now=now)
        person = session.get_one(PersonRow, session.get_one(AbsenceRow, number).person_id)
        return person.name, back

    _name, back = after_asking(act, _question, yes=yes)
    if json_:
        as_json({"id": number, "until": back.isoformat()})
        return
    say(_("Absence no. {n} has ended.").format(n=number))


def _question(found: tuple[str, date]) -> str:
    return _("{name} is back on {day}, and messages go to {name} again. End the absence?").format(
        name=found[0], day=found[1]
    )


def _shape(away: Away) -> dict[str, object]:
    return {
        "id": away.id,
        "person": away.person,
        "from": away.from_on.isoformat(),
        "until": away.until_on.isoformat(),
        "kind": away.kind,
        "deputy": away.deputy,
        "note": away.note,
    }


def _row(away: Away) -> list[str]:
    return [
        str(away.id), away.name, away.from_on.isoformat(), away.until_on.isoformat(), _(KIND_WORDS[away.kind]),
        away.deputy_name or _("head of the unit"), away.note,
    ]  # fmt: skip
