"""Reads a document of numbered steps and does what it says: its commands, edits, tables and pages. The document is the test.

What a document may hold, besides prose (`docs/first-hour.zh.md` is one):

    ## 3. Title                             a step
    ```sh                                   commands, run by bash; folder and exported variables stay
    ```text                                 what was printed since the commands before it began, standard error included
    <!-- exit: 1 -->                        the commands of the next block end so; otherwise with 0
    <!-- stays: WORDS -->                   the one command of the next block keeps running; it is ready once it prints WORDS
    <!-- stop -->                           Ctrl-C for it
    <!-- test: why -->                      the commands of the next block are not run
    <!-- edit: FILE -->                     each line of the next block replaces the line with its key, or follows the one before
    <!-- write: FILE -->                    the next block is the file
    <!-- table: FILE; title: TEXT -->       the next table is the first sheet of a workbook, under a title; digits alone are numbers
    <!-- phone (or desk), then lines -->    a browser: open WORDS (the link after them, as printed last), go PATH, see, fill, check, press

Printed text is compared by three rules: `…` stands for anything within a line; `…` alone on a line stands for any lines; the port
8765 stands for the one the test listens on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

STEP = re.compile(r"^## (\d+)\. (.+)$")
COMMENT = re.compile(r"^<!-- (\w+)(?:: (.*?))?(?: -->|$)")
FENCE = "```"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a step does or shows: its `kind`, what its marker says, and its lines."""

    step: str
    kind: str
    said: str
    lines: tuple[str, ...]


def acts_of(document: str) -> Iterator[Act]:
    """What a document says to do and shows, in its order. Raises AssertionError for a block that no rule reads."""
    lines = iter(document.splitlines())
    step, marker = "", ("", "")
    for line in lines:
        if match := STEP.match(line):
            step = f"{match[1]}. {match[2]}"
        elif line.startswith("## "):
            step = ""
        elif match := COMMENT.match(line):
            marker = (match[1], match[2] or "")
            if not line.endswith("-->"):
                yield Act(step, marker[0], marker[1], tuple(_until(lines, "-->")))
                marker = ("", "")
            elif marker[0] == "stop":
                yield Act(step, "stop", "", ())
                marker = ("", "")
        elif line.startswith(FENCE):
            body = tuple(_until(lines, FENCE))
            if step:
                yield _block(step, line.removeprefix(FENCE), marker, body)
            marker = ("", "")
        elif line.startswith("|") and marker[0] == "table":
            yield Act(step, "table", marker[1], (line, *_while_table(lines)))
            marker = ("", "")


def _block(step: str, language: str, marker: tuple[str, str], body: tuple[str, ...]) -> Act:
    kinds = {"sh": {"", "exit", "stays", "test"}, "text": {""}, "yaml": {"edit"}, "csv": {"write"}}
    assert marker[0] in kinds.get(language, ()), (
        f"step {step}: nothing says what to do with {language} {body}"
    )
    return Act(step, marker[0] or {"sh": "run", "text": "shown"}[language], marker[1], body)


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line.startswith(end):
            return
        yield line


def _while_table(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def matches(shown: tuple[str, ...], printed: str, port: int) -> bool:
    """Whether a document's text is what was printed."""
    pattern = "".join(
        r"(?:.*\n)*?"
        if line == "…"
        else re.escape(line).replace("…", ".*?").replace("8765", str(port)) + r"\n"
        for line in shown
    )
    return re.fullmatch(pattern + r"\s*", printed.rstrip() + "\n") is not None


def edited(text: str, lines: tuple[str, ...]) -> str:
    """The text of a file with these lines in it, each for the one of its key and indentation, which may have been a comment."""
    whole = text.splitlines()
    at = -1
    for line in lines:
        key = re.match(r"( *)([^:：\s]+)\s*[:：]", line)
        assert key, f"no key in {line!r}"
        known = re.compile(rf"(?:# )?{key[1]}{re.escape(key[2])}\s*[:：]")
        found = next((i for i, each in enumerate(whole) if known.match(each)), None)
        if found is None:
            assert at >= 0, f"{line!r} has no place in the file"
            whole.insert(at + 1, line)
            at += 1
        else:
            whole[found] = line
            at = found
    return "\n".join(whole) + "\n"


def cells_of(lines: tuple[str, ...]) -> list[list[str | int | None]]:
    """The rows of a table in Markdown, the line under its head left out. Digits alone are a number, as Excel makes them."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if not line.startswith("| ---")
    ]
    return [[(int(cell) if cell.isdecimal() else cell) or None for cell in row] for row in rows]


def in_order(acts: list[Act]) -> bool:
    """Whether the steps are numbered from 1 without a gap."""
    numbers = [int(act.step.partition(".")[0]) for act in acts]
    return numbers[0] == 1 and all(after - before in (0, 1) for before, after in pairwise(numbers))


def read(path: Path) -> list[Act]:
    """The acts of a document in a file."""
    return list(acts_of(path.read_text(encoding="utf-8")))
