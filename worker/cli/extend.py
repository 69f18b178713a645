"""`duban extend`: ask for a longer term before the due day, grant it or refuse it."""

import click

from schedules.states import Obligation
from tasks.duties.extend import ask, decide
from worker.cli.acting import acting
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, which_duty
from worker.cli.owed import one, owed, person_if_given
from worker.cli.terminal import as_json, say

STATES = (Obligation.OPEN, Obligation.PAUSED)


@click.command(
    "extend",
    cls=Command,
    help=N_(
        "Ask for a longer term of a step, once and before its due day, with a reason. It counts only once whoever may grant it has "
        "granted it: --grant, or --refuse with a reason."
    ),
    examples=[
        (
            'duban extend penalty-case 〔2026〕17号 --part decide --person zhaogang --reason "案情复杂" --basis "行政处罚法60条"',
            N_("ask"),
        ),
        (
            "duban extend penalty-case 〔2026〕17号 --part decide --person zhaogang --grant --by linhaifeng",
            N_("grant"),
        ),
    ],
)
@which_duty()
@click.option(
    "--reason", default="", metavar="TEXT", cls=Option, help=N_("why it needs longer, or why it is refused")
)
@click.option("--basis", default="", metavar="TEXT", cls=Option, help=N_("the rule that allows it"))
@click.option("--grant", is_flag=True, cls=Option, help=N_("grant what was asked for"))
@click.option("--refuse", is_flag=True, cls=Option, help=N_("refuse what was asked for; --reason says why"))
@click.option(
    "--by", metavar="ID", cls=Option, help=N_("who asks or decides; default: whoever is at this shell")
)
@json_option
def extend(
    *, schedule: str, key: str | None, person: str, part: str | None, reason: str, basis: str, grant: bool, refuse: bool,
    by: str | None, json_: bool,
) -> None:  # fmt: skip
    """Ask, grant, or refuse."""
    if grant and refuse:
        raise click.UsageError(_("--grant and --refuse exclude each other"))
    with acting() as (session, live, now):
        found = owed(session, person, today=live.today(now), states=STATES)
        chosen = one(found, schedule=schedule, key=key, part=part)
        actor = person_if_given(session, by)
        if grant or refuse:
            request = decide(
                session,
                live,
                obligation_id=chosen.obligation_id,
                grant=grant,
                words=reason,
                by=actor,
                now=now,
            )
        else:
            request = ask(
                session,
                live,
                obligation_id=chosen.obligation_id,
                reason=reason,
                basis=basis,
                by=actor,
                now=now,
            )
    if json_:
        as_json({"obligation": chosen.obligation_id, "state": request.state, "old_due_on": request.old_due_on.isoformat(),
                 "new_due_on": request.new_due_on.isoformat()})  # fmt: skip
        return
    sentences = {
        "asked": _("Asked for: {name}, until {day}. The day {old} counts until it is granted."),
        "granted": _("Granted: {name} is due {day} now."),
        "refused": _("Refused: {name} stays due {old}."),
    }
    say(
        sentences[request.state].format(
            name=chosen.name(), day=request.new_due_on.isoformat(), old=request.old_due_on.isoformat()
        )
    )
