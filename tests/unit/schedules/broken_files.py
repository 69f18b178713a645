"""Reads and prints the table of broken files: each folder of `broken/` holds what a clerk got wrong, in the place of the small
office's own files, and in `printed.zh.txt` what check prints of it; a third has `printed.en.txt` too.

After a change of words: `PYTHONPATH=tests python -m unit.schedules.broken_files`, then read what changed.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from unit.schedules.offices import CREDENTIALS_CSV, OFFICE_YAML, PEOPLE_CSV

from schedules.loader import SourceFile, load
from worker.cli.language import _, choose

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(each.name for each in BROKEN.iterdir() if each.is_dir())
TODAY = date(2026, 6, 1)
GOOD = "monthly-report: {title: 月报, when: {monthly: 25}, who: {roles: [staff]}}\n"
PAGE = BROKEN / "README.md"
STARTER = Path(__file__).parents[3] / "schedules" / "office"


def sources(case: str) -> list[SourceFile]:
    """The small office with the files of a case in place of its own."""
    folder = BROKEN / case
    written = {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and not each.name.startswith("printed.")
    }
    whole = {
        "office.yaml": OFFICE_YAML.encode(), "people.csv": PEOPLE_CSV.encode(), "credentials.csv": CREDENTIALS_CSV.encode(),
        "good.yaml": GOOD.encode(),
    } | written  # fmt: skip
    return [SourceFile(path, data) for path, data in whole.items()]


def printed(case: str, notices: Sequence[SourceFile], language: str) -> str:
    """What check prints of a case, mistakes or warnings."""
    choose(["--lang", language])
    try:
        loaded = load([*notices, *sources(case)], today=TODAY, warn=True)
        return "".join(f"{each.text(_)}\n" for each in (*loaded.problems, *loaded.warnings))
    finally:
        choose([])


def page() -> str:
    """All of them on one page, to be read."""
    parts = ["# 写错的文件，和打印出来的话 Broken files and what is printed of them\n"]
    for case in CASES:
        folder = BROKEN / case
        parts.append(f"\n## {case}\n")
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            name = file.relative_to(folder).as_posix()
            if name == "office.yaml" or name.startswith("printed."):
                continue
            text = file.read_bytes().decode("utf-8", "replace").replace("\0", "␀")
            parts.append(f"\n`{name}`\n\n````\n{text.rstrip()}\n````\n")
        for language in ("zh", "en"):
            said = folder / f"printed.{language}.txt"
            if said.exists():
                parts.append(f"\n````\n{said.read_text(encoding='utf-8').rstrip()}\n````\n")
    return "".join(parts)


def main() -> None:
    """Write what is printed now, and the page."""
    days = [
        SourceFile(f"calendar/{each.name}", each.read_bytes())
        for each in sorted((STARTER / "calendar").iterdir())
    ]
    for number, case in enumerate(CASES):
        for language in ("zh", "en") if number % 3 == 0 else ("zh",):
            file = BROKEN / case / f"printed.{language}.txt"
            file.write_text(printed(case, days, language), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
