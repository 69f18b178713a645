"""`duban restore`: put a backup in place of what is there, which is kept; what was due before is not sent again without asking."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from worker.backups import bundle
from worker.backups import restore as work
from worker.backups.bundle import Reader
from worker.backups.restore import Quiet, Restored
from worker.cli.command import Argument, Command, read_day
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import folder_of, office_option
from worker.cli.running import who
from worker.cli.supervise import lock_file
from worker.cli.terminal import Refuse, agreed, as_json, progress, say
from worker.clock import machine_now
from worker.settings import Settings
from worker.supervisor import held


class Moment(click.ParamType[datetime]):
    """A day and a time of the office, `2026-11-30 08:00`; a day alone is its beginning; a zone may follow the time."""

    name = N_("TIME")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or fail as a usage error."""
        if isinstance(value, datetime):
            return value
        moment = _moment(str(value))
        if moment is None:
            self.fail(
                _("'{value}' is not a time; write one like '2026-11-30 08:00'").format(value=value),
                param,
                ctx,
            )
        return moment


def _moment(text: str) -> datetime | None:
    day, _space, clock = text.strip().replace("T", " ").partition(" ")
    found: date | None = read_day(day)
    try:
        return datetime.combine(found, time.fromisoformat(clock or "00:00")) if found else None
    except ValueError:
        return None


