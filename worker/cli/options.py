"""Arguments and options that several commands share: which duty is meant, and who records it."""

from collections.abc import Callable
from typing import Any

import click

from worker.cli.command import Argument
from worker.cli.language import N_, Option

Function = Callable[..., Any]

recorded_by = click.option(
    "--by", metavar="ID", cls=Option, help=N_("who records it; default: whoever is at this shell")
)
yes_option = click.option("--yes", is_flag=True, cls=Option, help=N_("do not ask; for scripts"))
json_option = click.option("--json", "json_", is_flag=True, cls=Option, help=N_("what was done, as JSON"))


def which_duty(*, required: bool = True) -> Callable[[Function], Function]:
    """SCHEDULE [KEY] --person ID [--part STEP]; the schedule too may be left out unless it is `required`."""
    name = "SCHEDULE" if required else "[SCHEDULE]"
    shared = (
        click.argument("schedule", required=required, metavar=name, cls=Argument, about=N_("id of the schedule")),
        click.argument(
            "key", required=False, metavar="[KEY]", cls=Argument, about=N_("which occurrence; not needed if one is open")
        ),
        click.option("--person", required=True, metavar="ID", cls=Option, help=N_("who owes it, or holds the role, or heads the unit")),
        click.option("--part", metavar="STEP", cls=Option, help=N_("which step, if there are several")),
    )  # fmt: skip

    def decorate(command: Function) -> Function:
        for each in reversed(shared):
            command = each(command)
        return command

    return decorate
