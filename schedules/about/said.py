"""The shape of these texts: what a key or a definition is called and what it does, in both languages, with examples."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from schedules.strict import Definition

Language = Literal["zh_CN", "en"]


class Said(NamedTuple):
    """A text in both languages, and values as they may stand after the key."""

    zh: str
    en: str
    examples: tuple[object, ...] = ()

    def text(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh_CN" else self.en

    def other(self, language: Language) -> str:
        """The text in the other language."""
        return self.en if language == "zh_CN" else self.zh

    def line(self, language: Language) -> str:
        """Both languages on one line of Markdown; once, where they are the same."""
        own, other = self.text(language), self.other(language)
        return own if own == other else f"{own} *{other}*"


class Part(NamedTuple):
    """A definition: its heading, what it is, its own keys, and an example in YAML that the definition reads."""

    title: Said
    what: Said
    keys: Mapping[str, Said]
    example: str


Parts = Mapping[type[Definition], Part]


def said(zh: str, en: str, *examples: object) -> Said:
    """A text in Chinese and English."""
    return Said(zh, en, examples)


def part(
    title: tuple[str, str], what: tuple[str, str], keys: Mapping[str, Said] | None = None, example: str = ""
) -> Part:
    """A definition with the texts of its own keys; those of a base stand there."""
    return Part(Said(*title), Said(*what), keys or {}, example)
