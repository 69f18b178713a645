"""Tables of the office's folder as they are handed in, the roster and the targets of campaigns: read with the whole office, and written
into the folder in the office's own form.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from schedules.directory import Directory
from schedules.errors import Refused
from schedules.grammar import Once
from schedules.handed_in import HandedIn, hand_in
from schedules.loader import Loaded, load
from schedules.office import OfficeSpec, Person, Target
from schedules.own_form import OwnForm
from schedules.problems import Problem
from schedules.roster_handed_in import Standing, own_roster
from schedules.sheet_kind import ZIP
from schedules.source_text import SourceFile
from schedules.table_forms import PEOPLE, TARGETS
from schedules.targets import find_table
from schedules.targets_handed_in import own_targets
from schedules.words import phrase
from worker.cipher import Cipher
from worker.roster_import import ROSTER, is_roster
from worker.tables import csv_text, rows_of
from worker.web.workbook import workbook

KEY_DIGITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeTable:
    """A table with the office that it would make. `file`: as it would stand in the folder, under its path there.

    `office` is None with any problem; `own` are those of the table, where they stand in it; `others` those of other files.
    """

    found: HandedIn
    own_form: OwnForm
    file: SourceFile
    office: OfficeSpec | None
    files: tuple[SourceFile, ...]
    own: tuple[Problem, ...]
    others: tuple[Problem, ...]


def read_roster(
    files: Sequence[SourceFile], source: SourceFile, chosen: Mapping[str, str], people: Iterable[Person], cipher: Cipher, *, keep: bool,
    sheet: str = "",
) -> OfficeTable:  # fmt: skip
    """Read a roster for an office of these files, whose `people` stand now. `keep`: whoever is not in the table stays."""
    found = hand_in(source, PEOPLE, chosen, sheet=sheet)
    standing = Standing(
        people={each.id: each for each in people},
        new_key=lambda mobile: f"r{cipher.digest(mobile)[:KEY_DIGITS]}",
    )
    own = own_roster(found, standing, keep_missing=keep)
    kept = [file for file in files if not is_roster(file.path)]
    ending = ".xlsx" if source.data.startswith(ZIP) else ".csv"
    return _with_table(kept, f"{ROSTER}{ending}", found, own, plain=not (chosen or keep or sheet))


def with_numbers(people: Iterable[Person], numbers: Mapping[str, str]) -> list[Person]:
    """People with their mobile numbers, which the applied files do not keep."""
    return [replace(each, mobile=numbers.get(each.id, each.mobile)) for each in people]


def read_target_table(
    files: Sequence[SourceFile], source: SourceFile, chosen: Mapping[str, str], office: OfficeSpec, schedule: str, directory: Directory, *,
    keep: bool, sheet: str = "",
) -> OfficeTable:  # fmt: skip
    """Read the table of a campaign. Raise NotFound for no schedule, Refused if it has no table."""
    name = table_of(office, schedule)
    found = hand_in(source, TARGETS, chosen, sheet=sheet)
    own = own_targets(found, standing_targets(office, name), directory, keep_missing=keep)
    file = find_table(name, files)
    kept = [each for each in files if file is None or each.path != file.path]
    return _with_table(
        kept, file.path if file is not None else name, found, own, plain=not (chosen or keep or sheet)
    )


def table_of(office: OfficeSpec, schedule: str) -> str:
    """The name of the table of a campaign. Raise NotFound, Refused."""
    when = office.schedule(schedule).when
    if not isinstance(when, Once) or when.targets is None:
        campaigns = [
            each.id
            for each in office.schedules
            if isinstance(each.when, Once) and each.when.targets is not None
        ]
        what = phrase(
            "'{schedule}' has no table of targets; those that have: {allowed}",
            schedule=schedule,
            allowed=", ".join(campaigns) or "—",
        )
        raise Refused(what)
    return when.targets


def standing_targets(office: OfficeSpec, name: str) -> tuple[Target, ...]:
    """The rows that stand now."""
    return office.targets.get(name, ())


def _with_table(
    kept: Sequence[SourceFile], path: str, found: HandedIn, own: OwnForm, *, plain: bool
) -> OfficeTable:
    """Load the office with the table in the office's own form; a table that reads the same as it is stays as it is."""
    ours = PurePath(path).with_suffix(".csv").as_posix()
    made, files = _loaded(kept, SourceFile(ours, own.source.data))
    problems = own.all_problems(
        replace(each, file=own.source.path) for each in made.problems if each.file == ours
    )
    others = tuple(each for each in made.problems if each.file != ours)
    office = made.office if not problems else None
    file = SourceFile(ours, own.source.data)
    if office is not None:
        as_it_is = _as_given(kept, path, found.given, office) if plain else None
        file = as_it_is or _in_folder(path, own.source)
        files = _among(kept, file)  # it holds the rows that were just read
    return OfficeTable(
        found=found, own_form=own, file=file, office=office, files=files, own=tuple(problems), others=others
    )


def _loaded(kept: Sequence[SourceFile], file: SourceFile) -> tuple[Loaded, tuple[SourceFile, ...]]:
    files = _among(kept, file)
    return load(files), files


def _among(kept: Sequence[SourceFile], file: SourceFile) -> tuple[SourceFile, ...]:
    return tuple(sorted([*kept, file], key=lambda each: each.path))


def _as_given(
    kept: Sequence[SourceFile], path: str, given: SourceFile, office: OfficeSpec
) -> SourceFile | None:
    """The file as it was handed in, if the office reads the same in it."""
    ending = ".xlsx" if given.data.startswith(ZIP) else ".csv"
    if not path.endswith(ending):
        return None
    file = SourceFile(path, given.data)
    loaded, _ = _loaded(kept, file)
    same = loaded.office is not None and (loaded.office.people, loaded.office.targets) == (
        office.people,
        office.targets,
    )
    return file if same else None


def _in_folder(path: str, own: SourceFile) -> SourceFile:
    """The own form as the folder keeps it: a workbook of texts, or a csv that Excel opens."""
    rows = rows_of(own)
    if not path.endswith(".xlsx"):
        return SourceFile(path, csv_text(rows).encode("utf-8-sig"))
    return SourceFile(path, workbook(PurePath(path).stem, rows[0], rows[1:], widths=[14] * len(rows[0])))
