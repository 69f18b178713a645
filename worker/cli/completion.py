"""`duban completion`: the script that makes a shell complete `duban`; and the answer when the shell asks.

The shell asks by click's own protocol, with `_DUBAN_COMPLETE` in the environment. The answer comes from `command_tree.json` and the
office's database, in a fraction of a second; where there is no office, or anything goes wrong, there is nothing to offer and no word of it.
"""

import sys
from contextlib import suppress

import click
from click.shell_completion import get_completion_class, shell_complete

from worker.cli.command import Argument, Command
from worker.cli.command_tree import commands
from worker.cli.language import N_
from worker.settings import COMPLETION_VARIABLE

SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=Command,
    help=N_(
        "Print the script with which a shell completes commands, options and the ids of schedules, people, units, channels and "
        "occurrences when Tab is pressed. One line in the shell's own file switches it on; see docs/command-line.en.md."
    ),
    examples=[
        ("duban completion bash >> ~/.bashrc", N_("bash; counts in the next shell")),
        ("duban completion zsh >> ~/.zshrc", N_("zsh, below the line with compinit")),
        ("duban completion fish > ~/.config/fish/completions/duban.fish", N_("fish")),
    ],
)
@click.argument("shell", type=click.Choice(SHELLS), cls=Argument, about=N_("which shell"))
def completion(*, shell: str) -> None:
    """Print the script."""
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(shell)
    click.echo(found(commands(), {}, "duban", COMPLETION_VARIABLE).source())


def answer(instruction: str) -> int:
    """Answer a shell, or say nothing. Return the exit code."""
    with suppress(Exception):
        return shell_complete(commands(), {}, "duban", COMPLETION_VARIABLE, instruction)
    sys.stdout.flush()
    return 0
