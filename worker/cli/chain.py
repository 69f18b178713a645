"""`duban chain`: the dates of what an event started; stop its clock, let it run again, end it early."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from schedules.chain import begins, over, passed_over
from schedules.grammar import Schedule
from schedules.states import Obligation
from schedules.terms import is_provisional
from tasks.amend import end_early
from tasks.duties.known import known
from tasks.duties.stop_clock import resume, stop, stopped_days
from tasks.events import chain as find
from tasks.live import Live, definition
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import DAY, Argument, Group
from worker.cli.language import N_, Option, _, count
from worker.cli.options import json_option, recorded_by, yes_option
from worker.cli.owed import person_if_given
from worker.cli.owed_list import STATES
from worker.cli.terminal import as_json, say, table

SCHEDULE = N_("id of the schedule")
KEY = N_("which one: the case number, the title")


@dataclass(frozen=True, slots=True)
class _Chain:
    session: Session
    live: Live
    now: datetime
    occurrence: OccurrenceRow
    schedule: Schedule


@contextmanager
def _chain(schedule: str, key: str) -> Iterator[_Chain]:
    """One chain in a transaction of its own; beat is nudged after it."""
    with acting() as context:
        yield _found(context, schedule, key)


def _found(context: Acting, schedule: str, key: str) -> _Chain:
    occurrence = find(context.session, schedule, key)
    return _Chain(*context, occurrence, definition(context.session, occurrence.version_id))


@click.group("chain", cls=Group, help=N_("What an event started: its dates, its clock, its early end."))
def chain() -> None:
    """The commands about chains."""


@chain.command(
    "show",
    help=N_("Show every step with its dates, who owes it, and the days its clock stood still."),
    examples=[("duban chain show penalty-case 〔2026〕17号", N_("one case"))],
)
@click.argument("schedule", cls=Argument, about=SCHEDULE)
@click.argument("key", cls=Argument, about=KEY)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def show(*, schedule: str, key: str, json_: bool) -> None:
    """Print one chain."""
    with _chain(schedule, key) as case:
        rows = list(_steps(case))
        closed_as = case.schedule.branches.get(case.occurrence.closed_as or "", "")
    if json_:
        as_json({"schedule": schedule, "key": key, "on": case.occurrence.held_on.isoformat(), "state": case.occurrence.state,
                 "closed_as": case.occurrence.closed_as, "steps": rows})  # fmt: skip
        return
    say(
        f"{case.schedule.title} {key}  {case.occurrence.held_on.isoformat()}"
        + (f"  {closed_as}" if closed_as else "")
    )
    titles = [
        _("step"),
        _("owed by"),
        _("begins"),
        _("internal"),
        _("due"),
        _("done"),
        _("stopped"),
        _("state"),
    ]
    table(
        titles,
        [
            [
                str(row["title"]), str(row["owed_by"] or ""), str(row["begins_on"] or ""), str(row["internal_on"] or ""),
                _due(row), str(row["done_on"] or ""), str(row["stopped_days"] or ""), _state(str(row["state"])),
            ]
            for row in rows
        ],
    )  # fmt: skip


def _due(row: Mapping[str, object]) -> str:
    return f"{row['due_on'] or ''} {_('provisional') if row['provisional'] else ''}".strip()


def _state(state: str) -> str:
    match state:
        case "waiting":
            return _("a waiting period")
        case "to-come":
            return _("to come")
        case "over":
            return _("over")
        case "passed-over":
            return _("does not apply")
        case _:
            return _(STATES[Obligation(state)])


def _steps(case: _Chain) -> Iterator[dict[str, object]]:
    """Every step of the chain in the order of the schedule; several rows where several parties owe one."""
    facts = known(case.session, case.occurrence, case.schedule)
    calendar, today = case.live.office.calendar, case.live.today(case.now)
    query = (
        select(ObligationRow, PartyRow.title)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.occurrence_id == case.occurrence.id)
        .order_by(ObligationRow.id)
    )
    owed = case.session.execute(query).all()
    for key, step in case.schedule.steps.items():
        start = begins(case.schedule, key, facts, calendar)
        shared = {"step": key, "title": step.title, "begins_on": start.isoformat() if start else None}
        mine = [(row, party) for row, party in owed if row.part == key]
        for row, party in mine:
            yield shared | {
                "owed_by": party, "internal_on": _iso(row.internal_on), "due_on": _iso(row.due_on), "provisional": row.provisional,
                "done_on": _iso(row.done_on), "stopped_days": stopped_days(case.session, row.id, today=today),
                "state": row.state, "waits_for": row.waits_for,
            }  # fmt: skip
        if not mine:
            end = over(case.schedule, key, facts, calendar) if step.wait else None
            state = "passed-over" if passed_over(case.schedule, key, facts) else _of_wait(end, today)
            dates = {"begins_on": None, "due_on": None} if state == "passed-over" else {"due_on": _iso(end)}
            provisional = bool(
                step.wait and start and end and is_provisional(start, end, step.wait, calendar)
            )
            yield shared | dates | {
                "owed_by": None, "internal_on": None, "provisional": provisional, "done_on": None,
                "stopped_days": 0, "state": state, "waits_for": None,
            }  # fmt: skip


def _of_wait(end: date | None, today: date) -> str:
    """How a waiting period stands that lasts until the end of a day; None: it has not begun, as what is no waiting period."""
    if end is None:
        return "to-come"
    return "waiting" if today <= end else "over"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@chain.command(
    "pause",
    help=N_(
        "Stop the clock of a chain for a reason that its schedule allows; what is stopped does not count toward its terms."
    ),
    examples=[
        (
            'duban chain pause penalty-case 〔2026〕17号 --reason 鉴定 --basis "行政处罚法60条" --approved-by zhangjianguo',
            N_("an appraisal takes its time"),
        )
    ],
)
@click.argument("schedule", cls=Argument, about=SCHEDULE)
@click.argument("key", cls=Argument, about=KEY)
@click.option(
    "--reason",
    required=True,
    metavar="TEXT",
    cls=Option,
    help=N_("one of the reasons that the schedule allows"),
)
@click.option("--on", type=DAY, cls=Option, help=N_("first day that does not count; default: today"))
@click.option("--basis", default="", metavar="TEXT", cls=Option, help=N_("the rule that allows it"))
@click.option("--approved-by", metavar="ID", cls=Option, help=N_("who agreed"))
@click.option("--note", default="", metavar="TEXT", cls=Option, help=N_("a remark"))
@recorded_by
@json_option
def pause(
    *, schedule: str, key: str, reason: str, on: date | None, basis: str, approved_by: str | None, note: str, by: str | None,
    json_: bool,
) -> None:  # fmt: skip
    """Stop the clock."""
    with _chain(schedule, key) as case:
        stopped = stop(
            case.session, case.live, case.occurrence, reason=reason, on=on or case.live.today(case.now), basis=basis, note=note,
            approved_by=person_if_given(case.session, approved_by),
            by=person_if_given(case.session, by), now=case.now,
        )  # fmt: skip
    if json_:
        as_json({"schedule": schedule, "key": key, "duties": stopped})
        return
    say(count(_("The clock of 1 duty stands still."), _("The clocks of {n} duties stand still."), stopped))


@chain.command(
    "resume",
    help=N_("Let the clock run again; the due days move by what did not count."),
    examples=[
        ("duban chain resume penalty-case 〔2026〕17号 --on 2026-10-20", N_("from that day it counts again"))
    ],
)
@click.argument("schedule", cls=Argument, about=SCHEDULE)
@click.argument("key", cls=Argument, about=KEY)
@click.option("--on", type=DAY, cls=Option, help=N_("first day that counts again; default: today"))
@recorded_by
@json_option
def resume_clock(*, schedule: str, key: str, on: date | None, by: str | None, json_: bool) -> None:
    """Let the clock run again."""
    with _chain(schedule, key) as case:
        grown = resume(
            case.session, case.live, case.occurrence, on=on or case.live.today(case.now),
            by=person_if_given(case.session, by), now=case.now,
        )  # fmt: skip
        steps = [
            {"step": row.part, "title": case.schedule.steps[row.part].title, "stopped_days": days, "due_on": _iso(row.due_on)}
            for row, days in grown
        ]  # fmt: skip
    if json_:
        as_json({"schedule": schedule, "key": key, "steps": steps})
        return
    for step in steps:
        say(
            _("{step}: {n} days did not count; now due {day}").format(
                step=step["title"], n=step["stopped_days"], day=step["due_on"] or "—"
            )
        )


@chain.command(
    "end",
    help=N_(
        "End a chain early by one of the ways that its schedule names; what is open is cancelled. Says what is cancelled and asks first."
    ),
    examples=[
        (
            'duban chain end penalty-case 〔2026〕17号 --as withdrawn --reason "证据不足" --yes',
            N_("the case is withdrawn"),
        )
    ],
)
@click.argument("schedule", cls=Argument, about=SCHEDULE)
@click.argument("key", cls=Argument, about=KEY)
@click.option(
    "--as",
    "branch",
    required=True,
    metavar="WAY",
    cls=Option,
    help=N_("one of the ways that the schedule names"),
)
@click.option("--reason", required=True, metavar="TEXT", cls=Option, help=N_("why it ends"))
@click.option("--on", type=DAY, cls=Option, help=N_("the day it ended; default: today"))
@recorded_by
@yes_option
@json_option
def end(
    *, schedule: str, key: str, branch: str, reason: str, on: date | None, by: str | None, yes: bool, json_: bool
) -> None:  # fmt: skip
    """End it early."""

    def act(context: Acting) -> tuple[int, str]:
        case = _found(context, schedule, key)
        cancelled = end_early(
            case.session, case.live, case.occurrence, branch=branch, reason=reason, on=on or case.live.today(case.now),
            by=person_if_given(case.session, by), now=case.now,
        )  # fmt: skip
        return cancelled, case.schedule.title

    cancelled, _title = after_asking(
        act,
        lambda found: _("{title} {key} ends; open duties cancelled: {n}. End it?").format(
            title=found[1], key=key, n=found[0]
        ),
        yes=yes,
    )
    if json_:
        as_json({"schedule": schedule, "key": key, "as": branch, "cancelled": cancelled})
        return
    say(
        _("Ended: {schedule} {key}.").format(schedule=schedule, key=key)
        + " "
        + count(_("1 duty was cancelled."), _("{n} duties were cancelled."), cancelled)
    )
