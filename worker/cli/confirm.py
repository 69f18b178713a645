"""`duban confirm`: what a person owes, and the record that it is done."""

from collections.abc import Callable, Sequence
from datetime import date

import click

from schedules.states import Obligation
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.acts import Act
from worker.cli.command import DAY, Command
from worker.cli.evidence_words import read_count, read_evidence, read_hours
from worker.cli.language import N_, Option, _
from worker.cli.options import recorded_by, which_duty, yes_option
from worker.cli.owed import PENDING, Owed, in_words, one, owed, person_id, person_if_given
from worker.cli.owed_list import list_owed
from worker.cli.terminal import as_json, complain, say

RECORDED = (*PENDING, Obligation.DONE, Obligation.WAIVED)


@click.command(
    "confirm",
    cls=Command,
    help=N_(
        "Without a schedule: list what a person owes. With one: record that it is done, by the day of the fact. "
        "`--session` records who was missing from a gathering, `--hours` adds training hours and `--count` "
        "how often it was done, `--undo` takes a record back."
    ),
    examples=[
        ("duban confirm --person chenxia", N_("what chenxia owes")),
        (
            "duban confirm half-year-review 2026-11 --person liqiang --part meet --evidence held_on=2026-11-27",
            N_("a step"),
        ),
        (
            "duban confirm friday-study 2026-11-27 --person qinlan --session --absent heli --leave wutao",
            N_("who was missing"),
        ),
        (
            "duban confirm enforcement-training --person zhaogang --hours 4 --note 执法文书",
            N_("four hours of training"),
        ),
        (
            "duban confirm half-year-review 2026-11 --person liqiang --part meet --acknowledge",
            N_("sign for it: seen, not done yet"),
        ),
        (
            "duban confirm centre-study --person qinlan --count 1 --done-on 2026-11-20 --note 中心组学习",
            N_("held once more"),
        ),
        (
            'duban confirm friday-study 2026-11-27 --person heli --undo --note "not yet"',
            N_("take a record back; asks first"),
        ),
        (
            'duban confirm friday-study 2026-11-27 --person heli --undo --note "not yet" --yes',
            N_("take a record back, without asking"),
        ),
    ],
)
@which_duty(required=False)
@click.option("--done-on", type=DAY, cls=Option, help=N_("day of the fact; default: today"))
@click.option(
    "--evidence",
    multiple=True,
    metavar="NAME=VALUE",
    cls=Option,
    help=N_("a field of evidence; may be repeated"),
)
@click.option("--hours", metavar="N", cls=Option, help=N_("training hours to add, like 4 or 1.5"))
@click.option(
    "--count", "times", metavar="N", cls=Option, help=N_("how many times it was done, to add, like 1")
)
@click.option(
    "--kind", default="", metavar="KIND", cls=Option, help=N_("kind of the hours, such as self-study")
)
@click.option(
    "--session", "gathering", is_flag=True, cls=Option, help=N_("record a gathering: all present except…")
)
@click.option(
    "--absent", multiple=True, metavar="ID", cls=Option, help=N_("absent without leave; may be repeated")
)
@click.option("--leave", multiple=True, metavar="ID", cls=Option, help=N_("on leave; may be repeated"))
@click.option(
    "--present",
    multiple=True,
    metavar="ID",
    cls=Option,
    help=N_("came although an absence is recorded; may be repeated"),
)
@click.option("--acknowledge", "sign", is_flag=True, cls=Option, help=N_("sign for it: seen, not done yet"))
@click.option("--undo", is_flag=True, cls=Option, help=N_("take the record back; --note says why"))
@click.option("--note", default="", metavar="TEXT", cls=Option, help=N_("a remark, or the reason"))
@recorded_by
@yes_option
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def confirm(
    *,
    schedule: str | None,
    key: str | None,
    person: str,
    part: str | None,
    done_on: date | None,
    evidence: tuple[str, ...],
    hours: str | None,
    times: str | None,
    kind: str,
    gathering: bool,
    absent: tuple[str, ...],
    leave: tuple[str, ...],
    present: tuple[str, ...],
    sign: bool,
    undo: bool,
    note: str,
    by: str | None,
    yes: bool,
    json_: bool,
) -> None:
    """List, or record one thing."""
    fields = read_evidence(evidence)
    amount = _amount(hours, times)
    if schedule is None:
        if fields or undo or gathering or sign or amount is not None:
            raise click.UsageError(_("name the schedule: duban confirm SCHEDULE KEY --person ID"))
        list_owed(person, json_=json_)
        return
    if (absent or leave or present) and not gathering:
        raise click.UsageError(_("--absent, --leave and --present go with --session"))
    only = "record" if gathering else part

    def act_on(context: Acting, states: Sequence[Obligation]) -> tuple[Owed, Act]:
        session, live, now = context
        found = owed(session, person, today=live.today(now), states=states)
        members = live.office.families.get(schedule, ())
        chosen = one(found, schedule=schedule, key=key, part=only, members=members)
        recorder, day = person_if_given(session, by), done_on or live.today(now)
        return chosen, Act(
            session, live, now, chosen, recorder=recorder, day=day, tell=complain if json_ else say
        )

    if undo:
        _take_back(act_on, note, yes=yes, json_=json_)
        return
    with acting() as context:
        chosen, act = act_on(context, RECORDED if gathering else PENDING)
        waits = False
        if gathering:
            named = {**dict.fromkeys(leave, "leave"), **dict.fromkeys(absent, "absent")}
            act.gather({**act.excused(except_for=(*present, *named)), **named}, fields)
        elif sign:
            act.sign(person_id(context.session, person))
        elif amount is not None:
            waits = act.credit(amount, kind, note)
        else:
            waits = act.confirm(fields, note)
    said = _("Signed: {name}.") if sign else _("Recorded: {name}.")
    said = _("Handed in: {name}. It waits for approval.") if waits else said
    _tell(chosen, said, "submitted" if waits else "signed" if sign else "recorded", json_=json_)


def _take_back(
    act_on: Callable[[Acting, Sequence[Obligation]], tuple[Owed, Act]], note: str, *, yes: bool, json_: bool
) -> None:
    """Undo a record, once it was agreed to."""

    def act(context: Acting) -> tuple[Owed, str]:
        chosen, doing = act_on(context, RECORDED)
        doing.undo(note)
        return chosen, in_words(context.session, chosen).text(_)

    chosen, _title = after_asking(
        act,
        lambda found: _("{title} ({who}) is to be done again, with its reminders. Take the record back?").format(
            title=found[1], who=found[0].party
        ),
        yes=yes,
    )  # fmt: skip
    _tell(chosen, _("Taken back: {name}."), "taken-back", json_=json_)


def _tell(duty: Owed, sentence: str, state: str, *, json_: bool) -> None:
    if json_:
        named = {"schedule": duty.schedule, "key": duty.key, "part": duty.part}
        as_json({"obligation": duty.obligation_id, **named, "state": state})
    else:
        say(sentence.format(name=duty.name()))


def _amount(hours: str | None, times: str | None) -> int | None:
    """Hundredths of what is added to a quota."""
    if hours is not None and times is not None:
        raise click.UsageError(_("either --hours or --count"))
    if times is not None:
        return read_count(times)
    return None if hours is None else read_hours(hours)
