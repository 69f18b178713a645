"""`duban waive` and `duban transfer`: a duty that need not be done, and one that somebody else does."""

from collections.abc import Sequence

import click
from sqlalchemy.orm import Session

from schedules.states import Obligation
from tasks.approve import WAIVABLE
from tasks.approve import waive as excuse
from tasks.live import current
from tasks.transfer import party_of
from tasks.transfer import transfer as hand_over
from worker.bootstrap import boot
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _
from worker.cli.owed import Owed, one, owed, person_id
from worker.cli.running import require_tables
from worker.cli.terminal import say
from worker.clock import office_now
from worker.settings import Settings


@click.command(
    "waive",
    cls=Command,
    help=N_("Excuse somebody from a duty, with a reason. Nobody is reminded of it any more."),
    examples=[
        (
            "duban waive half-year-review 2026-11 --person chenxia --part collect --reason 本次无问题",
            N_("a step of one unit"),
        )
    ],
)
@click.argument("schedule", metavar="SCHEDULE", cls=Argument, about=N_("id of the schedule"))
@click.argument(
    "key",
    required=False,
    metavar="[KEY]",
    cls=Argument,
    about=N_("which occurrence; not needed if one is open"),
)
@click.option(
    "--person",
    required=True,
    metavar="ID",
    cls=Option,
    help=N_("who owes it, or holds the role, or heads the unit"),
)
@click.option("--part", metavar="STEP", cls=Option, help=N_("which step, if there are several"))
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it need not be done"))
@click.option("--by", metavar="ID", cls=Option, help=N_("who records it; default: whoever is at this shell"))
def waive(
    *, schedule: str, key: str | None, person: str, part: str | None, reason: str, by: str | None
) -> None:
    """Excuse, in one transaction."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        live, now = current(session), office_now(session)
        chosen = _chosen(session, person, schedule, key, part, WAIVABLE)
        excuse(
            session, live, obligation_id=chosen.obligation_id, by=person_id(session, by) if by else None, reason=reason, now=now
        )  # fmt: skip
    runtime.nudger.nudge()
    say(_("Excused: {name}.").format(name=chosen.name()))


@click.command(
    "transfer",
    cls=Command,
    help=N_(
        "Hand an open duty over to another person or unit, with a reason. Deadline and reminders go on; the new owner is told at once."
    ),
    examples=[
        (
            "duban transfer half-year-review 2026-11 --person liqiang --part meet --to sunli --reason 岗位调整",
            N_("to a person"),
        ),
        (
            "duban transfer half-year-review 2026-11#1 --person chenxia --to 友谊社区 --reason 属地划转",
            N_("to a unit"),
        ),
    ],
)
@click.argument("schedule", metavar="SCHEDULE", cls=Argument, about=N_("id of the schedule"))
@click.argument(
    "key",
    required=False,
    metavar="[KEY]",
    cls=Argument,
    about=N_("which occurrence; not needed if one is open"),
)
@click.option(
    "--person",
    required=True,
    metavar="ID",
    cls=Option,
    help=N_("who owes it, or holds the role, or heads the unit"),
)
@click.option("--part", metavar="STEP", cls=Option, help=N_("which step, if there are several"))
@click.option(
    "--to",
    "target",
    required=True,
    metavar="ID",
    cls=Option,
    help=N_("the person or unit that takes it over"),
)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it is handed over"))
@click.option("--by", metavar="ID", cls=Option, help=N_("who records it; default: whoever is at this shell"))
def transfer(
    *, schedule: str, key: str | None, person: str, part: str | None, target: str, reason: str, by: str | None
) -> None:
    """Hand over, in one transaction."""
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        live, now = current(session), office_now(session)
        chosen = _chosen(session, person, schedule, key, part, (Obligation.OPEN, Obligation.WITHDRAWN))
        done = hand_over(
            session, live, obligation_id=chosen.obligation_id, to_party=party_of(session, live, target),
            by=person_id(session, by) if by else None, reason=reason, now=now,
        )  # fmt: skip
    runtime.nudger.nudge()
    say(_("Handed over: {name}, from {was} to {now}.").format(name=chosen.name(), was=done.was, now=done.now))


def _chosen(
    session: Session,
    person: str,
    schedule: str,
    key: str | None,
    part: str | None,
    states: Sequence[Obligation],
) -> Owed:
    today = current(session).today(office_now(session))
    return one(owed(session, person, today=today, states=states), schedule=schedule, key=key, part=part)
