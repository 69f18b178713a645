"""`duban urge`: have somebody asked once more for what they owe, by hand."""

import click
from sqlalchemy import select

from models.obligations import ObligationRow
from schedules.errors import NotFound
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.duties.urge import Urged, urge
from worker.cli.acting import Acting, acting
from worker.cli.command import ROW, Argument, Command
from worker.cli.language import N_, Option, _
from worker.cli.options import recorded_by
from worker.cli.owed import one, owed, person_if_given
from worker.cli.terminal import Refuse, as_json, say


@click.command(
    "urge",
    cls=Command,
    help=N_(
        "Urge a duty: a message goes to who owes it, within the hours of the office, at most once a working day for a duty. It counts "
        "as urged once the provider has taken it."
    ),
    examples=[
        ("duban urge 1289 --reason 请今天下班前报来", N_("by the number of the duty, as its page has it")),
        ("duban urge --schedule half-year-review --person chenxia --reason 请今天下班前报来", N_("by schedule and person")),
    ],
)  # fmt: skip
@click.argument(
    "obligation", required=False, type=ROW, metavar="[OBLIGATION]", cls=Argument,
    about=N_("the number of a duty"),
)  # fmt: skip
@click.option("--schedule", metavar="ID", cls=Option, help=N_("id of the schedule"))
@click.option("--key", metavar="KEY", cls=Option, help=N_("which occurrence; not needed if one is open"))
@click.option("--part", metavar="STEP", cls=Option, help=N_("which step, if there are several"))
@click.option(
    "--person", metavar="ID", cls=Option, help=N_("who owes it, or holds the role, or heads the unit")
)
@click.option(
    "--reason", required=True, metavar="TEXT", cls=Option, help=N_("what they are told; stays in the trail")
)
@click.option("--copy-head", is_flag=True, cls=Option, help=N_("the head of the unit reads it too"))
@click.option(
    "--urgent", is_flag=True, cls=Option, help=N_("also in quiet hours, where office.yaml says `urgent: break`")
)  # fmt: skip
@recorded_by
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def command(
    *, obligation: int | None, schedule: str | None, key: str | None, part: str | None, person: str | None, reason: str,
    copy_head: bool, urgent: bool, by: str | None, json_: bool,
) -> None:  # fmt: skip
    """Urge, in one transaction."""
    if (obligation is None) == (schedule is None) or (schedule is None) != (person is None):
        raise click.UsageError(_("name the number of a duty, or --schedule and --person"))
    with acting() as context:
        chosen = _chosen(context, obligation, schedule, key, part, person)
        (done,) = urge(
            context.session, context.live, obligation_ids=[chosen], by=person_if_given(context.session, by), words=reason,
            at_once=urgent, copy_head=copy_head, now=context.now,
        )  # fmt: skip
    if json_:
        as_json({"id": done.obligation_id, "state": done.state, "told": done.told,
                 "from": done.sent_from.isoformat() if done.sent_from else None, "refused": _text(done.refused)})  # fmt: skip
        if done.state == "refused":
            raise Refuse("")
        return
    _tell(done)


def _chosen(
    context: Acting, obligation: int | None, schedule: str | None, key: str | None, part: str | None, person: str | None
) -> int:  # fmt: skip
    if obligation is not None:
        known = context.session.scalar(select(ObligationRow.id).where(ObligationRow.id == obligation))
        if known is None:
            raise NotFound(phrase("there is no duty {id}", id=obligation))
        return known
    today = context.live.today(context.now)
    found = owed(context.session, person or "", today=today, states=(Obligation.OPEN,))
    return one(found, schedule=schedule or "", key=key, part=part).obligation_id


def _text(words: Words | None) -> str | None:
    return words.text(_) if words is not None else None


def _tell(done: Urged) -> None:
    if done.state == "refused" and done.refused is not None:
        raise Refuse(done.refused.text(_))
    if done.state == "again":
        say(_("It was urged today already; nothing more was sent."))
        return
    say(_("Urged: {name}.").format(name=done.name.text(_)))
