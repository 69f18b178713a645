"""Which column of a table holds what: as it was found, and as the clerk chooses it instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schedules.handed_in import HandedIn
from schedules.sheet_marks import column_letters
from schedules.table_forms import TableForm

PREFIX = "c."
LETTERS = re.compile(r"[A-Z]{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One field: its heading in the office's own form, what was found, whether it lacks a column, and the columns to choose from."""

    name: str
    own: str
    found: str
    at: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of a table, and its columns by their letters."""

    fields: tuple[Offered, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


def chosen(form: TableForm | None, given: Mapping[str, str]) -> dict[str, str]:
    """The columns that an address names, by field: letters only."""
    fields = form.fields if form is not None else {}
    return {name: given[PREFIX + name] for name in fields if LETTERS.fullmatch(given.get(PREFIX + name, ""))}


def offered(table: HandedIn | None) -> Columns:
    """What stands on the page; nothing where no table was read."""
    if table is None or not table.choices:
        return Columns()
    found = {each.field: each.found for each in table.columns}
    return Columns(
        fields=tuple(
            Offered(
                name=PREFIX + name, own=field.own, found=found.get(name, ""), at=found.get(name, "").partition(" ")[0],
                missing=name in table.missing,
            )
            for name, field in table.form.fields.items()
        ),
        choices=tuple((column_letters(number), text) for number, text in table.choices.items()),
    )  # fmt: skip
