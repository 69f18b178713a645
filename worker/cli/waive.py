"""`duban waive` and `duban transfer`: a duty that need not be done, and one that somebody else does."""

import click

from schedules.states import Obligation
from schedules.words import Words
from tasks.duties.approve import WAIVABLE
from tasks.duties.approve import waive as excuse
from tasks.duties.transfer import party_of
from tasks.duties.transfer import transfer as hand_over
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, recorded_by, which_duty, yes_option
from worker.cli.owed import Owed, in_words, one, owed, person_if_given
from worker.cli.terminal import as_json, say


@click.command(
    "waive",
    cls=Command,
    help=N_(
        "Excuse somebody from a duty, with a reason. Nobody is reminded of it any more. Says what it is and asks first."
    ),
    examples=[
        (
            "duban waive half-year-review 2026-11 --person chenxia --part collect --reason 本次无问题",
            N_("a step of one unit"),
        ),
        (
            "duban waive half-year-review 2026-11 --person chenxia --part collect --reason 本次无问题 --yes",
            N_("does not ask"),
        ),
    ],
)
@which_duty()
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it need not be done"))
@recorded_by
@yes_option
@json_option
def waive(
    *, schedule: str, key: str | None, person: str, part: str | None, reason: str, by: str | None, yes: bool, json_: bool
) -> None:  # fmt: skip
    """Excuse, in one transaction."""

    def act(context: Acting) -> tuple[Owed, Words]:
        session, live, now = context
        found = owed(session, person, today=live.today(now), states=WAIVABLE)
        chosen = one(found, schedule=schedule, key=key, part=part)
        excuse(
            session, live, obligation_id=chosen.obligation_id, by=person_if_given(session, by), reason=reason, now=now
        )  # fmt: skip
        return chosen, in_words(session, chosen)

    chosen, _title = after_asking(act, _question, yes=yes)
    if json_:
        as_json(_shape(chosen))
    else:
        say(_("Excused: {name}.").format(name=chosen.name()))


def _question(found: tuple[Owed, Words]) -> str:
    duty, title = found
    return _("{title} ({who}) need not be done any more, and nobody is reminded of it. Waive it?").format(
        title=title.text(_), who=duty.party
    )


def _shape(duty: Owed) -> dict[str, object]:
    return {
        "obligation": duty.obligation_id,
        "schedule": duty.schedule,
        "key": duty.key,
        "part": duty.part,
    }


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
@json_option
def transfer(
    *, schedule: str, key: str | None, person: str, part: str | None, target: str, reason: str, by: str | None, json_: bool
) -> None:  # fmt: skip
    """Hand over, in one transaction."""
    with acting() as (session, live, now):
        found = owed(session, person, today=live.today(now), states=(Obligation.OPEN, Obligation.WITHDRAWN))
        chosen = one(found, schedule=schedule, key=key, part=part)
        done = hand_over(
            session, live, obligation_id=chosen.obligation_id, to_party=party_of(session, live, target),
            by=person_if_given(session, by), reason=reason, now=now,
        )  # fmt: skip
    if json_:
        as_json({**_shape(chosen), "was": done.was, "now": done.now})
        return
    say(_("Handed over: {name}, from {was} to {now}.").format(name=chosen.name(), was=done.was, now=done.now))
