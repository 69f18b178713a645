"""`duban plan` and `duban apply`: what changes against what is in force; then the change, all or nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from schedules.office import OfficeSpec
from tasks.apply import Fate, Plan
from tasks.apply import apply as put_into_force
from tasks.apply import plan as compare
from tasks.duties.records import as_applied
from worker.bootstrap import boot
from worker.cipher import Cipher
from worker.cli.command import Command
from worker.cli.forecast import Forecast, forecast
from worker.cli.language import N_, Option, _, count
from worker.cli.loading import load_office
from worker.cli.office_folder import office_argument
from worker.cli.running import database_to_compare, prepare_tables, who
from worker.cli.terminal import agreed, as_json, complain, plain, say
from worker.clock import office_now
from worker.settings import Settings
from worker.tables import as_texts

MOST_NAMES = 12


@click.command(
    "plan",
    cls=Command,
    help=N_(
        "Show what `duban apply` would change against what is running: schedules, what opens now, people, the messages of the "
        "next seven days. Changes nothing."
    ),
    examples=[("duban plan danwei", N_("the office in the folder `danwei`"))],
)
@office_argument()
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def plan(*, office: Path | None, json_: bool) -> None:
    """Print the plan."""
    spec, files = load_office(office)
    settings = Settings.load()
    with database_to_compare(settings) as database, database.reading() as session:
        now = office_now(session)
        found = compare(session, spec, as_texts(files), cipher=Cipher(settings.secret_key))
        recorded = as_applied(session, spec)
    coming = forecast(recorded, (*found.added, *found.changed), now=now)
    if json_:
        as_json(shape(found, coming))
        return
    tell(found, coming, spec)


@click.command(
    "apply",
    cls=Command,
    help=N_(
        "Put the office's files into force, all or nothing. With any mistake in them nothing is changed and the last good "
        "version keeps running. What takes something away is asked first."
    ),
    examples=[
        ("duban apply danwei", N_("shows the plan, asks if it takes something away, then does it")),
        (
            "duban apply danwei --yes --removed cancel",
            N_("without asking; removed schedules end with what is open of them"),
        ),
    ],
)
@office_argument()
@click.option("--yes", is_flag=True, cls=Option, help=N_("do not ask"))
@click.option(
    "--removed",
    type=click.Choice(["keep", "cancel"]),
    cls=Option,
    help=N_("what becomes of the open duties of schedules that are no longer there"),
)
def apply(*, office: Path | None, yes: bool, removed: Fate | None) -> None:
    """Show the plan, ask if it harms, and do it."""
    spec, files = load_office(office)
    texts = as_texts(files)
    settings = Settings.load()
    prepare_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        now = office_now(session)
        found = compare(session, spec, texts, cipher=runtime.cipher)
        recorded = as_applied(session, spec)
    tell(found, forecast(recorded, (*found.added, *found.changed), now=now), spec)
    if found.unchanged:
        return
    if _takes_away(found):
        agreed(_("This takes something away. Do it?"), yes=yes)
    do_apply(spec, texts, settings, removed=removed)
    say(_("In force."))


def do_apply(spec: OfficeSpec, texts: Mapping[str, str], settings: Settings, *, removed: Fate | None) -> None:
    """Put an office into force in one transaction, and wake the running processes."""
    runtime = boot(settings)
    with runtime.db.writing.begin() as session:
        now = office_now(session)
        put_into_force(session, spec, texts, by=who(), now=now, cipher=runtime.cipher, removed=removed)
    runtime.nudger.nudge()


def _takes_away(found: Plan) -> bool:
    return bool(found.removed or found.roster.left or any(change.removed for change in found.targets))


def shape(found: Plan, coming: Forecast) -> dict[str, object]:
    """The JSON of a plan."""
    return {
        "first": found.first,
        "unchanged": found.unchanged,
        "schedules": {"added": found.added, "changed": found.changed, "removed": found.removed},
        "open_of_removed": dict(found.open_of_removed),
        "people": {
            "joined": found.roster.joined,
            "moved": found.roster.moved,
            "left": found.roster.left,
            "changed": found.roster.changed,
        },
        "credentials": found.credentials,
        "targets": [
            {"schedule": change.schedule, "added": change.added, "removed": change.removed}
            for change in found.targets
        ],
        "calendar": found.calendar,
        "registers_changed": found.registers_changed,
        "opening": [
            {"schedule": schedule, "key": key, "title": title} for schedule, key, title in coming.opening
        ],
        "messages": [{"date": day.isoformat(), "messages": n} for day, n in coming.messages],
        "warnings": [
            {"person": person, "date": day.isoformat(), "messages": n} for person, day, n in coming.flooded
        ],
    }


def tell(found: Plan, coming: Forecast, office: OfficeSpec) -> None:
    """Print a plan in sentences."""
    if found.unchanged:
        say(_("No change: this is what is in force."))
        return
    if found.first:
        say(_("Nothing is in force yet; this is the first time."))
    titles = {item.id: item.title for item in office.schedules}
    titles |= {item.id: item.title for item in office.summaries}
    _group("+", _("Schedules added"), (_titled(key, titles) for key in found.added))
    _group(
        "~",
        _("Schedules changed (what is open keeps its own definition)"),
        (_titled(k, titles) for k in found.changed),
    )
    _group("-", _("Schedules removed"), (_removed(key, found) for key in found.removed))
    if found.settings_changed:
        say(_("office.yaml changed: units, posts, channels or times"))
    if found.registers_changed:
        say(_("Registers changed; what is entered stays"))
    names = {person.id: person.name for person in office.people}
    _group("+", _("People who join"), [_titled(key, names) for key in found.roster.joined], most=MOST_NAMES)
    _group(
        "~",
        _("People who move to another unit"),
        [_titled(key, names) for key in found.roster.moved],
        most=MOST_NAMES,
    )
    _group("-", _("People who leave"), found.roster.left, most=MOST_NAMES)
    _group(
        "~",
        _("People with other data"),
        [_titled(key, names) for key in found.roster.changed],
        most=MOST_NAMES,
    )
    if found.credentials:
        say(count(_("1 certificate is new"), _("{n} certificates are new"), found.credentials))
    _tell_targets(found, titles)
    if found.calendar and not found.first:
        years = _(", ").join(str(year) if year else _("single days") for year in found.calendar)
        say(_("Working days are new: {years}; open deadlines are counted anew").format(years=years))
    _tell_coming(coming, names)


def _tell_targets(found: Plan, titles: Mapping[str, str]) -> None:
    for change in found.targets:
        title = _titled(change.schedule, titles)
        _group("+", _("{title}: rows added").format(title=title), change.added, most=MOST_NAMES)
        _group(
            "-",
            _("{title}: rows removed; what is open for them is withdrawn").format(title=title),
            change.removed,
            most=MOST_NAMES,
        )


def _tell_coming(coming: Forecast, names: Mapping[str, str]) -> None:
    _group(">", _("Opens now"), (f"{title} {key}" for _schedule, key, title in coming.opening))
    total = sum(n for _day, n in coming.messages)
    if total:
        say(
            _("Messages of the next seven days: at most {n} to {people} people").format(
                n=total, people=coming.people
            )
            + "".join(f"\n  {day.isoformat()}  {n}" for day, n in coming.messages)
        )
    for person, day, n in coming.flooded:
        complain(
            _("Warning: {name} would get {n} messages on {day}; more than 3 a day are a nuisance.").format(
                name=_titled(person, names), n=n, day=day.isoformat()
            )
        )


def _titled(key: str, titles: Mapping[str, str]) -> str:
    title = titles.get(key)
    return f"{title} ({key})" if title else key


def _removed(key: str, found: Plan) -> str:
    n = found.open_of_removed.get(key, 0)
    return f"{key}: " + count(_("1 duty is open"), _("{n} duties are open"), n) if n else key


def _group(sign: str, title: str, lines: Iterable[str], *, most: int | None = None) -> None:
    found = [plain(line) for line in lines]
    if not found:
        return
    say(f"{title}: {len(found)}")
    for line in found[:most]:
        say(f"  {sign} {line}")
    if most is not None and len(found) > most:
        say("  " + _("… and {n} more").format(n=len(found) - most))
