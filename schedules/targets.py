"""The table of a campaign: what it is about, row by row, and whose each is. Every mistake with its row and column."""

from collections.abc import Iterable, Sequence

from schedules.grammar import Once, Schedule
from schedules.names import Names
from schedules.office import Target
from schedules.problems import Problem, nearest
from schedules.roster import MOBILE, by_name, cell_text
from schedules.roster_table import Row, read_table
from schedules.row_reader import RowReader
from schedules.source_text import SourceFile
from schedules.words import phrase

HEADERS = {
    "编号": "number", "序号": "number", "number": "number",
    "名称": "name", "事项": "name", "事项名称": "name", "name": "name",
    "责任单位": "unit", "单位": "unit", "承办单位": "unit", "unit": "unit",
    "责任人工号": "person", "责任人": "person", "工号": "person", "person": "person",
}  # fmt: skip
TABLES = (".csv", ".xlsx")


def find_table(name: str, files: Sequence[SourceFile]) -> SourceFile | None:
    """The file that a schedule names: by its path, else by its name alone; a workbook may have become csv when it was applied."""
    tables = [file for file in files if file.path.lower().endswith(TABLES)]
    same = [file for file in tables if file.path == name]
    same += [file for file in tables if _last(file.path) == _last(name)]
    same += [file for file in tables if _stem(file.path) == _stem(name)]
    return next(iter(same), None)


def table_names(files: Sequence[SourceFile]) -> frozenset[str]:
    """The paths of the tables in the folder."""
    return frozenset(file.path for file in files if file.path.lower().endswith(TABLES))


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    return _last(path).rpartition(".")[0]


def campaign_tables(
    definitions: Iterable[object], files: Sequence[SourceFile], names: Names
) -> tuple[dict[str, tuple[Target, ...]], list[Problem]]:
    """The tables that campaigns name, as far as they are there, by the name that the schedules use."""
    owned: dict[str, bool] = {}
    for each in definitions:
        if isinstance(each, Schedule) and isinstance(each.when, Once) and each.when.targets is not None:
            name = each.when.targets
            owned[name] = owned.get(name, False) or each.who.target is not None
    found: dict[str, tuple[Target, ...]] = {}
    problems: list[Problem] = []
    for name, has_owner in owned.items():
        source = find_table(name, files)
        if source is not None:
            found[name], wrong = read_targets(source, names, owned=has_owner)
            problems += wrong
    return found, problems


def read_targets(
    source: SourceFile, names: Names, *, owned: bool
) -> tuple[tuple[Target, ...], list[Problem]]:
    """The rows of a campaign's table. `owned`: each must name a unit or a person; both are looked up, units by id or title."""
    rows, problems = read_table(source, HEADERS, ("number", "name"))
    reader = RowReader(source, problems, "number")
    found = [
        target
        for row in reader.until_full(rows)
        if (target := _target(reader, row, names, owned=owned)) is not None
    ]
    reader.refuse_same(
        ((row["number"], row["number"].text) for row in rows), phrase("two rows have the same number")
    )
    if not rows and not problems:
        problems.append(Problem(source.path, 1, 1, "", phrase("the table has no rows")))
    return tuple(found), reader.problems


def _target(reader: RowReader, row: Row, names: Names, *, owned: bool) -> Target | None:
    count = len(reader.problems)
    number, name = reader.key(row, "number"), cell_text(row, "name")
    if name is None:
        reader.refuse(row, row["name"], phrase("the cell is empty"))
    if number is not None and MOBILE.fullmatch(number):
        what = phrase(
            "'{found}' looks like a mobile number; numbers of rows are kept and shown", found=number
        )
        reader.refuse(row, row["number"], what)
    unit, person = cell_text(row, "unit"), cell_text(row, "person")
    units = by_name(names.units)
    if unit is not None and unit not in units:
        reader.refuse(row, row["unit"], phrase("there is no unit '{name}'", name=unit), nearest(unit, units))
    elif (
        unit is not None
        and person is None
        and names.headed_units is not None
        and units[unit] not in names.headed_units
    ):
        reader.refuse(row, row["unit"], phrase("the unit '{name}' has no head to answer for it", name=unit))
    if person is not None and names.people is not None and person not in names.people:
        what = phrase("there is no person '{name}'", name=person)
        reader.refuse(row, row["person"], what, nearest(person, names.people))
    if owned and unit is None and person is None:
        cell = row.get("unit", row["number"])
        reader.refuse(row, cell, phrase("the row names neither a unit nor a person"), "责任单位, 责任人工号")
    if len(reader.problems) > count or number is None or name is None:
        return None
    return Target(number=number, name=name, unit=units.get(unit or ""), person=person)
