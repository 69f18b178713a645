"""`duban confirm`: what a person owes, and the record that it is done."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import click
from sqlalchemy.orm import Session

from schedules.states import Obligation
from tasks.attend import record_session
from tasks.confirm import How
from tasks.confirm import confirm as put_on_record
from tasks.credit import add_credit
from tasks.live import Live, current
from tasks.undo import undo as take_back
from worker.bootstrap import boot
from worker.cli.command import DAY, Argument, Command
from worker.cli.evidence_words import read_count, read_evidence, read_hours
from worker.cli.language import N_, Option, _
from worker.cli.owed import PENDING, Owed, one, owed, person_id
from worker.cli.owed_list import list_owed
from worker.cli.running import require_tables
from worker.cli.terminal import say
from worker.clock import office_now
from worker.settings import Settings

HOW: How = "cli"
RECORDED = (*PENDING, Obligation.DONE, Obligation.WAIVED)
Away = Literal["leave", "absent"]


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
            "duban confirm centre-study --person qinlan --count 1 --done-on 2026-11-20 --note 中心组学习",
            N_("held once more"),
        ),
        (
            'duban confirm friday-study 2026-11-27 --person heli --undo --note "not yet"',
            N_("take a record back"),
        ),
    ],
)
@click.argument(
    "schedule", required=False, metavar="[SCHEDULE]", cls=Argument, about=N_("id of the schedule")
)
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
@click.option("--undo", is_flag=True, cls=Option, help=N_("take the record back; --note says why"))
@click.option("--note", default="", metavar="TEXT", cls=Option, help=N_("a remark, or the reason"))
@click.option("--by", metavar="ID", cls=Option, help=N_("who records it; default: whoever is at this shell"))
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
    undo: bool,
    note: str,
    by: str | None,
    json_: bool,
) -> None:
    """List, or record one thing."""
    fields = read_evidence(evidence)
    amount = _amount(hours, times)
    if schedule is None:
        if fields or undo or gathering or amount is not None:
            raise click.UsageError(_("name the schedule: duban confirm SCHEDULE KEY --person ID"))
        list_owed(person, json_=json_)
        return
    if (absent or leave) and not gathering:
        raise click.UsageError(_("--absent and --leave go with --session"))
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        live, now = current(session), office_now(session)
        found = owed(
            session, person, today=live.today(now), states=RECORDED if undo or gathering else PENDING
        )
        chosen = one(found, schedule=schedule, key=key, part="record" if gathering else part)
        act = _Act(
            session,
            live,
            now,
            chosen,
            recorder=person_id(session, by) if by else None,
            day=done_on or live.today(now),
        )
        if undo:
            act.undo(note)
        elif gathering:
            act.gather({**dict.fromkeys(leave, "leave"), **dict.fromkeys(absent, "absent")}, fields)
        elif amount is not None:
            act.credit(amount, kind, note)
        else:
            act.confirm(fields, note)
    runtime.nudger.nudge()
    say(
        _("Taken back: {name}.").format(name=chosen.name())
        if undo
        else _("Recorded: {name}.").format(name=chosen.name())
    )


def _amount(hours: str | None, times: str | None) -> int | None:
    """Hundredths of what is added to a quota."""
    if hours is not None and times is not None:
        raise click.UsageError(_("either --hours or --count"))
    if times is not None:
        return read_count(times)
    return None if hours is None else read_hours(hours)


class _Act:
    """One thing to record about one duty, in an open transaction."""

    def __init__(
        self, session: Session, live: Live, now: datetime, duty: Owed, *, recorder: int | None, day: date
    ) -> None:
        self.session, self.live, self.now = session, live, now
        self.obligation_id, self.name = duty.obligation_id, duty.name()
        self.recorder, self.day = recorder, day

    def undo(self, reason: str) -> None:
        """Take the record back."""
        take_back(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            by=self.recorder,
            reason=reason,
            now=self.now,
        )

    def gather(self, away: Mapping[str, str], fields: Mapping[str, str | list[str]]) -> None:
        """Record who was missing."""
        missing: dict[int, Away] = {
            person_id(self.session, each): "leave" if why == "leave" else "absent"
            for each, why in away.items()
        }
        record_session(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            away=missing,
            evidence=fields,
            files={},
            done_on=self.day,
            by=self.recorder,
            how=HOW,
            now=self.now,
        )

    def credit(self, amount: int, kind: str, title: str) -> None:
        """Add hours; recording the same title, day and amount again adds nothing."""
        add_credit(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            amount=amount,
            kind=kind,
            title=title,
            done_on=self.day,
            by=self.recorder,
            source=f"cli:{self.day}:{amount}:{kind}:{title}"[:80],
            how=HOW,
            now=self.now,
        )

    def confirm(self, fields: Mapping[str, str | list[str]], note: str) -> None:
        """Record that it is done."""
        put_on_record(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            by=self.recorder,
            done_on=self.day,
            evidence=fields,
            files={},
            note=note,
            how=HOW,
            now=self.now,
        )
