"""The command line `duban`: the table of commands, and the way in and out of every one of them.

A command's module is imported when the command is used, so that the help page is quick and `duban up` carries nothing it does
not need. Exit codes: 0 fine, 1 refused, 2 used wrongly, 130 stopped.
"""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

import click

from worker.cli.click_words import translate_click
from worker.cli.command import Helpful
from worker.cli.failures import report
from worker.cli.language import N_, Option, _, choose, lang_option
from worker.settings import completion_asked

DAILY = N_("Every day")
DATES = N_("Dates")
ROSTER = N_("People")
PEOPLE = N_("What people do")
SUPERVISE = N_("For those who supervise")
MESSAGES = N_("Messages and channels")
RUNNING = N_("Running it")
GROUPS = (DAILY, DATES, ROSTER, PEOPLE, SUPERVISE, MESSAGES, RUNNING)
# What the first help page shows: all that a clerk needs from day to day. `duban help` shows the rest.
FIRST = ("check", "preview", "plan", "apply", "explain")

COMPLETION = "worker.cli.completion"  # loaded when a shell asks


class Entry(NamedTuple):
    """One command: its group on the help page, the module and the name of the click command in it, and one line of help."""

    group: str
    module: str
    name: str
    about: str


COMMANDS = {
    "check": Entry(DAILY, "worker.cli.check", "check", N_("find every mistake in the office's files")),
    "preview": Entry(DAILY, "worker.cli.preview", "preview", N_("what will open and who will be told when")),
    "plan": Entry(DAILY, "worker.cli.plan", "plan", N_("what would change against what is running")),
    "apply": Entry(DAILY, "worker.cli.plan", "apply", N_("put the office's files into force")),
    "explain": Entry(
        DAILY, "worker.cli.explain", "explain", N_("why somebody was, will be, or was not told")
    ),
    "history": Entry(
        RUNNING,
        "worker.cli.history",
        "history",
        N_("every version of the office: when, by whom, what changed"),
    ),
    "rollback": Entry(
        RUNNING, "worker.cli.rollback", "rollback", N_("go back to an earlier version of the office")
    ),
    "deadline": Entry(
        DATES, "worker.cli.deadline", "deadline", N_("count one deadline, working days and all")
    ),
    "calendar": Entry(
        DATES, "worker.cli.calendar", "calendar", N_("working days: import a notice, show a year")
    ),
    "simulate": Entry(
        DATES, "worker.cli.simulate", "simulate", N_("run the office through some weeks without sending")
    ),
    "people": Entry(
        ROSTER, "worker.cli.people", "people", N_("the roster: import, list; how somebody is reminded")
    ),
    "credentials": Entry(ROSTER, "worker.cli.credentials", "credentials", N_("certificates: import, list")),
    "confirm": Entry(
        PEOPLE, "worker.cli.confirm", "confirm", N_("list what a person owes; record that it is done")
    ),
    "attendance": Entry(
        PEOPLE, "worker.cli.attendance", "attendance", N_("who was at a gathering: import a table")
    ),
    "hours": Entry(PEOPLE, "worker.cli.hours", "hours", N_("hours of training: import a table")),
    "targets": Entry(PEOPLE, "worker.cli.targets", "targets", N_("the list of a campaign: import a table")),
    "event": Entry(
        PEOPLE, "worker.cli.event", "event", N_("record what happened and starts a chain: a case, a document")
    ),
    "chain": Entry(PEOPLE, "worker.cli.chain", "chain", N_("a chain's dates; stop its clock, end it early")),
    "extend": Entry(PEOPLE, "worker.cli.extend", "extend", N_("ask for a longer term, grant or refuse it")),
    "requests": Entry(
        PEOPLE, "worker.cli.requests", "requests", N_("what people ask of the desk: list, grant, refuse")
    ),
    "schedule": Entry(
        DATES, "worker.cli.schedule", "schedule", N_("schedules in force: list, pause, resume")
    ),
    "occurrence": Entry(
        DATES, "worker.cli.occurrence", "occurrence", N_("move one occurrence to another day, or skip it")
    ),
    "absence": Entry(
        ROSTER, "worker.cli.absence", "absence", N_("leave and trips: who is away, who stands in")
    ),
    "silence": Entry(
        ROSTER, "worker.cli.silence", "silence", N_("leave people alone for a while: begin, list, end")
    ),
    "inspector": Entry(
        ROSTER, "worker.cli.inspector", "inspector", N_("let an inspector read until a day: add, list, end")
    ),
    "waive": Entry(PEOPLE, "worker.cli.waive", "waive", N_("excuse somebody from a duty, with a reason")),
    "transfer": Entry(
        PEOPLE, "worker.cli.waive", "transfer", N_("hand an open duty over to another person or unit")
    ),
    "urge": Entry(PEOPLE, "worker.cli.urge", "command", N_("have somebody asked once more, by hand")),
    "register": Entry(
        PEOPLE, "worker.cli.register", "register", N_("registers: what is only recorded and counted")
    ),
    "board": Entry(
        SUPERVISE, "worker.cli.board", "show_board", N_("the board: lights, what is late, this week")
    ),
    "overdue": Entry(SUPERVISE, "worker.cli.overdue", "overdue", N_("what is overdue, by unit")),
    "archive": Entry(
        SUPERVISE, "worker.cli.archive", "archive", N_("an occurrence or a year as one zip with hashes")
    ),
    "report": Entry(
        SUPERVISE, "worker.cli.report", "report", N_("the annual report: every figure with its list")
    ),
    "summary": Entry(
        SUPERVISE, "worker.cli.summary", "summary", N_("a summary before a meeting; the ranking of units")
    ),
    "messages": Entry(
        MESSAGES, "worker.cli.messages", "messages", N_("what was sent, what waits, what failed")
    ),
    "outbox": Entry(
        MESSAGES, "worker.cli.outbox", "outbox", N_("the local outbox: texts in full, with their links")
    ),
    "channels": Entry(
        MESSAGES, "worker.cli.channels", "channels", N_("the ways to reach people; send a real test message")
    ),
    "api": Entry(
        RUNNING, "worker.cli.api", "api", N_("other systems that use the API: their keys and scopes")
    ),
    "init": Entry(RUNNING, "worker.cli.init", "init", N_("copy the starter office to a new folder")),
    "schema": Entry(
        RUNNING, "worker.cli.schema", "schema", N_("what editors need to complete and explain the YAML files")
    ),
    "up": Entry(RUNNING, "worker.cli.up", "up", N_("run everything on this machine")),
    "sign-in": Entry(RUNNING, "worker.cli.sign_in", "sign_in", N_("print a link that signs in to the pages")),
    "demo": Entry(RUNNING, "worker.cli.demo", "demo", N_("a year of the office in a few minutes")),
    "rehearse": Entry(
        RUNNING, "worker.cli.rehearse", "rehearse", N_("your own office as it will be on a given morning")
    ),
    "go-live": Entry(
        RUNNING, "worker.cli.golive", "go_live", N_("end the trial: messages go to the people themselves")
    ),
    "migrate": Entry(
        RUNNING, "worker.cli.migrate", "migrate", N_("bring the database to the newest revision")
    ),
    "doctor": Entry(RUNNING, "worker.cli.doctor", "doctor", N_("is everything well, and what to do if not")),
    "backup": Entry(
        RUNNING, "worker.cli.backup", "backup", N_("everything in one file, while the office runs")
    ),
    "restore": Entry(
        RUNNING, "worker.cli.restore", "restore", N_("put a backup in place; nothing is sent twice")
    ),
    "completion": Entry(
        RUNNING, "worker.cli.completion", "completion", N_("let Tab complete commands, options and ids")
    ),
    "help": Entry(RUNNING, "worker.cli.help_page", "help_page", N_("all commands, or one with its examples")),
    "web": Entry(RUNNING, "worker.cli.web", "web", N_("serve the pages (one of the processes of `up`)")),
}


