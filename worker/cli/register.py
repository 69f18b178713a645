"""`duban register`: what is only recorded and counted: list, add, declare a zero, take back."""

import hashlib
import json
from datetime import date

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import UnitRow
from models.registers import RegisterEntryRow, RegisterZeroRow
from schedules.registers import HELD_ON
from tasks.duties.duty import How
from tasks.duties.evidence import BadEvidence
from tasks.live import Live, current
from tasks.registers import add_entry, declare_zero, undo_entry, undo_zero
from worker.bootstrap import Runtime, boot
from worker.cli.acting import Acting, after_asking
from worker.cli.command import DAY, Argument, Group
from worker.cli.evidence_words import read_evidence
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, yes_option
from worker.cli.owed import person_id
from worker.cli.register_list import show_all, show_one
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, complain, say
from worker.clock import office_now
from worker.settings import Settings

HOW: How = "cli"


@click.group(
    "register", cls=Group, help=N_("Registers: activities without a deadline that are recorded and counted.")
)
def register() -> None:
    """The commands about registers."""


def _ready() -> Runtime:
    settings = Settings.load()
    require_tables(settings)
    return boot(settings)


# ── list ──────────────────────────────────────────────────────
@register.command(
    "list",
    help=N_(
        "Without a register: the figures of each for a year. With one: its entries, the latest first, and declared zeros. A register "
        "in which nobody recorded anything says so; it never says 0."
    ),
    examples=[
        ("duban register list", N_("this year's figures")),
        ("duban register list publicity --year 2026", N_("the entries of one register")),
    ],
)
@click.argument("key", required=False, metavar="[REGISTER]", cls=Argument, about=N_("id of the register"))
@click.option("--year", type=click.IntRange(1949, 2199), cls=Option, help=N_("which year; default: this one"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def list_registers(*, key: str | None, year: int | None, json_: bool) -> None:
    """Print the registers, or the entries of one."""
    with _ready().db.reading() as session:
        live = current(session)
        wanted = year or live.today(office_now(session)).year
        if key is not None:
            show_one(session, live, live.office.register(key), wanted, json_=json_)
        else:
            show_all(session, live, wanted, json_=json_)


# ── add, zero, undo ───────────────────────────────────────────
@register.command(
    "add",
    help=N_(
        "Enter something that was done, on the day of the fact. The same content of the same day is one entry; give --source to enter it "
        "once more. What counts the register follows at once."
    ),
    examples=[
        (
            "duban register add cleanup --on 2026-11-20 --field place=民主路 --person zhaogang",
            N_("one entry"),
        ),
        (
            "duban register add publicity --on 2026-11-20 --field people=60 --field entrance=社区",
            N_("from the desk, several fields"),
        ),
    ],
)
@click.argument("key", metavar="REGISTER", cls=Argument, about=N_("id of the register"))
@click.option("--on", "held_on", required=True, type=DAY, cls=Option, help=N_("day of the fact"))
@click.option(
    "--field", "fields", multiple=True, metavar="NAME=VALUE", cls=Option, help=N_("a field; may be repeated")
)
@click.option("--person", metavar="ID", cls=Option, help=N_("who records it; default: the desk"))
@click.option("--unit", metavar="UNIT", cls=Option, help=N_("whose it was; default: the person's unit"))
@click.option(
    "--source",
    metavar="TEXT",
    cls=Option,
    help=N_("a name of its own, for another entry of the same content"),
)
@json_option
def add(
    *, key: str, held_on: date, fields: tuple[str, ...], person: str | None, unit: str | None, source: str | None, json_: bool
) -> None:  # fmt: skip
    """Enter one thing."""
    given = read_evidence(fields)
    runtime = _ready()
    with runtime.db.writing.begin() as session:
        live, now = current(session), office_now(session)
        book = live.office.register(key)
        try:
            entered = add_entry(
                session, live, register=key, held_on=held_on, values=given, files={}, how=HOW, now=now,
                by=person_id(session, person) if person else None, unit=_unit_id(session, live, unit) if unit else None,
                source=f"cli:{key}:{source or _digest(held_on, given, person, unit)}"[:120],
            )  # fmt: skip
        except BadEvidence as error:
            raise _every(error) from error
    runtime.nudger.nudge()
    if json_:
        as_json({"id": entered.id, "again": entered.again, "zeros": bool(entered.zeros)})
        return
    if entered.again:
        say(_("Already entered as no. {id}; nothing was added.").format(id=entered.id))
    else:
        say(_("Entered in {register} as no. {id}.").format(register=book.title, id=entered.id))
    if entered.zeros:
        say(_("A zero declared for that day no longer stands."))


def _every(error: BadEvidence) -> Refuse:
    """Every fault on a line of its own."""
    for name, what in error.faults:
        option = "--on" if name == HELD_ON else f"--field {name}"
        complain(f"{option}: {what.text(_)}")
    return Refuse("")


def _digest(held_on: date, given: dict[str, str | list[str]], person: str | None, unit: str | None) -> str:
    text = json.dumps([held_on.isoformat(), given, person, unit], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _unit_id(session: Session, live: Live, name: str) -> int:
    return session.scalars(select(UnitRow.id).where(UnitRow.key == live.office.unit(name))).one()


@register.command(
    "zero",
    help=N_(
        "Declare that nothing happened in a span of days, both included. Refused where something is entered for them."
    ),
    examples=[
        (
            "duban register zero complaints --from 2026-10-01 --to 2026-10-31",
            N_("no complaints in October, for the whole office"),
        ),
        (
            "duban register zero publicity --from 2026-10-01 --to 2026-10-31 --unit 民主社区",
            N_("for one unit"),
        ),
    ],
)
@click.argument("key", metavar="REGISTER", cls=Argument, about=N_("id of the register"))
@click.option("--from", "from_on", required=True, type=DAY, cls=Option, help=N_("first day"))
@click.option("--to", "to_on", required=True, type=DAY, cls=Option, help=N_("last day"))
@click.option("--person", metavar="ID", cls=Option, help=N_("who declares it; default: the desk"))
@click.option("--unit", metavar="UNIT", cls=Option, help=N_("for which unit; default: the whole office"))
@json_option
def zero(*, key: str, from_on: date, to_on: date, person: str | None, unit: str | None, json_: bool) -> None:
    """Declare a zero."""
    runtime = _ready()
    with runtime.db.writing.begin() as session:
        live, now = current(session), office_now(session)
        row = declare_zero(
            session, live, register=key, from_on=from_on, to_on=to_on, how=HOW, now=now,
            by=person_id(session, person) if person else None, unit=_unit_id(session, live, unit) if unit else None,
        )  # fmt: skip
        title, number = live.office.register(key).title, row.id
    runtime.nudger.nudge()
    if json_:
        as_json({"id": number, "register": key, "from": from_on.isoformat(), "to": to_on.isoformat()})
        return
    say(
        _("Zero declared for {register}, {first} to {last}, as no. {id}.").format(
            register=title, first=from_on, last=to_on, id=number
        )
    )


@register.command(
    "undo",
    help=N_(
        "Take an entry, or with --zero a declared zero, back; --note says why. What counts the register follows at once."
    ),
    examples=[
        ('duban register undo 12 --note "entered twice"', N_("an entry; asks first")),
        ('duban register undo 3 --zero --note "there was one" --yes', N_("a declared zero; does not ask")),
    ],
)
@click.argument(
    "number",
    type=click.IntRange(1),
    metavar="NO",
    cls=Argument,
    about=N_("its number in `duban register list`"),
)
@click.option("--zero", "of_zero", is_flag=True, cls=Option, help=N_("the number is that of a declared zero"))
@click.option("--person", metavar="ID", cls=Option, help=N_("who takes it back; default: the desk"))
@click.option("--note", required=True, metavar="TEXT", cls=Option, help=N_("the reason"))
@yes_option
@json_option
def undo(*, number: int, of_zero: bool, person: str | None, note: str, yes: bool, json_: bool) -> None:
    """Take one thing back."""

    def act(context: Acting) -> str:
        session, live, now = context
        by = person_id(session, person) if person else None
        if of_zero:
            undo_zero(session, live, zero_id=number, by=by, reason=note, now=now)
            key = session.get_one(RegisterZeroRow, number).register
        else:
            undo_entry(session, live, entry_id=number, by=by, reason=note, now=now)
            key = session.get_one(RegisterEntryRow, number).register
        return live.office.register(key).title

    after_asking(
        act,
        lambda title: _("No. {id} of {register} counts no longer. Take it back?").format(
            id=number, register=title
        ),
        yes=yes,
    )
    if json_:
        as_json({"id": number, "state": "taken-back"})
        return
    say(_("Taken back: no. {id}.").format(id=number))
