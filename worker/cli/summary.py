"""`duban summary`: a summary on demand, before a meeting; and the ranking of units by a month."""

import re
from datetime import date

import click

from models.people import PersonRow
from tasks.delivery.payloads import Rendered
from tasks.live import current
from tasks.reporting.overdue import overdue
from tasks.reporting.ranking import Ranking, month_before, month_end, ranking
from tasks.reporting.summary_now import draft_now, prepare
from worker.bootstrap import boot
from worker.cli.acting import Acting, acting, after_asking
from worker.cli.command import Group
from worker.cli.language import N_, Option, _
from worker.cli.options import json_option, recorded_by, yes_option
from worker.cli.owed import person_id, person_if_given
from worker.cli.running import require_tables, unit_ids
from worker.cli.terminal import as_json, complain, say, table
from worker.clock import office_now
from worker.settings import Settings

TITLES = (N_("place"), N_("unit"), N_("on-time rate"), N_("due"), N_("done on time"), N_("not done yet"))
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@click.group(
    "summary",
    cls=Group,
    help=N_("Summaries for those who supervise: one on demand, and the ranking of units."),
)
def summary() -> None:
    """The commands about summaries."""


@summary.command(
    "draft",
    help=N_(
        "Draft a summary for one reader, from the figures of now, and print it. It waits at the desk until it is released, or goes out at "
        "once with --release. Only units under the reader can be in it; an empty one is not written."
    ),
    examples=[
        ("duban summary draft --for zhangjianguo", N_("before a meeting; released at the desk")),
        ("duban summary draft --for zhangjianguo --unit 综合执法大队 --release", N_("about one unit, sent at once; asks first")),
        ("duban summary draft --for zhangjianguo --release --yes", N_("sent at once, does not ask")),
        ("duban summary draft --for zhangjianguo --dry-run", N_("only read it")),
    ],
)  # fmt: skip
@click.option("--for", "reader", required=True, metavar="ID", cls=Option, help=N_("who is to read it"))
@click.option(
    "--unit",
    "units",
    multiple=True,
    cls=Option,
    help=N_("only this unit and those below it; may be repeated"),
)
@click.option("--release", is_flag=True, cls=Option, help=N_("send it at once"))
@click.option("--dry-run", "dry", is_flag=True, cls=Option, help=N_("only print it; nothing is changed"))
@recorded_by
@yes_option
@json_option
def draft(
    *, reader: str, units: tuple[str, ...], release: bool, dry: bool, by: str | None, yes: bool, json_: bool
) -> None:
    """Draft one, in one transaction."""
    texts = boot(Settings.load()).texts

    def act(context: Acting) -> tuple[str, Rendered, int | None]:
        session, live, now = context
        person = person_id(session, reader)
        ready = prepare(session, live, texts, person_id=person, units=units, now=now)
        number = None
        if not dry:
            number = draft_now(
                session, live, texts, person_id=person, units=units, by=person_if_given(session, by), now=now, release=release
            )  # fmt: skip
        return session.get_one(PersonRow, person).name, ready.found.text, number

    if release and not dry:
        _name, text, number = after_asking(act, _question, yes=yes)
    else:
        with acting() as context:
            _name, text, number = act(context)
    if json_:
        state = None if number is None else "queued" if release else "held"
        as_json({"id": number, "state": state, "title": text.title, "body": text.body})
        return
    say(text.title)
    say(text.body)
    if number is None:
        say(_("Nothing was changed."))
    elif release:
        say(_("Message {id} will be sent.").format(id=number))
    else:
        say(_("Message {id} is held; it waits for release.").format(id=number))


def _question(drafted: tuple[str, Rendered, int | None]) -> str:
    name, text, _number = drafted
    complain(text.title)
    complain(text.body)
    return _("This goes to {name} at once. Send it?").format(name=name)


@summary.command(
    "rank",
    help=N_(
        "Rank the units by a month: the share of what was due in it that was done in time. Nothing is sent."
    ),
    examples=[
        ("duban summary rank", N_("the month before this one")),
        ("duban summary rank --month 2026-10 --json", N_("another month, for other programs")),
    ],
)
@click.option(
    "--month", metavar="YYYY-MM", cls=Option, help=N_("which month; default: the one before this one")
)
@click.option(
    "--unit",
    "units",
    multiple=True,
    cls=Option,
    help=N_("only this unit and those below it; may be repeated"),
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def rank(*, month: str | None, units: tuple[str, ...], json_: bool) -> None:
    """Print the ranking."""
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live, now = current(session), office_now(session)
        span = month_before(live.today(now)) if month is None else _month(month, live.today(now))
        chosen = unit_ids(session, live.office, units) if units else None
        whole = {unit.unit_id for unit in overdue(session, live, now=now).units if unit.unit_id is not None}
        found = ranking(session, live, month=span, units=whole if chosen is None else chosen, now=now)
    if json_:
        as_json(_shape(found))
        return
    if not found.ranked:
        say(_("Nothing was due that month."))
        return
    rows = [
        [str(each.place), each.title, f"{each.rate}%", str(each.due), str(each.on_time), str(each.overdue)]
        for each in found.ranked
    ]
    table([_(title) for title in TITLES], rows, right=[0, 2, 3, 4, 5])
    if found.idle:
        say(_("Nothing was due, not ranked: {units}.").format(units=_(", ").join(found.idle)))


def _month(text: str, today: date) -> tuple[date, date]:
    """First and last day of a month that is over or runs. Raise a usage error for anything else."""
    match = _MONTH.fullmatch(text)
    if match is None or not (1949 <= int(match[1]) <= 2199 and 1 <= int(match[2]) <= 12):
        raise click.UsageError(_("'{value}' is no month; write one like 2026-10").format(value=text))
    first = date(int(match[1]), int(match[2]), 1)
    if first > today.replace(day=1):
        raise click.UsageError(_("{value} has not begun yet").format(value=text))
    return first, month_end(first)


def _shape(found: Ranking) -> dict[str, object]:
    return {
        "from": found.first.isoformat(), "to": found.last.isoformat(), "as_of": found.as_of.isoformat(),
        "units": [
            {
                "place": each.place, "key": each.key, "title": each.title, "due": each.due, "on_time": each.on_time,
                "on_time_rate": each.rate, "overdue": each.overdue,
            }
            for each in found.ranked
        ],
        "nothing_due": list(found.idle),
    }  # fmt: skip
