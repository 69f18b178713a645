"""The language of the command line: Chinese, unless `--lang` or the environment says otherwise.

Texts are looked up when they are printed, so a module may mark its words (`N_`) before the language is known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

import click

import tasks

LOCALES = Path(tasks.__file__).parent / "locale"
LANGUAGES = {"zh_CN": "zh_CN", "zh": "zh_CN", "en": "en"}
VARIABLES = ["DUBAN_LANG", "DUBAN_LANGUAGE"]

_QUOTED = r'((?:"(?:[^"\\]|\\.)*"\n)+)'
# Of a text with a plural, which the pages have too, the form for one thing.
_ENTRY = re.compile(rf"^msgid {_QUOTED}(?:msgid_plural {_QUOTED})?msgstr(?:\[0\])? {_QUOTED}", re.MULTILINE)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

_chosen = ["zh_CN"]


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a text for translation; it is translated where it is printed."""
    return msgid


def _(msgid: str) -> str:
    """The text in the language of this run."""
    return _catalogue(_chosen[0]).get(msgid, msgid)


def count(one: str, many: str, n: int, **values: object) -> str:
    """Of two translated texts the one for `n` things, its field `{n}` and those named in `values` filled in."""
    return (one if n == 1 else many).format(n=n, **values)


def current() -> str:
    """The language of this run, as the catalogues name it."""
    return _chosen[0]


def in_two() -> Literal["zh_CN", "en"]:
    """The language of this run, as texts that stand in both take it."""
    return "en" if _chosen[0] == "en" else "zh_CN"


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help, in the language of this run."""
        with _shown_in_language(self):
            return super().get_help_record(ctx)


def lang_option(*, hidden: bool) -> Option:
    """`--lang`; every command takes it, so that it may stand before or after the command's name."""
    return Option(
        ["--lang"],
        type=click.Choice(list(LANGUAGES)),
        envvar=VARIABLES,
        expose_value=False,
        hidden=hidden,
        help=N_("language of all output: zh_CN or en"),
    )


def choose(arguments: Sequence[str]) -> None:
    """Set the language from the command line, else the environment, before anything is parsed or printed.

    A language there is none of stays Chinese here; the option itself then refuses it.
    """
    given = lang_option(hidden=True).resolve_envvar_value(click.Context(click.Command("duban")))
    for number, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang" and number + 1 < len(arguments):
            given = arguments[number + 1]
        elif word.startswith("--lang="):
            given = word.removeprefix("--lang=")
    _chosen[0] = LANGUAGES.get(given or "zh_CN", "zh_CN")


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """The texts of a PO file as `tasks.catalogs` writes it; read without Babel, which takes longer to load than most commands run."""
    file = LOCALES / language / "LC_MESSAGES" / "duban.po"
    if not file.exists():
        return {}
    found = _ENTRY.findall(file.read_text(encoding="utf-8"))
    return {_unquoted(msgid): _unquoted(text) for msgid, _plural, text in found if text.strip() != '""'}


def _unquoted(quoted: str) -> str:
    text = "".join(line.strip()[1:-1] for line in quoted.splitlines())
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


@contextmanager
def _shown_in_language(option: click.Option) -> Iterator[None]:
    english = option.help
    option.help = _(english) if english else english
    try:
        yield
    finally:
        option.help = english
