"""`duban occurrence`: move one occurrence to another day, or skip it, with a reason; the rule's own day is kept."""

from datetime import date

import click

from tasks.days.by_hand import Decided
from tasks.days.by_hand import move as have_moved
from tasks.days.by_hand import skip as have_skipped
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import DAY, Argument, Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, yes_option
from worker.cli.running import who
from worker.cli.terminal import as_json, say

SCHEDULE = N_("id of the schedule, or of the entry with for_each")
KEY = N_("which occurrence, as `duban preview --running --json` shows it: usually the date by the rule")
REASON = N_("why; kept with the decision")


@click.group(
    "occurrence",
    cls=Group,
    help=N_("One occurrence of a schedule, open or still to come: move it or skip it."),
)
def occurrence() -> None:
    """The commands about single occurrences."""


@occurrence.command(
    "move",
    help=N_(
        "Have one occurrence held, or due, on another day. What is open of it moves with its reminders; the day by the rule "
        "and the reason are kept."
    ),
    examples=[
        (
            "duban occurrence move friday-study 2026-11-27 --to 2026-11-26 --reason 周五防汛检查",
            N_("held on Thursday"),
        ),
        (
            "duban occurrence move half-year-review 2026-11 --to 2026-12-04 --reason 区里统一安排",
            N_("due later"),
        ),
    ],
)
@click.argument("schedule", metavar="SCHEDULE", cls=Argument, about=SCHEDULE)
@click.argument("key", metavar="KEY", cls=Argument, about=KEY)
@click.option("--to", type=DAY, required=True, cls=Option, help=N_("the new day"))
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=REASON)
@json_option
def move(*, schedule: str, key: str, to: date, reason: str, json_: bool) -> None:
    """Move it."""
    with acting() as (session, live, now):
        done = have_moved(
            session, live, schedule=schedule, key=key, to=to, reason=reason, actor=who(), now=now
        )  # fmt: skip
    if json_:
        as_json({**_shape(done), "date": to.isoformat()})
        return
    say(
        _("Moved: {schedule} {key} from {was} to {day}; open duties moved or opened: {n}.").format(
            schedule=done.schedule, key=key, was=done.rule_on, day=to, n=done.duties
        )
    )


@occurrence.command(
    "skip",
    help=N_(
        "Have one occurrence not take place. What is open of it is cancelled; the reason is kept. Says what is cancelled and asks first."
    ),
    examples=[
        ("duban occurrence skip friday-study 2026-12-25 --reason 并入全区大会", N_("not held; asks first")),
        ("duban occurrence skip friday-study 2026-12-25 --reason 并入全区大会 --yes", N_("does not ask")),
    ],
)
@click.argument("schedule", metavar="SCHEDULE", cls=Argument, about=SCHEDULE)
@click.argument("key", metavar="KEY", cls=Argument, about=KEY)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=REASON)
@yes_option
@json_option
def skip(*, schedule: str, key: str, reason: str, yes: bool, json_: bool) -> None:
    """Skip it."""

    def act(context: Acting) -> Decided:
        session, live, now = context
        return have_skipped(
            session, live, schedule=schedule, key=key, reason=reason, actor=who(), now=now
        )  # fmt: skip

    done = after_asking(act, _question, yes=yes)
    if json_:
        as_json(_shape(done))
        return
    say(
        _("Skipped: {schedule} {key} of {was}; open duties cancelled: {n}.").format(
            schedule=done.schedule, key=key, was=done.rule_on, n=done.duties
        )
    )


def _question(done: Decided) -> str:
    return _("{schedule} {key} of {was} will not take place; open duties cancelled: {n}. Skip it?").format(
        schedule=done.schedule, key=done.key, was=done.rule_on, n=done.duties
    )


def _shape(done: Decided) -> dict[str, object]:
    return {
        "schedule": done.schedule,
        "key": done.key,
        "rule_on": done.rule_on.isoformat(),
        "duties": done.duties,
    }
