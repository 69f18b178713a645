"""`duban help`: the page behind the first one, with every command by group; or one command's own page."""

import click

from worker.cli.command import Argument, Command
from worker.cli.language import N_, _
from worker.cli.terminal import say


@click.command(
    "help",
    cls=Command,
    help=N_("Show every command by group, or the help page of one."),
    examples=[
        ("duban help", N_("every command")),
        ("duban help plan", N_("the same as `duban plan --help`")),
    ],
)
@click.argument(
    "names", nargs=-1, metavar="[COMMAND …]", cls=Argument, about=N_("of which command; default: all")
)
@click.pass_context
def help_page(ctx: click.Context, *, names: tuple[str, ...]) -> None:
    """Print the page."""
    top = ctx.find_root()
    say(_of(top, names) if names else everything(top))


def everything(top: click.Context) -> str:
    """The page of all commands."""
    formatter = top.make_formatter()
    format_all = getattr(top.command, "format_all")  # noqa: B009 - of worker.cli.main, which knows the table and loads this module
    format_all(formatter)
    formatter.write_paragraph()
    formatter.write_text(_("`duban COMMAND --help` shows a command with examples."))
    return formatter.getvalue().strip("\n")


def _of(top: click.Context, names: tuple[str, ...]) -> str:
    """The page of a command, and of a command of a command. Raises a usage error naming the likeliest for a wrong name."""
    context = top
    for name in names:
        if not isinstance(context.command, click.Group):
            raise click.UsageError(
                _("'{name}' has no commands of its own").format(name=context.info_name), ctx=context
            )
        found = context.command.get_command(context, name)
        if found is None:
            known = context.command.list_commands(context)
            raise click.exceptions.NoSuchCommand(name, possibilities=known, ctx=context)
        context = found.context_class(found, info_name=name, parent=context)
    return context.command.get_help(context).rstrip()
