"""`duban board`: what the board page shows, as tables: lights by unit, what is late, this week, attendance, hours, certificates."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo

import click

from schedules.errors import NotFound
from schedules.words import phrase
from tasks.live import current
from tasks.reporting.board import Board, Campaign, Chosen, Due, board, campaigns
from tasks.reporting.overdue import UnitFigures
from worker.bootstrap import boot
from worker.cli.board_read import Attendance, Standing, attendances, cards, standings
from worker.cli.command import Command
from worker.cli.language import N_, Option, _, count
from worker.cli.overdue import LIGHTS, light_colours, rows_of, titles
from worker.cli.running import require_tables, unit_ids
from worker.cli.terminal import as_json, say, table
from worker.cli.weekdays import WEEKDAYS
from worker.clock import office_now
from worker.settings import Settings

MOST = 25  # late items, as on the page
LINES = 30  # of the week
NAMES = 12  # who is behind with hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that stands on the board at `as_of`."""

    as_of: datetime
    board: Board
    attendance: list[Attendance]
    hours: list[Standing]
    campaigns: tuple[Campaign, ...]
    cards: list[dict[str, object]]


@click.command(
    "board",
    cls=Command,
    help=N_(
        "The board in the terminal: the year's figures, what is late and why, what falls due this week, every unit with its light, "
        "attendance, hours, campaigns and certificates. The same figures as on the page."
    ),
    examples=[
        ("duban board", N_("the whole office")),
        ("duban board --unit 综合执法大队", N_("one unit and those below it, by its title or id")),
        ("duban board --schedule friday-study", N_("one schedule")),
        ("duban board --json", N_("for other programs")),
    ],
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    cls=Option,
    help=N_("only this unit and those below it; may be repeated"),
)
@click.option("--schedule", metavar="ID", cls=Option, help=N_("only this schedule"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def show_board(*, units: tuple[str, ...], schedule: str | None, json_: bool) -> None:
    """Print the board."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live, now = current(session), office_now(session)
        today = live.today(now)
        known = [each.id for each in live.office.schedules if each.privacy != "sealed"]
        if schedule is not None and schedule not in known:
            raise NotFound(phrase("there is no schedule '{id}'", id=schedule))
        chosen = Chosen(
            units=frozenset(unit_ids(session, live.office, units)) if units else None, schedule=schedule
        )
        shown = Shown(
            as_of=now.astimezone(live.office.tz), board=board(session, live, chosen, now=now, most=MOST, lines=LINES),
            attendance=list(attendances(session, chosen, today=today)),
            hours=list(standings(session, live, chosen, today=today)),
            campaigns=campaigns(session, live, chosen), cards=cards(session, chosen, today=today),
        )  # fmt: skip
    if json_:
        as_json(_shape(shown))
    else:
        _tell(shown)


# ── for people ────────────────────────────────────────────────
def _tell(shown: Shown) -> None:
    found, figures = shown.board, shown.board.figures
    say(_("As of {at}").format(at=shown.as_of.strftime("%Y-%m-%d %H:%M")))
    rate = f"{figures.on_time_rate}%" if figures.on_time_rate is not None else _("nothing was due")
    said = _(
        "Due this year {due}, done {done} (late {late}), on time {rate}; overdue {overdue}, due today {today}, soon due {soon}"
    )
    say(said.format(due=figures.due, done=figures.done, late=figures.done_late, rate=rate, overdue=figures.overdue,
                    today=found.due_today, soon=figures.soon))  # fmt: skip
    _section(_("Overdue"))
    if found.late:
        table(titles(), rows_of(found.late), right=[6], colours=light_colours())
        if more := figures.overdue - len(found.late):
            say(_("… and {n} more; all of them: duban overdue").format(n=more))
    else:
        say(_("Nothing is overdue."))
    _section(_("Until {day}").format(day=found.week_ends.isoformat()))
    if found.week or found.gatherings:
        heads = [_("light"), _("day"), _("matter"), _("who"), _("remarks")]
        table(heads, _week(found, shown.as_of.tzinfo), colours=light_colours())
    else:
        say(_("Nothing falls due."))
    _section(_("Units"))
    heads = [_("light"), _("unit"), _("due"), _("done"), _("overdue"), _("on time"), _("next")]
    table(heads, [_unit(each) for each in found.units if each.title], right=[2, 3, 4, 5], colours=light_colours())  # fmt: skip
    _more(shown)


def _section(title: str) -> None:
    say()
    say(title)


def _week(found: Board, zone: tzinfo | None) -> list[list[str]]:
    """Gatherings and what is due, by day."""
    held = [
        (each.on, [_(LIGHTS["green"]), _day(each.on, each.at and each.at.astimezone(zone)), each.title, "",
                   _("moved from {day}").format(day=each.moved_from) if each.moved_from else ""])
        for each in found.gatherings
    ]  # fmt: skip
    due = [(each.item.due_on, _due(each)) for each in found.week]
    return [row for _on, row in sorted((*held, *due), key=lambda each: each[0])]


def _due(each: Due) -> list[str]:
    remarks = [_("waits for {who}; not counted").format(who=each.waits_for)] if each.waits_for else []
    remarks += [_("provisional")] if each.item.provisional else []
    return [
        _(LIGHTS[each.light]),
        _day(each.item.due_on, None),
        each.item.name.text(_),
        _who(each),
        _(", ").join(remarks),
    ]


def _who(each: Due) -> str:
    if each.number == 1:
        return " ".join(filter(None, dict.fromkeys((each.item.unit, each.item.person))))
    if each.who:
        return _(", ").join(one.title for one in each.who)
    if each.item.owes == "unit":
        return count(_("1 unit"), _("{n} units"), each.number)
    return count(_("1 person"), _("{n} people"), each.number)


def _day(on: date, at: datetime | None) -> str:
    return f"{on.isoformat()} {_(WEEKDAYS[on.weekday()])}" + (f" {at:%H:%M}" if at else "")


def _light(unit: UnitFigures) -> str:
    return "red" if unit.figures.overdue else "yellow" if unit.figures.soon else "green"


def _unit(unit: UnitFigures) -> list[str]:
    figures, coming = unit.figures, unit.next
    rate = f"{figures.on_time_rate}%" if figures.on_time_rate is not None else "—"
    return [
        _(LIGHTS[_light(unit)]), unit.title, str(figures.due), str(figures.done), str(figures.overdue), rate,
        f"{coming.due_on.isoformat()} {coming.name.text(_)}" if coming else "—",
    ]  # fmt: skip


def _more(shown: Shown) -> None:
    for strip in shown.attendance:
        title = _("Attendance: {title}, {n} times, the last {day}")
        _section(title.format(title=strip.title, n=len(strip.days), day=strip.days[-1]))
        rows = [[unit, *(_percent(each) for each in strip.rates(cells))] for _key, unit, cells in strip.units]
        table([_("unit"), _("last time"), _("all of them")], rows, right=[1, 2])
    for each in shown.hours:
        _section(_("Hours: {title}").format(title=each.title))
        text = _("{n} people, {behind} of them have less than is expected today.")
        say(text.format(n=each.people, behind=len(each.behind)))
        for _key, name, has, wanted in each.behind[:NAMES]:
            say(
                "  "
                + _("{name}: {has} of {wanted}").format(name=name, has=f"{has / 100:g}", wanted=f"{wanted / 100:g}")
            )  # fmt: skip
        if len(each.behind) > NAMES:
            say("  " + _("… and {n} more").format(n=len(each.behind) - NAMES))
    if shown.campaigns:
        _section(_("Campaigns"))
    for one in shown.campaigns:
        title = _("{title}: items found, closed").format(title=one.title) if one.children else one.title
        say(_("{title}: {done}/{total} done").format(title=title, done=one.done, total=one.total))
    if shown.cards:
        _section(_("Certificates that expired or expire within 90 days"))
        heads = [_("light"), _("holder"), _("unit"), _("kind"), _("expires"), _("days")]
        names = ("holder", "unit", "kind", "expires_on", "days")
        found = [[_(LIGHTS[str(card["light"])]), *(card[name] for name in names)] for card in shown.cards]
        table(heads, found, right=[5], colours=light_colours())


def _percent(value: float | None) -> str:
    return f"{value}%" if value is not None else "—"


# ── for programs ──────────────────────────────────────────────
def _shape(shown: Shown) -> dict[str, object]:
    found, before = shown.board, shown.board.year_before
    return {
        "as_of": shown.as_of.isoformat(), **found.figures.to_json(), "due_today": found.due_today, "worst_days_late": found.worst,
        "year_before": asdict(before) if before else None,
        "units": [{**each.to_json(_), "light": _light(each)} for each in found.units if each.title],
        "late": [each.to_json(_) for each in found.late],
        "week_ends": found.week_ends.isoformat(), "week": [_week_shape(each) for each in found.week],
        "gatherings": [
            {"schedule": each.schedule, "title": each.title, "date": each.on.isoformat(),
             "at": each.at.astimezone(shown.as_of.tzinfo).isoformat() if each.at else None,
             "moved_from": each.moved_from.isoformat() if each.moved_from else None}
            for each in found.gatherings
        ],
        "attendance": [each.to_json() for each in shown.attendance], "hours": [each.to_json() for each in shown.hours],
        "campaigns": [asdict(each) for each in shown.campaigns], "credentials": shown.cards,
    }  # fmt: skip


def _week_shape(each: Due) -> dict[str, object]:
    return {
        **each.item.to_json(_), "light": each.light, "number": each.number, "who": [one.title for one in each.who],
        "waits_for": each.waits_for or None,
    }  # fmt: skip
