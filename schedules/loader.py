"""An office's files to an office, or every mistake in them at once.

office.yaml; any other *.yaml: schedules, `summaries:`, `registers:`, `report:`, `ladders:`; people, credentials and the targets
of campaigns as csv or xlsx; calendar/*.json: notices by year, and overrides. Nothing is read or written here: names and bytes come in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pydantic import TypeAdapter

from schedules.advice import Advised, advice
from schedules.calendar_files import CalendarFiles
from schedules.clear_secrets import clear_secrets
from schedules.entries import Entry, known_of
from schedules.for_each import FOR_EACH, expand
from schedules.grammar import Schedule, Summary
from schedules.missing_files import OFFICE_FILE, PEOPLE, missing_files, no_office
from schedules.named_ladders import LADDERS, NamedLadders
from schedules.names import Names, names_of
from schedules.office import Credential, OfficeSpec, Person, Target
from schedules.office_grammar import OfficeFile
from schedules.office_references import office_remarks
from schedules.problems import Problem
from schedules.registers import Register
from schedules.remarks import Reading, remarks, sources_of
from schedules.report import REPORT, Chapter
from schedules.roster import read_credentials, read_people, tells_who
from schedules.source_text import SourceFile, by_position
from schedules.strict import Definition
from schedules.supposed import supposed_office
from schedules.targets import campaign_tables, table_names
from schedules.two_rosters import in_another
from schedules.validation import Adapter, validate
from schedules.words import phrase
from schedules.yaml_file import read_yaml_file
from schedules.yaml_tree import Node

__all__ = ["Loaded", "Problem", "SourceFile", "load"]

SUMMARIES = "summaries"
REGISTERS = "registers"
CREDENTIALS = ("credentials.csv", "credentials.xlsx", "证件.csv", "证件.xlsx")
# What is said of a value that stands for nothing because it could not be read.
FOLLOWS = ("'{key}' must be a mapping: {example}", "'{key}' must be text, found {found}", "'{key}' {what}")
_OFFICE = TypeAdapter(OfficeFile)
_SCHEDULE = TypeAdapter(Schedule)
_SUMMARY = TypeAdapter(Summary)
_REGISTER = TypeAdapter(Register)
_GROUPS: Mapping[str, Adapter[Definition]] = {
    SUMMARIES: _SUMMARY, REGISTERS: _REGISTER, REPORT: TypeAdapter(Chapter),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """The office, if nothing is wrong; else None and every problem, ordered by file and line. Warnings only of an office, if asked for."""

    office: OfficeSpec | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def load(files: Sequence[SourceFile], *, today: date | None = None, warn: bool = False) -> Loaded:
    """Read an office. With `today` it must be whole, with a roster, schedules and a calendar; it names the year of a missing one.

    `warn`: with `today`, look for what is worth a warning too.
    """
    loading = _Loading()
    loading.problems += loading.days.read(files)
    for source in files:
        if _is_yaml(source):
            loading.read_yaml(source)
    loading.read_rosters(files, whole=today is not None)
    loading.read_targets(files)
    loading.check(files, today)
    problems = by_position(loading.problems)
    if loading.office_file is None or problems:
        return Loaded(None, problems)
    office = loading.office(loading.office_file)
    if not warn or today is None or loading.office_node is None:
        return Loaded(office, ())
    found = advice(Advised(office, loading.entries, files, loading.office_path, loading.office_node, today))
    return Loaded(office, (), by_position(found))


@dataclass(slots=True)
class _Loading:
    """What has been read so far; every step adds what it found and what was wrong."""

    problems: list[Problem] = field(default_factory=list)
    days: CalendarFiles = field(default_factory=CalendarFiles)
    office_file: OfficeFile | None = None
    supposed: OfficeFile | None = None  # the office as far as it can be read, for what it names
    office_node: Node | None = None
    office_path: str = OFFICE_FILE
    people: tuple[Person, ...] | None = None
    written: tuple[Person, ...] | None = None  # the people as far as their rows can be read
    credentials: tuple[Credential, ...] | None = None
    entries: list[Entry] = field(default_factory=list)
    ladders: NamedLadders = field(default_factory=NamedLadders)
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    families: dict[str, list[str]] = field(default_factory=dict)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()

    def read_yaml(self, source: SourceFile) -> None:
        of_office = _name(source) == OFFICE_FILE
        read = read_yaml_file(source, None if of_office else (*_GROUPS, LADDERS))
        self.problems += read.problems
        tree = read.tree
        if tree is None:
            return
        if of_office:
            self.office_node, self.office_path = tree, source.path
            self.office_file, problems = validate(_OFFICE, tree, tree.plain(), file=source.path, subject="")
            self.problems += [each for each in problems if not _is_missing(each, read.broken)]
            self.supposed = self.office_file or supposed_office(tree.plain(), read.broken, self.problems)
        elif tree.value is not None and not isinstance(tree.value, dict):
            what = phrase("a file of schedules holds entries 'id: …'")
            example = "weekly-report: {title: …, when: …, who: …}"
            self.problems.append(Problem(source.path, tree.line, tree.col, "", what, example))
        else:
            self._read_entries(source, tree)

    def _read_entries(self, source: SourceFile, tree: Node) -> None:
        for key, node in tree.entries():
            if key == LADDERS:
                self.problems += self.ladders.read(source.path, node)
            elif key in _GROUPS and not _is_schedule(node):
                for member, below in node.entries():
                    self._read_entry(source, node, member, below, _GROUPS[key])
            elif FOR_EACH in node.keys:
                self._read_family(source, tree, key, node)
            else:
                self._read_entry(source, tree, key, node, _SCHEDULE)

    def _read_family(self, source: SourceFile, tree: Node, key: str, node: Node) -> None:
        self._take_id(source, key, tree.keys[key])
        found = expand(key, node)
        self.problems += [
            Problem(source.path, each.line, each.col, key, each.what, each.allowed) for each in found.mistakes
        ]
        self.families[key] = [member.key for member in found.members]
        for member in found.members:
            self._take_id(source, member.key, member.place)
            entry = Entry(source.path, member.key, member.node, None, key, member.own)
            self._read_definition(entry, member.place, _SCHEDULE)

    def _take_id(self, source: SourceFile, key: str, place: tuple[int, int]) -> None:
        if key in self.seen:
            first = "{}:{}".format(*self.seen[key])
            what = phrase("the id '{name}' is already taken at {place}", name=key, place=first)
            self.problems.append(Problem(source.path, *place, key, what))
        self.seen.setdefault(key, (source.path, place[0]))

    def _read_entry(
        self, source: SourceFile, parent: Node, key: str, node: Node, adapter: Adapter[Definition]
    ) -> None:
        place = parent.keys[key]
        self._take_id(source, key, place)
        if not isinstance(node.value, dict):
            what = phrase(
                "'{key}' must be a mapping: {example}", key=key, example="{title: …, when: …, who: …}"
            )
            self.problems.append(Problem(source.path, node.line, node.col, key, what))
            return
        self._read_definition(Entry(source.path, key, node, None), place, adapter)

    def _read_definition(self, entry: Entry, place: tuple[int, int], adapter: Adapter[Definition]) -> None:
        node, plain = entry.node, {key: child.plain() for key, child in entry.node.entries()}
        if "id" in plain:
            line, col = node.keys["id"]
            what = phrase("the id stands before the colon; there is no key 'id'")
            self.problems.append(Problem(entry.file, line, col, entry.subject(line, col), what))
        node.keys["id"] = place
        found, problems = validate(
            adapter, node, {**plain, "id": entry.key}, file=entry.file, subject=entry.key
        )
        told = {(each.line, each.col) for each in self.problems if each.file == entry.file}
        self.problems += [
            replace(each, subject=entry.subject(each.line, each.col))
            for each in problems
            if each.what.msgid not in FOLLOWS or (each.line, each.col) not in told
        ]
        self.entries.append(replace(entry, definition=found))

    def read_rosters(self, files: Sequence[SourceFile], *, whole: bool) -> None:
        """Read people and certificates; of a `whole` office a roster that tells no roles is one mistake, not one for each role."""
        names = self._names()
        needed = ("id", "name", "unit", *(("roles",) if whole and names.roles else ()))
        rosters = [source for source in files if _name(source) in PEOPLE]
        before = len(self.problems)
        people: list[Person] = []
        for source in rosters:
            found, problems = read_people(
                source, names if self.supposed else None, needed=needed, whole=whole
            )
            self.problems += [*problems, *in_another(source.path, found, people)]
            people += found
        if people and tells_who(self.problems[before:]):
            self.written = tuple(people)
        if len(self.problems) == before and self.office_file is not None and rosters:
            self.people = tuple(people)
        before = len(self.problems)
        credentials: list[Credential] = []
        for source in files:
            if _name(source) in CREDENTIALS:
                held, problems = read_credentials(source, self.people or self.written)
                credentials += held if self.people is not None else ()
                self.problems += problems
        if len(self.problems) == before:
            self.credentials = tuple(credentials)

    def read_targets(self, files: Sequence[SourceFile]) -> None:
        self.tables = table_names(files)
        if self.office_file is not None:
            definitions = [entry.definition for entry in self.entries]
            self.targets, problems = campaign_tables(definitions, files, self._names())
            self.problems += problems
            self.tables |= self.targets.keys()

    def _names(self) -> Names:
        if self.supposed is None:
            return Names()
        office, people = self.ladders.join(self.supposed), self.people
        return replace(
            names_of(office, self.written if people is None else people, self.credentials), tables=self.tables
        )

    def check(self, files: Sequence[SourceFile], today: date | None) -> None:
        if self.office_node is None and not any(_name(source) == OFFICE_FILE for source in files):
            self.problems.append(no_office())
        self.problems += self.days.missing()
        if today is not None:
            self.problems += missing_files(
                [_name(source) for source in files], years=self.days.calendar.years, today=today
            )
        names = self._names()
        if self.supposed is not None and self.office_node is not None:
            self._check_office(self.supposed, self.office_node, names, whole=today is not None)
        reading = Reading(
            names=names, sources=sources_of(self.entries, self.families, names), calendar=self.days.calendar,
            has_office=self.supposed is not None, whole=today is not None,
        )  # fmt: skip
        if today is not None:
            self.problems += clear_secrets(files, self.problems)
        told = {(each.file, each.line, each.col) for each in self.problems}
        for entry in self.entries:
            found = entry.problems(remarks(entry, reading))
            # What is known of an entry that could not be read: nothing that its own mistakes say already.
            self.problems += (
                found if entry.definition else (p for p in found if (p.file, p.line, p.col) not in told)
            )

    def _check_office(self, office: OfficeFile, node: Node, names: Names, *, whole: bool) -> None:
        self.problems += self.ladders.check(office, self.office_path, node, names)
        told = {(each.line, each.col) for each in self.problems if each.file == self.office_path}
        self.problems += [
            Problem(self.office_path, *place, "", each.what, each.allowed)
            for each in office_remarks(office, names, whole=whole)
            if (place := node.find(each.path)) not in told
        ]

    def office(self, file: OfficeFile) -> OfficeSpec:
        definitions = [entry.definition for entry in self.entries]
        return OfficeSpec(
            file=self.ladders.join(file),
            schedules=tuple(each for each in definitions if isinstance(each, Schedule)),
            summaries=tuple(each for each in definitions if isinstance(each, Summary)),
            registers=tuple(known_of(self.entries).registers.values()),
            report=tuple(each for each in definitions if isinstance(each, Chapter)),
            people=self.people or (),
            credentials=self.credentials or (),
            calendar=self.days.calendar,
            notices=tuple(self.days.notices),
            day_overrides=tuple(self.days.overrides),
            sources=dict(self.seen),
            families={key: tuple(members) for key, members in self.families.items()},
            targets=self.targets,
        )


def _is_missing(problem: Problem, keys: Collection[str]) -> bool:
    """Whether it says that a key is missing which stands there, but could not be read."""
    return problem.what.msgid == "'{key}' is missing" and problem.what.fields["key"] in keys


def _is_schedule(node: Node) -> bool:
    """Whether an entry says when it falls due: `report:` is also what offices call a report that they owe."""
    return "when" in node.keys


def _name(source: SourceFile) -> str:
    return source.path.rpartition("/")[2]


def _is_yaml(source: SourceFile) -> bool:
    return source.path.endswith((".yaml", ".yml"))
