"""An office's files to an office, or every mistake in them at once.

office.yaml; any other *.yaml: schedules, summaries under `summaries:`, registers under `registers:`; people and credentials as csv or xlsx;
calendar/*.json. Nothing is read or written here: names and bytes come in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import TypeAdapter

from schedules.calendar import WorkCalendar, merge
from schedules.calendar_file import read_notice
from schedules.coherence import repeated, schedule_coherence, summary_coherence
from schedules.counts import counts_coherence
from schedules.firing import never_fires
from schedules.grammar import Schedule, Summary
from schedules.names import Names, names_of
from schedules.office import Credential, OfficeSpec, Person
from schedules.office_grammar import OfficeFile
from schedules.office_references import office_references
from schedules.problems import Problem
from schedules.read_entry import ReadEntry
from schedules.references import (
    Remark,
    ladder_references,
    loose_references,
    schedule_references,
    summary_references,
)
from schedules.register_references import (
    Known,
    counting_references,
    feeding_references,
    register_coherence,
    register_references,
    with_choices,
)
from schedules.registers import Register
from schedules.roster import read_credentials, read_people
from schedules.source_text import SourceFile, by_position, read_bytes, repair_yaml, unreadable
from schedules.strict import Definition
from schedules.validation import Adapter, validate
from schedules.words import phrase
from schedules.yaml_tree import Node, parse_yaml

__all__ = ["Loaded", "Problem", "SourceFile", "load"]

OFFICE_FILE = "office.yaml"
SUMMARIES = "summaries"
REGISTERS = "registers"
PEOPLE = ("people.csv", "people.xlsx", "花名册.csv", "花名册.xlsx")
CREDENTIALS = ("credentials.csv", "credentials.xlsx", "证件.csv", "证件.xlsx")
_OFFICE = TypeAdapter(OfficeFile)
_SCHEDULE = TypeAdapter(Schedule)
_SUMMARY = TypeAdapter(Summary)
_REGISTER = TypeAdapter(Register)
_GROUPS: Mapping[str, Adapter[Definition]] = {SUMMARIES: _SUMMARY, REGISTERS: _REGISTER}


@dataclass(frozen=True, slots=True)
class Loaded:
    """The office, if nothing is wrong; else None and every problem, ordered by file and line."""

    office: OfficeSpec | None
    problems: tuple[Problem, ...]


def load(files: Sequence[SourceFile], *, today: date | None = None) -> Loaded:
    """Read an office. With `today` a missing notice for its year is a problem too; later years are estimated and provisional."""
    loading = _Loading()
    loading.read_calendar(files)
    for source in files:
        if _is_yaml(source):
            loading.read_yaml(source)
    loading.read_rosters(files)
    loading.check(files, today)
    problems = by_position(loading.problems)
    office = loading.office_file
    return Loaded(loading.office(office) if office is not None and not problems else None, problems)


@dataclass(slots=True)
class _Loading:
    """What has been read so far; every step adds what it found and what was wrong."""

    problems: list[Problem] = field(default_factory=list)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    calendar_files: dict[int, str] = field(default_factory=dict)
    office_file: OfficeFile | None = None
    office_node: Node | None = None
    office_path: str = OFFICE_FILE
    people: tuple[Person, ...] | None = None
    credentials: tuple[Credential, ...] | None = None
    entries: list[ReadEntry] = field(default_factory=list)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def read_calendar(self, files: Sequence[SourceFile]) -> None:
        notices = []
        for source in files:
            if source.path.endswith(".json"):
                notice, problems = read_notice(source)
                self.problems += problems
                if notice is None:
                    continue
                if notice[0] in self.calendar_files:
                    what = phrase(
                        "the year {year} is already in {file}",
                        year=notice[0],
                        file=self.calendar_files[notice[0]],
                    )
                    self.problems.append(Problem(source.path, 1, 1, "", what))
                self.calendar_files.setdefault(notice[0], source.path)
                notices.append(notice)
        self.calendar = merge(notices)

    def read_yaml(self, source: SourceFile) -> None:
        tree = self._tree(source)
        if tree is None:
            return
        if _name(source) == OFFICE_FILE:
            self.office_node, self.office_path = tree, source.path
            self.office_file, problems = validate(_OFFICE, tree, tree.plain(), file=source.path, subject="")
            self.problems += problems
        elif tree.value is not None and not isinstance(tree.value, dict):
            what = phrase("a file of schedules holds entries 'id: …'")
            self.problems.append(Problem(source.path, tree.line, tree.col, "", what))
        else:
            self._read_entries(source, tree)

    def _tree(self, source: SourceFile) -> Node | None:
        """The tree of a file; None after a mistake of syntax, or if there is nothing in it."""
        read = read_bytes(source)
        if read is None:
            self.problems.append(unreadable(source))
            return None
        read = repair_yaml(source, read)
        self.problems += read.problems
        tree, mistakes = parse_yaml(read.text)
        if tree is not None or not read.shifts:
            self.problems += [
                Problem(source.path, each.line, read.column(each.line, each.col), "", each.what, each.allowed)
                for each in mistakes
            ]
        if tree is not None and read.shifts:
            tree.move(read.column)
        return tree

    def _read_entries(self, source: SourceFile, tree: Node) -> None:
        for key, node in tree.entries():
            if key in _GROUPS:
                for member, below in node.entries():
                    self._read_entry(source, node, member, below, _GROUPS[key])
            else:
                self._read_entry(source, tree, key, node, _SCHEDULE)

    def _read_entry(
        self, source: SourceFile, parent: Node, key: str, node: Node, adapter: Adapter[Definition]
    ) -> None:
        line, col = parent.keys[key]
        if key in self.seen:
            first = "{}:{}".format(*self.seen[key])
            what = phrase("the id '{name}' is already taken at {place}", name=key, place=first)
            self.problems.append(Problem(source.path, line, col, key, what))
        self.seen.setdefault(key, (source.path, line))
        plain = node.plain()
        if not isinstance(plain, dict):
            what = phrase(
                "'{key}' must be a mapping: {example}", key=key, example="{title: …, when: …, who: …}"
            )
            self.problems.append(Problem(source.path, node.line, node.col, key, what))
            return
        if "id" in plain:
            what = phrase("the id stands before the colon; there is no key 'id'")
            self.problems.append(Problem(source.path, *node.keys["id"], key, what))
        node.keys["id"] = (line, col)
        found, problems = validate(adapter, node, {**plain, "id": key}, file=source.path, subject=key)
        self.problems += problems
        self.entries.append(ReadEntry(source.path, key, node, found))

    def read_rosters(self, files: Sequence[SourceFile]) -> None:
        names = self._names()
        rosters = [source for source in files if _name(source) in PEOPLE]
        before = len(self.problems)
        people: list[Person] = []
        for source in rosters:
            found, problems = read_people(source, names) if self.office_file else ((), [])
            people += found
            self.problems += problems
        if len(self.problems) == before and self.office_file is not None:
            self.people = tuple(people)
        before = len(self.problems)
        credentials: list[Credential] = []
        for source in files:
            if _name(source) in CREDENTIALS and self.people is not None:
                held, problems = read_credentials(source, self.people)
                credentials += held
                self.problems += problems
        if len(self.problems) == before:
            self.credentials = tuple(credentials)

    def _names(self) -> Names:
        if self.office_file is None:
            return Names()
        return names_of(self.office_file, self.people, self.credentials)

    def check(self, files: Sequence[SourceFile], today: date | None) -> None:
        if self.office_node is None and not any(_name(source) == OFFICE_FILE for source in files):
            self.problems.append(
                Problem(OFFICE_FILE, 1, 1, "", phrase("there is no office.yaml in this folder"))
            )
        self._check_calendar(today)
        names = self._names()
        if self.office_file is not None and self.office_node is not None:
            self._check_office(self.office_file, self.office_node, names)
        unread = frozenset(each.key for each in self.entries if each.definition is None)
        known = Known(self._registers(), {each.id: each for each in self._schedules()}, unread)
        for entry in self.entries:
            self.problems += entry.problems(self._remarks(entry, names, known))

    def _schedules(self) -> list[Schedule]:
        return [each.definition for each in self.entries if isinstance(each.definition, Schedule)]

    def _registers(self) -> dict[str, Register]:
        written = [each.definition for each in self.entries if isinstance(each.definition, Register)]
        schedules = self._schedules()
        return {each.id: with_choices(each, schedules) for each in written}

    def _remarks(self, entry: ReadEntry, names: Names, known: Known) -> Iterator[Remark]:
        match entry.definition:
            case Schedule() as schedule:
                yield from schedule_coherence(schedule)
                yield from counts_coherence(schedule)
                yield from never_fires(schedule, self.calendar)
                yield from feeding_references(schedule, known)
                yield from counting_references(schedule, known)
                yield from schedule_references(schedule, names) if self.office_file else ()
            case Register() as register:
                yield from register_coherence(register)
                yield from register_references(register, names) if self.office_file else ()
            case Summary() as summary:
                yield from summary_coherence(summary)
                yield from summary_references(summary, names) if self.office_file else ()
            case _:
                yield from loose_references(entry.node, names) if self.office_file else ()

    def _check_office(self, office: OfficeFile, node: Node, names: Names) -> None:
        remarks = list(office_references(office, names))
        for name, rungs in office.ladders.items():
            remarks += ladder_references(rungs, ("ladders", name), names)
            remarks += repeated(rungs, ("ladders", name))
        self.problems += [
            Problem(self.office_path, *node.find(each.path), "", each.what, each.allowed) for each in remarks
        ]

    def _check_calendar(self, today: date | None) -> None:
        years = self.calendar.years
        if not years:
            return
        last = max(max(years), today.year if today else 0)
        for year in self.calendar.missing_years(last):
            latest = self.calendar_files[max(known for known in years if known < year)]
            what = phrase("the working days of {year} are missing", year=year)
            allowed = phrase("add {name}", name=f"{latest.rpartition('/')[0]}/{year}.json".lstrip("/"))
            self.problems.append(Problem(latest, 1, 1, "", what, allowed))

    def office(self, file: OfficeFile) -> OfficeSpec:
        definitions = [entry.definition for entry in self.entries]
        return OfficeSpec(
            file=file,
            schedules=tuple(each for each in definitions if isinstance(each, Schedule)),
            summaries=tuple(each for each in definitions if isinstance(each, Summary)),
            registers=tuple(self._registers().values()),
            people=self.people or (),
            credentials=self.credentials or (),
            calendar=self.calendar,
            sources=dict(self.seen),
        )


def _name(source: SourceFile) -> str:
    return source.path.rpartition("/")[2]


def _is_yaml(source: SourceFile) -> bool:
    return source.path.endswith((".yaml", ".yml"))
