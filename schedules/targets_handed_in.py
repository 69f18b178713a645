"""The table of a campaign as an office hands it in, completed from the one that stands."""

from collections.abc import Sequence
from dataclasses import replace

from schedules.directory import Directory
from schedules.handed_in import HandedIn
from schedules.office import Target
from schedules.own_form import OwnForm, columns_of, own_csv, own_form
from schedules.words import phrase

FIELDS = ("number", "name", "unit", "person")


def own_targets(
    found: HandedIn, standing: Sequence[Target], directory: Directory, *, keep_missing: bool
) -> OwnForm:
    """The whole table as the office's own csv. `keep_missing`: rows that are not in the table stay.

    What the table has no column for stays as it is, row by row.
    """
    anybody = next((each.key for each in directory.people), None)
    made = own_form(found, FIELDS, directory, stand_in=anybody)
    if found.missing:
        return made
    before = {each.number: each for each in standing}
    rows = [_row(dict(zip(made.fields, row, strict=True)), before) for row in made.rows]
    given = {row[0] for row in rows}
    kept = [each for each in standing if keep_missing and each.number not in given]
    rows += [[getattr(each, name) or "" for name in FIELDS] for each in kept]
    notes = [phrase("{n} rows that are not in the table stay as they are", n=len(kept))] if kept else []
    return replace(
        made, source=own_csv(found.given, [found.form.fields[name].own for name in FIELDS], rows), fields=FIELDS, rows=rows,
        columns=columns_of(found, FIELDS), notes=(*made.notes, *notes),
        settled=frozenset((row, FIELDS.index("person")) for row, _ in made.settled),
    )  # fmt: skip


def _row(texts: dict[str, str], before: dict[str, Target]) -> list[str]:
    standing = before.get(texts["number"])
    kept = {name: getattr(standing, name) or "" for name in FIELDS} if standing is not None else {}
    return [{**kept, **texts}.get(name, "") for name in FIELDS]
