"""`duban help`: the page behind the first one, with every command by group; or one command's own page."""

import click

from worker.cli import failure_pages
from worker.cli.command import Argument, Command
from worker.cli.language import N_, _
from worker.cli.terminal import say

FAILURES = "failures"


@click.command(
    "help",
    cls=Command,
    help=N_(
        "Show every command by group, or the help page of one; with `failures` what to do when something does not work, by the name "
        "of a page or by words that you see."
    ),
    examples=[
        ("duban help", N_("every command")),
        ("duban help plan", N_("the same as `duban plan --help`")),
        ("duban help failures", N_("what may be seen, and the name of the page for it")),
        ("duban help failures 磁盘", N_("one page, by its name or a word of it: what it means, what to do")),
    ],
)
@click.argument(
    "names", nargs=-1, metavar="[COMMAND …]", cls=Argument, about=N_("of which command; default: all")
)
@click.pass_context
def help_page(ctx: click.Context, *, names: tuple[str, ...]) -> None:
    """Print the page."""
    top = ctx.find_root()
    if names[:1] == (FAILURES,):
        _failures(names[1:])
        return
    say(_of(top, names) if names else everything(top))


def _failures(words: tuple[str, ...]) -> None:
    """Print the page of that name, the only one with these words, or the list of those with them."""
    if not words:
        say("\n".join(failure_pages.printed(failure_pages.INDEX)))
        return
    found = [words[0]] if words[0] in failure_pages.names() else failure_pages.holding(words)
    if not found:
        raise click.UsageError(
            _("no page says '{words}'; all pages: duban help failures").format(words=" ".join(words))
        )
    if len(found) > 1:
        page = max(map(len, found))
        for name in found:
            say("    ".join((f"duban help {FAILURES} {name:<{page}}", failure_pages.title(name))))
        return
    say("\n".join(failure_pages.printed(found[0])))


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
