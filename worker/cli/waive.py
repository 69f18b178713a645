"""`duban waive` and `duban transfer`: a duty that need not be done, and one that somebody else does."""

import click

from schedules.states import Obligation
from tasks.duties.approve import WAIVABLE
from tasks.duties.approve import waive as excuse
from tasks.duties.transfer import party_of
from tasks.duties.transfer import transfer as hand_over
from worker.cli.acting import acting
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.options import recorded_by, which_duty
from worker.cli.owed import one, owed, person_if_given
from worker.cli.terminal import say


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
@which_duty()
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it need not be done"))
@recorded_by
def waive(
    *, schedule: str, key: str | None, person: str, part: str | None, reason: str, by: str | None
) -> None:
    """Excuse, in one transaction."""
    with acting() as (session, live, now):
        found = owed(session, person, today=live.today(now), states=WAIVABLE)
        chosen = one(found, schedule=schedule, key=key, part=part)
        excuse(
            session, live, obligation_id=chosen.obligation_id, by=person_if_given(session, by), reason=reason, now=now
        )  # fmt: skip
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
@which_duty()
@click.option(
    "--to",
    "target",
    required=True,
    metavar="ID",
    cls=Option,
    help=N_("the person or unit that takes it over"),
)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it is handed over"))
@recorded_by
def transfer(
    *, schedule: str, key: str | None, person: str, part: str | None, target: str, reason: str, by: str | None
) -> None:
    """Hand over, in one transaction."""
    with acting() as (session, live, now):
        found = owed(session, person, today=live.today(now), states=(Obligation.OPEN, Obligation.WITHDRAWN))
        chosen = one(found, schedule=schedule, key=key, part=part)
        done = hand_over(
            session, live, obligation_id=chosen.obligation_id, to_party=party_of(session, live, target),
            by=person_if_given(session, by), reason=reason, now=now,
        )  # fmt: skip
    say(_("Handed over: {name}, from {was} to {now}.").format(name=chosen.name(), was=done.was, now=done.now))
