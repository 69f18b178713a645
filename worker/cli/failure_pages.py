"""The pages of docs/failures: one for each failure, found by its name, by words in it, or by the sentence that was printed.

A page begins with what one sees, word for word in a block of ```; `…` stands for what differs from case to case. So the pages
themselves say which sentence belongs to which page, and nothing has to be kept in step in the code.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import worker
from worker.cli.cells import wrap
from worker.cli.language import current

# In the wheel the pages lie beside the code (pyproject.toml); in the repository where people read them.
FOLDERS = (Path(worker.__file__).parent / "failures", Path(worker.__file__).parents[1] / "docs" / "failures")
INDEX = "README"
WIDTH = 80
_ENDINGS = {"zh_CN": ".zh.md", "en": ".en.md"}
_QUOTED = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SIGN = re.compile(r"^[\[［][^\]］]*[\]］] ")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_ITEM = re.compile(r"^(\s*(?:\d+\.|-) )(.*)$")


def names() -> list[str]:
    """The names of all pages in this language, in alphabetical order."""
    ending = _ENDINGS[current()]
    return sorted(
        path.name.removesuffix(ending)
        for path in _folder().glob(f"*{ending}")
        if not path.name.startswith(INDEX)
    )


def text(name: str) -> str:
    """A page, or the INDEX, as it was written. Raises FileNotFoundError for a name of none."""
    return (_folder() / f"{name}{_ENDINGS[current()]}").read_text(encoding="utf-8")


def title(name: str) -> str:
    """What a page is about."""
    return text(name).partition("\n")[0].removeprefix("# ")


def quotes(page: str) -> list[str]:
    """What one sees, line by line, without doctor's sign before it."""
    found = _QUOTED.search(page)
    return [_SIGN.sub("", line.strip()) for line in found[1].splitlines() if line.strip()] if found else []


def of(sentence: str) -> str | None:
    """The page of a printed sentence; of doctor's findings the subject belongs to it. None if no page quotes it."""
    fitting = [(quote, name) for name in names() for quote in quotes(text(name)) if matches(quote, sentence)]
    return max(fitting, key=lambda each: len(each[0]))[1] if fitting else None


def matches(quote: str, sentence: str) -> bool:
    """Whether a sentence is what a page quotes."""
    return re.fullmatch(".*".join(map(re.escape, quote.split("…"))), sentence, re.DOTALL) is not None


def holding(words: tuple[str, ...]) -> list[str]:
    """The pages with all these words in them, in any case of letters."""
    return [name for name in names() if all(word.lower() in text(name).lower() for word in words)]


def printed(name: str) -> Iterator[str]:
    """The lines of a page for a terminal of 80 cells."""
    code = False
    for line in text(name).splitlines():
        if line.startswith("```"):
            code = not code
        elif code or line.startswith("    "):
            yield f"    {line.strip()}"
        else:
            yield from _lines(_LINK.sub(r"\1", line.lstrip("#").strip() if line.startswith("#") else line))


def _lines(line: str) -> Iterator[str]:
    """One paragraph; what continues an item of a list stands below its words."""
    item = _ITEM.match(line)
    lead, rest = (item[1], item[2]) if item else ("", line)
    for number, part in enumerate(wrap(rest, WIDTH - len(lead))):
        yield (" " * len(lead) if number else lead) + part


def _folder() -> Path:
    return next((folder for folder in FOLDERS if folder.is_dir()), FOLDERS[-1])
