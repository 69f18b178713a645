"""`duban explain`: in sentences, why somebody was, will be, or was not told."""

from datetime import date

import click

from tasks.explain.asked import Asked
from tasks.explain.message import explain_message
from tasks.explain.naming import person_named, schedules_named
from tasks.explain.person import explain_person
from tasks.explain.schedule import explain_schedules
from tasks.live import current
from worker.bootstrap import boot
from worker.cli import explain_lines
from worker.cli.command import DAY, ROW, Command
from worker.cli.language import N_, Option, _
from worker.cli.running import require_tables
from worker.cli.terminal import as_json, say
from worker.clock import office_now
from worker.settings import Settings


@click.command(
    "explain",
    cls=Command,
    help=N_(
        "Say in sentences why somebody was told something, will be told, or was not told: what is due and why that day, the days counted, "
        "leave and who stands in, silences, pauses, what waits for release, and the answer of the provider. Changes nothing."
    ),
    examples=[
        ("duban explain --person 张三", N_("why he was told something today, or nothing")),
        ("duban explain --person zhangsan --on 2026-11-27", N_("another day, past or to come")),
        ("duban explain --person 张三 --schedule friday-study", N_("only about one schedule")),
        ("duban explain --schedule friday-study", N_("what is open of it: the ladder, and who was told")),
        ("duban explain --schedule friday-study --key 2026-11-27", N_("one occurrence")),
        ("duban explain --message 17", N_("the story of one message")),
    ],
)
@click.option(
    "--person",
    metavar="ID",
    cls=Option,
    help=N_("whom it is about: the id, or a name that only one person has"),
)
@click.option("--schedule", metavar="SCHEDULE", cls=Option, help=N_("which schedule: its id or title"))
@click.option(
    "--key",
    metavar="KEY",
    cls=Option,
    help=N_("which occurrence of the schedule, as `duban preview` shows it"),
)
@click.option(
    "--message", type=ROW, metavar="ID", cls=Option, help=N_("which message, by its number in the ledger")
)
@click.option(
    "--all",
    "whole",
    is_flag=True,
    cls=Option,
    help=N_("with --person: every duty, however many; otherwise the 80 that are due first"),
)
@click.option("--on", type=DAY, cls=Option, help=N_("which day; default: today"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def explain(
    *,
    person: str | None,
    schedule: str | None,
    key: str | None,
    message: int | None,
    on: date | None,
    whole: bool,
    json_: bool,
) -> None:
    """Answer one question."""
    _check(person=person, schedule=schedule, key=key, message=message, whole=whole)
    settings = Settings.load()
    require_tables(settings)
    with boot(settings).db.reading() as session:
        live, now = current(session), office_now(session)
        asked = Asked(session=session, live=live, now=now, on=on or live.today(now))
        if message is not None:
            story = explain_message(asked, message)
            shape, lines = story.to_json(_, asked), explain_lines.message(story, asked)
        elif person is not None:
            who = person_named(session, person)
            rows = schedules_named(session, live, schedule) if schedule else None
            answer = explain_person(asked, who, schedules=rows, whole=whole)
            shape, lines = answer.to_json(_, asked), explain_lines.person(answer, asked, whole=whole)
        else:
            found = explain_schedules(asked, schedules_named(session, live, schedule or ""), key=key)
            shape, lines = found.to_json(_, asked), explain_lines.schedules(found, asked)
        text = "\n".join(lines)
    if json_:
        as_json(shape)
    else:
        say(text)


def _check(
    *, person: str | None, schedule: str | None, key: str | None, message: int | None, whole: bool
) -> None:
    """Exactly one question; a key only beside a schedule."""
    if message is not None and (person or schedule or key):
        raise click.UsageError(_("--message stands alone: it says everything about one message"))
    if message is None and not person and not schedule:
        raise click.UsageError(_("say what to explain: --person, --schedule or --message"))
    if whole and not person:
        raise click.UsageError(_("--all goes with --person: it says everything about one person"))
    if key and (not schedule or person):
        raise click.UsageError(_("--key names an occurrence of --schedule, without --person"))
