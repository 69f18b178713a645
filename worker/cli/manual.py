"""The page `docs/commands.md`: every command's help page, in Chinese. `python -m worker.cli.manual > docs/commands.md` writes it."""

from collections.abc import Iterator

import click

from worker.cli.click_words import translate_click
from worker.cli.command import Context
from worker.cli.help_page import everything
from worker.cli.language import choose
from worker.cli.main import COMMANDS, GROUPS, cli
from worker.cli.terminal import say

WIDTH = 96  # cells
HEAD = """\
# 命令 · Commands

每条命令的用法都可以用 `duban 命令 --help` 查看，加 `--lang en` 显示英文。本页由 `python -m worker.cli.manual` 生成。

Every page below is what `duban COMMAND --help` prints; `--lang en` prints it in English. This page is written by
`python -m worker.cli.manual`.

退出码 Exit codes: 0 正常 fine, 1 拒绝或有错误 refused, 2 用法不对 used wrongly, 130 被中止 stopped.
"""


def manual() -> str:
    """The whole page."""
    choose(["--lang=zh_CN"])
    translate_click()
    top = Context(cli, info_name="duban", terminal_width=WIDTH)
    return "\n".join(
        (
            HEAD,
            *_section("duban", cli.get_help(top), 2),
            *_section("duban help", everything(top), 2),
            *_commands(top),
        )
    )


def _commands(top: click.Context) -> Iterator[str]:
    """The commands in the order of the help page, each followed by its own commands."""
    for name in (
        name
        for group in GROUPS
        for name, entry in COMMANDS.items()
        if entry.group == group and name != "help"
    ):
        command = cli.get_command(top, name)
        if command is None:
            continue
        context = Context(command, info_name=name, parent=top, terminal_width=WIDTH)
        yield from _section(f"duban {name}", command.get_help(context), 2)
        if isinstance(command, click.Group):
            for word, below in command.commands.items():
                inner = Context(below, info_name=word, parent=context, terminal_width=WIDTH)
                yield from _section(f"duban {name} {word}", below.get_help(inner), 3)


def _section(title: str, page: str, level: int) -> tuple[str, ...]:
    return f"{'#' * level} {title}", "", "```text", page.rstrip(), "```", ""


if __name__ == "__main__":
    say(manual().rstrip())
