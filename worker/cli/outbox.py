"""`duban outbox`: what the channel `outbox://` took on this machine, in full, with the personal links that the pages do not show."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from models.people import PersonRow
from tasks.live import current
from worker.bootstrap import Runtime
from worker.cli.command import Command
from worker.cli.language import N_, Option, _
from worker.cli.rehearse import rehearsal_settings
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, say
from worker.settings import Settings

FILE = "outbox.jsonl"


@click.command(
    "outbox",
    cls=Command,
    help=N_(
        "Print the newest messages of the local outbox as their recipients would read them. The links are personal: whoever opens one "
        "acts as that person. Nothing leaves this machine while channels are `outbox://`."
    ),
    examples=[
        ("duban outbox --last 3", N_("the three newest")),
        ("duban outbox --to 王敏 --rehearsal", N_("what one person got in the rehearsal")),
    ],
)
@click.option(
    "--to",
    "person",
    metavar="PERSON",
    cls=Option,
    help=N_("only to this person, by id or name; `group` for the group"),
)
@click.option(
    "--last", type=click.IntRange(1, 1000), default=5, show_default=True, cls=Option, help=N_("how many")
)
@click.option("--rehearsal", is_flag=True, cls=Option, help=N_("of the last `duban rehearse` of this office"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def outbox(*, person: str | None, last: int, rehearsal: bool, json_: bool) -> None:
    """Print them, the oldest of them first."""
    settings = Settings.load()
    if rehearsal:
        settings = rehearsal_settings(settings)
    require_tables(settings)
    names, zone = _known(settings)
    wanted = _wanted(names, person)
    found = [line for line in _lines(settings.data / FILE) if wanted is None or line["recipient"] in wanted][
        -last:
    ]
    if json_:
        as_json(found)
        return
    if not found:
        say(_("No message yet."))
    for line in found:
        at = datetime.fromisoformat(str(line["at"])).astimezone(zone)
        to = names.get(str(line["recipient"]), str(line["recipient"]))
        say(f"── {at:%Y-%m-%d %H:%M}  {to}  {line['title']}")
        say(f"{line['body']}\n")


def _known(settings: Settings) -> tuple[dict[str, str], ZoneInfo]:
    """The names of people by id, and the zone of the office."""
    run = Runtime(settings)
    try:
        with run.db.reading() as session:
            names = dict(session.execute(select(PersonRow.key, PersonRow.name)).tuples().all())
            return names, current(session).office.tz
    finally:
        run.close()


def _wanted(names: dict[str, str], person: str | None) -> set[str] | None:
    """The recipients that a person goes by; all for None. Raises Refuse for nobody."""
    if person is None:
        return None
    found = {key for key, name in names.items() if person in (key, name)} | (
        {person} if person == "group" else set()
    )
    if not found:
        raise Refuse(_("nobody in the roster has the id or the name '{id}'").format(id=person))
    return found


def _lines(file: Path) -> Iterator[dict[str, object]]:
    """What the channel wrote, one message a line."""
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)
