"""A roster as an office hands it in, completed from the one that stands: what the table has no column for stays as it is.

A person is known by the staff number, else by the mobile number, never by the name. Whoever is new and has no staff number gets one.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from schedules.cell_text import narrow
from schedules.handed_in import HandedIn, RowIn
from schedules.office import Person
from schedules.own_form import OwnForm, columns_of, months, own_csv, refusal, rows_named, texts_of
from schedules.problems import Problem
from schedules.roster import MOBILE
from schedules.roster_table import Cell
from schedules.words import Words, phrase

FIELDS: tuple[str, ...] = (
    "id", "name", "unit", "post", "roles", "tags", "mobile", "wecom_id", "email", "joined_on", "left_on", "lang",
)  # fmt: skip
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The roster that stands, by staff number; `new_key` makes the staff number of whoever is known by a mobile number alone."""

    people: Mapping[str, Person]
    new_key: Callable[[str], str]
    units: Mapping[str, str] = field(default_factory=dict)


def own_roster(found: HandedIn, standing: Standing, *, keep_missing: bool = False) -> OwnForm:
    """The whole roster as the office's own csv. `keep_missing`: whoever is not in the table stays as he is."""
    made = _Making(found, standing)
    rows = [made.row(number, row) for number, row in enumerate(found.rows)]
    given = {row[0] for row in rows}
    kept = [each for each in standing.people.values() if keep_missing and each.id not in given]
    citizen = [made.citizen(row) for row in found.rows]
    fields = FIELDS
    if any(citizen):
        fields = (*FIELDS, "citizen_id")
        rows = [[*row, number] for row, number in zip(rows, citizen, strict=True)]
    rows += [[person_text(each, name) for name in FIELDS] for each in kept]
    return OwnForm(
        source=own_csv(found.given, [found.form.fields[name].own for name in fields], rows), given=found.given, fields=fields,
        rows=rows, lines=[row.line for row in found.rows], columns=columns_of(found, fields),
        settled=frozenset(made.settled), problems=(*found.problems, *made.problems),
        notes=(*found.notes, *months(found), *made.notes(kept)),
    )  # fmt: skip


def person_text(person: Person, name: str) -> str:
    """A field of somebody as the office's own roster writes it."""
    value = getattr(person, name)
    if value is None:
        return ""
    return "、".join(value) if isinstance(value, tuple) else str(value)


class _Making:
    """One pass over the rows of a table."""

    def __init__(self, found: HandedIn, standing: Standing) -> None:
        self.found, self.standing = found, standing
        self.problems: list[Problem] = []
        self.settled: set[tuple[int, int]] = set()
        self._there = {column.field for column in found.columns}
        self._zeros: list[int] = []
        self._by_mobile = {each.mobile: each.id for each in standing.people.values() if each.mobile}
        self._bare: dict[str, list[str]] = defaultdict(list)
        for key in standing.people:
            self._bare[key.lstrip("0")].append(key)
        self._called: dict[str, list[Words]] = defaultdict(list)
        for row in (row for row in found.rows if "name" in row.fields):
            self._called[self._text(row, "name")].append(phrase_row(row))

    def row(self, number: int, row: RowIn) -> list[str]:
        """The row in the own form."""
        texts, wrong = texts_of(self.found, row)
        self.problems += wrong
        key = self._key(number, row, texts)
        person = self.standing.people.get(key)
        kept = (
            {name: person_text(person, name) for name in FIELDS if name not in self._there}
            if person is not None
            else {}
        )
        return [({**texts, **kept, "id": key}).get(name, "") for name in FIELDS]

    def citizen(self, row: RowIn) -> str:
        """A number that does not belong here."""
        return self._text(row, "citizen_id") if "citizen_id" in row.fields else ""

    def notes(self, kept: Sequence[Person]) -> list[Words]:
        """What was done beside reading."""
        notes = []
        if self._zeros:
            notes.append(
                phrase(
                    "staff numbers that a spreadsheet took the zeros off were completed: rows {rows}",
                    rows=rows_named(self._zeros),
                )
            )
        absent = [
            name for name in ("roles", "tags", "mobile", "wecom_id", "email") if name not in self._there
        ]
        if absent and self.standing.people:
            titles = "、".join(self.found.form.fields[name].own for name in absent)
            notes.append(
                phrase("the table has no column for {columns}; these stay as they are", columns=titles)
            )
        if kept:
            notes.append(phrase("{n} people who are not in the table stay as they are", n=len(kept)))
        return notes

    def _text(self, row: RowIn, name: str) -> str:
        return self.found.form.fields[name].form(row.fields[name])

    def _key(self, number: int, row: RowIn, texts: Mapping[str, str]) -> str:
        key, mobile = texts.get("id", ""), texts.get("mobile", "")
        if key:
            bare = self._bare.get(key, []) if key.isdigit() and key not in self.standing.people else []
            if len(bare) == 1:
                self._zeros.append(row.line)
            return bare[0] if len(bare) == 1 else key
        if MOBILE.fullmatch(mobile):
            return self._by_mobile.get(mobile) or self.standing.new_key(mobile)
        self.settled.add((number, 0))
        if mobile:
            return ""  # the number is wrong, which is said of its own cell
        cell = row.fields.get("id") or row.fields.get("mobile") or Cell("", row.line, 1)
        self.problems.append(refusal(self.found, row, cell, self._nameless(texts.get("name", ""))))
        return ""

    def _nameless(self, name: str) -> Words:
        same = self._called.get(name, [])
        if name and len(same) > 1:
            return phrase(
                "{n} people are called {name}: {who}; give the staff number or the mobile number", n=len(same),
                name=narrow(name)[:40], who=_together(same[:MOST_SHOWN]),
            )  # fmt: skip
        return phrase("there is neither a staff number nor a mobile number")


def phrase_row(row: RowIn) -> Words:
    """A row as it is told from another of the same name: its line, and its unit if it says one."""
    unit = row.fields["unit"].text if "unit" in row.fields else ""
    return phrase("row {n} {unit}", n=row.line, unit=unit or "—")


def _together(words: Sequence[Words]) -> Words:
    found = words[0]
    for each in words[1:]:
        found = phrase("{first}; {second}", first=found, second=each)
    return found