LASTING = frozenset({"up", "demo", "web"})  # commands that go on running, and have to keep their memory small


class LazyGroup(Helpful, click.Group):
    """The commands of the table, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; importing its module happens here."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = getattr(import_module(entry.module), entry.name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look the command up; a wrong name is answered with the likeliest one, without importing any."""
        if args and args[0] not in COMMANDS:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=list(COMMANDS), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands before the options, which one hardly needs."""
        self.format_commands(ctx, formatter)
        Helpful.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The clerk's commands, from the table alone."""
        with formatter.section(_(DAILY)):
            formatter.write_dl([(f"{name:<11}", _(COMMANDS[name].about)) for name in FIRST])

    def format_all(self, formatter: click.HelpFormatter) -> None:
        """Every command by group."""
        for group in GROUPS:
            with formatter.section(_(group)):
                rows = [(name, _(entry.about)) for name, entry in COMMANDS.items() if entry.group == group]
                formatter.write_dl([(f"{name:<11}", about) for name, about in rows])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Where to go on."""
        formatter.write_paragraph()
        formatter.write_text(_("`duban help` shows all commands, `duban COMMAND --help` one with examples."))

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run the command line and exit with its code; every error ends as a sentence."""
        arguments = list(sys.argv[1:] if args is None else args)
        if not _without_language(arguments):
            arguments.append("--help")
        choose(arguments)
        translate_click()
        if asked := completion_asked():
            sys.exit(import_module(COMPLETION).answer(asked))
        extra.update(prog_name="duban", standalone_mode=False)
        try:
            code = super().main(arguments, **extra)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - reported as a sentence, logged with a reference
            code = report(error)
        sys.exit(code if isinstance(code, int) else 0)


def _without_language(arguments: Sequence[str]) -> list[str]:
    """The arguments without `--lang` and its value."""
    return [
        word
        for number, word in enumerate(arguments)
        if not word.startswith("--lang") and (number == 0 or arguments[number - 1] != "--lang")
    ]


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value and not ctx.resilient_parsing:
        click.echo(f"duban {import_module('importlib.metadata').version('duban')}")
        ctx.exit()


cli = LazyGroup(
    "duban",
    help=N_("Duties of an office: opened in time, asked after until done, reported to those who supervise."),
    params=[
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
            help=N_("Show the version and exit."),
        ),
        lang_option(hidden=False),
    ],
    no_args_is_help=False,
)


def main() -> None:
    """The console script."""
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    if LASTING.isdisjoint(sys.argv):
        # A command makes many objects and ends: looking for circles among them took a third of the time of a large plan.
        gc.set_threshold(100_000, 20, 20)
    cli.main()