@click.command(
    "restore",
    cls=Command,
    help=N_(
        "Put a backup in place. duban has to be stopped. What is there is kept aside, an older database is brought up to date. What "
        "was due before now may have gone out since the backup was made: it is held, and you say whether it shall be sent."
    ),
    examples=[
        ("duban restore duban-20261130-020000.zip", N_("asks first")),
        (
            "duban restore duban-20261130-020000.zip --replace --yes",
            N_("over an office that is there, without asking"),
        ),
        (
            "duban restore duban-20261130-020000.zip --quiet-before '2026-11-30 02:00'",
            N_("send again what came due after that time"),
        ),
    ],
)
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", cls=Argument, about=N_("the backup")
)  # fmt: skip
@click.option(
    "--quiet-before", type=Moment(), cls=Option,
    help=N_("hold what was due before this time of the office; by default before now"),
)  # fmt: skip
@click.option(
    "--replace",
    is_flag=True,
    cls=Option,
    help=N_("put it in place of the office that is there, which is kept aside"),
)
@click.option(
    "--new-key", is_flag=True, cls=Option, help=N_("go on with another secret key than the backup's")
)
@click.option("--yes", is_flag=True, cls=Option, help=N_("do not ask"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
@office_option()
def restore(
    *,
    file: Path,
    quiet_before: datetime | None,
    replace: bool,
    new_key: bool,
    yes: bool,
    json_: bool,
    office: Path | None,
) -> None:
    """Look at everything that could stand in the way, ask, do it, and say what comes next."""
    settings = Settings.load()
    settings.prepare()
    with held(lock_file(settings.data)), bundle.opened(file) as reader:
        work.look(settings, reader)
        _require_key(settings, reader, new_key=new_key)
        work.require_rest(settings)
        _require_empty(settings, replace=replace)
        agreed(_question(reader), yes=yes)
        try:
            with progress(_("restoring")) as step:
                done = work.restore(
                    settings, reader, folder=folder_of(office), quiet=Quiet(by=who(), before=quiet_before), stamp=_stamp(reader),
                    progress=lambda done, total, what: step(done >> 20, total >> 20, what.text(_)),
                )  # fmt: skip
        except OSError as error:
            raise Refuse(
                _("It could not be restored: {why}. What was there is as it was.").format(
                    why=error.strerror or type(error).__name__
                )
            ) from error
    if json_:
        as_json(_shape(done))
    else:
        _tell(done, settings)
        if done.differ:
            say(
                _(
                    "The files in {folder} are not those that were in force. They wait until you say so, since what they open anew may "
                    "have been sent before: duban plan, then duban apply"
                ).format(folder=folder_of(office))
            )


def _stamp(reader: Reader) -> str:
    """Names what is kept aside by the time of day in the office."""
    return f"{machine_now().astimezone(reader.manifest.made_at.tzinfo):%Y%m%d-%H%M%S}"


def _require_key(settings: Settings, reader: Reader, *, new_key: bool) -> None:
    if new_key or work.key_fits(settings, reader.manifest):
        return
    where = "DUBAN_SECRET_KEY" if settings.given_secret_key else str(settings.data / "secret_key")
    raise Refuse(
        _(
            "The secret key is another one than when this backup was made, so its mobile numbers could not be read. Put the old key "
            "to {where} first; or say --new-key, import the roster again afterwards, and all old links end."
        ).format(where=where)
    )


def _require_empty(settings: Settings, *, replace: bool) -> None:
    there = work.what_is_there(settings)
    if replace or (there is not None and there.empty):
        return
    if there is None:
        raise Refuse(_("There is a database that cannot be read. Say --replace: it is kept aside."))
    raise Refuse(
        _(
            "There is an office in the database already. Say --replace: it is kept aside, with everything since the backup."
        )
    )


def _question(reader: Reader) -> str:
    manifest = reader.manifest
    return _(
        "This puts back the office of {made_at} with {people} people and {duties} duties; what was recorded later is not in it. Do it?"
    ).format(
        made_at=f"{manifest.made_at:%Y-%m-%d %H:%M}", people=manifest.rows.get("person", 0),
        duties=manifest.rows.get("obligation", 0),
    )  # fmt: skip


def _shape(done: Restored) -> dict[str, object]:
    return {
        "made_at": done.manifest.made_at.isoformat(), "held": done.held.messages, "drafts": done.held.drafts,
        "quiet_before": done.quiet_before.isoformat() if done.quiet_before else None, "aside": done.aside or None,
        "files": done.files, "migrated_from": done.migrated or None, "missing": list(done.manifest.missing),
    }  # fmt: skip


def _tell(done: Restored, settings: Settings) -> None:
    made = f"{done.manifest.made_at:%Y-%m-%d %H:%M}"
    rows = count(_("1 row"), _("{n} rows"), sum(done.manifest.rows.values()))
    say(_("Restored: the office of {made_at}, {rows}.").format(made_at=made, rows=rows))
    if done.migrated:
        say(
            _("Its database was at revision {revision}; it is up to date now.").format(revision=done.migrated)
        )
    if done.aside and settings.database_url.startswith("sqlite"):
        say(
            _("What was there before is kept in {folder}; remove it once all is well.").format(
                folder=done.aside
            )
        )
    elif done.aside:
        say(
            _(
                "What was there before is kept as the schema {schema}; remove it once all is well: DROP SCHEMA {schema} CASCADE"
            ).format(schema=done.aside)
        )
    if done.quiet_before is not None:
        _tell_held(done, f"{done.quiet_before:%Y-%m-%d %H:%M}")
    say(
        _("What people confirmed after {made_at} is not in it; ask them to confirm again.").format(
            made_at=made
        )
    )
    say(_("Start again: duban up"))


def _tell_held(done: Restored, instant: str) -> None:
    n = done.held.messages
    if n:
        one = _("1 message was due before {instant} and may have gone out already; it is held.")
        many = _("{n} messages were due before {instant} and may have gone out already; they are held.")
        say(count(one, many, n, instant=instant))
        say(_("See them: duban messages list --state held"))
        say(_("Send them: duban messages release --restored"))
        say(_("Drop them: duban messages drop --restored"))
    else:
        say(_("No message was due before {instant}; nothing is sent twice.").format(instant=instant))
    if done.held.drafts:
        text = count(
            _("1 draft waits for the clerk on the desk page; it may have gone out before, too."),
            _("{n} drafts wait for the clerk on the desk page; they may have gone out before, too."), done.held.drafts,
        )  # fmt: skip
        say(text)
