"""A table of who was there: staff number or name, state, reason. Read against those who are expected; every mistake with its row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal, cast
from zipfile import BadZipFile, ZipFile

from schedules.person_name import person_name
from schedules.problems import Problem, nearest
from schedules.roster_table import NO_COLUMN, Cell, Row, read_table
from schedules.source_text import SourceFile
from schedules.words import Words, phrase

State = Literal["present", "late", "leave", "absent"]
HEADERS = {
    "工号": "id", "编号": "id", "id": "id",
    "姓名": "name", "name": "name",
    "状态": "state", "出勤": "state", "到会情况": "state", "考勤": "state", "state": "state",
    "签到": "state", "签到状态": "state", "签到情况": "state", "出勤情况": "state", "考勤情况": "state", "考勤状态": "state",
    "原因": "reason", "事由": "reason", "备注": "reason", "reason": "reason",
}  # fmt: skip
STATES: Mapping[str, State] = {
    "出勤": "present", "到": "present", "已到": "present", "到会": "present", "实到": "present", "present": "present", "√": "present",
    "✓": "present", "迟到": "late", "late": "late", "请假": "leave", "事假": "leave", "病假": "leave", "公差": "leave", "leave": "leave",
    "缺席": "absent", "未到": "absent", "旷会": "absent", "缺勤": "absent", "absent": "absent",
}  # fmt: skip
ALLOWED = "出勤, 迟到, 请假, 缺席"
TITLES = ("工号", "姓名", "科室", "状态", "原因")  # of the table to fill in
IN_WORDS: Mapping[State, str] = {"present": "出勤", "late": "迟到", "leave": "请假", "absent": "缺席"}
LONGEST_REASON = 200
MOST_UNPACKED = 50_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody expected."""

    person_id: int
    key: str
    name: str


@dataclass(slots=True)
class Read:
    """What a table says of each person, reasons of those who gave one, and who is expected but does not stand in it."""

    states: dict[int, State] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    unlisted: list[Member] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def number(self, state: State) -> int:
        """How many are in that state."""
        return sum(each == state for each in self.states.values())

    def remark(self, members: Iterable[Member]) -> str:
        """Reasons of those who were not on leave, as the record's remark keeps them."""
        return "；".join(
            f"{each.name}：{self.reasons[each.person_id]}"
            for each in members
            if each.person_id in self.reasons and self.states.get(each.person_id) != "leave"
        )


def read_attendance(source: SourceFile, members: Sequence[Member]) -> Read:
    """Read the whole table. With any problem nothing of it is to be taken over."""
    found = Read()
    if _too_large(source):
        found.problems.append(Problem(source.path, 1, 1, "", phrase("the file is too large")))
        return found
    rows, found.problems = read_table(source, HEADERS, ("state",))
    if rows and "id" not in rows[0] and "name" not in rows[0]:
        what = phrase("there is no column '{column}'", column="姓名")
        found.problems.append(Problem(source.path, 1, 1, "", what, "工号, 姓名"))
        return found
    reader = _Reader(source, members, found)
    for row in rows:
        reader.read(row)
    found.unlisted = [each for each in members if each.person_id not in reader.lines]
    if not rows and not found.problems:
        found.problems.append(Problem(source.path, 1, 1, "", phrase("the table holds no people")))
    return found


def _too_large(source: SourceFile) -> bool:
    """Whether a workbook would unpack to more than any list of people needs."""
    if not source.path.lower().endswith(".xlsx"):
        return False
    try:
        with ZipFile(BytesIO(source.data)) as packed:
            return sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED
    except BadZipFile:
        return False


@dataclass(slots=True)
class _Reader:
    """One pass over the rows. `lines`: the line on which a person stood first; `subject`: whom the row speaks of."""

    source: SourceFile
    members: Sequence[Member]
    found: Read
    lines: dict[int, int] = field(default_factory=dict)
    subject: str = ""
    by_key: dict[str, Member] = field(default_factory=dict)
    by_name: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for each in self.members:
            self.by_key[each.key] = each
            self.by_name[each.name].append(each)

    def read(self, row: Row) -> None:
        """Take one row over, or say what is wrong with it."""
        self.subject = row["name" if "name" in row else "id"].text[:40] or "?"
        member, state = self._member(row), self._state(row["state"])
        if member is None:
            return
        line = row["state"].line
        if member.person_id in self.lines:
            first = self.lines[member.person_id]
            self._refuse(row["state"], phrase("{name} stands in row {n} already", name=member.name, n=first))
            return
        self.lines[member.person_id] = line
        reason = row["reason"].text if "reason" in row else ""
        if len(reason) > LONGEST_REASON:
            self._refuse(row["reason"], phrase("at most {n} characters", n=LONGEST_REASON))
        elif state is not None:
            self.found.states[member.person_id] = state
            if reason:
                self.found.reasons[member.person_id] = reason

    def _state(self, cell: Cell) -> State | None:
        state = STATES.get(cell.text.replace(" ", "").lower())
        if state is None and cell.text:
            self._refuse(cell, phrase("'{found}' is no state", found=cell.text[:20]), ALLOWED)
        elif state is None:
            self._refuse(cell, phrase("the state is missing"), ALLOWED)
        return state

    def _member(self, row: Row) -> Member | None:
        """Who a row is about: by the staff number, else by the name if only one expected person has it."""
        number, name = row.get("id"), row.get("name")
        if number is not None and number.text:
            return self._numbered(number, name)
        if name is None or not name.text:
            self._refuse(name or number or row["state"], phrase("there is neither a number nor a name"))
            return None
        fitting = self.by_name.get(person_name(name.text), [])
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            numbers = ", ".join(each.key for each in fitting)
            what = phrase("several people are called {name}; give the number", name=name.text[:40])
            self._refuse(name, what, numbers)
        else:
            self._refuse(name, phrase("{name} is not expected", name=name.text[:40]))
        return None

    def _numbered(self, number: Cell, name: Cell | None) -> Member | None:
        found = self.by_key.get(number.text)
        given = number.text[:40]
        if found is None:
            known = nearest(number.text, (each.key for each in self.members))
            self._refuse(number, phrase("nobody with the number {id} is expected", id=given), known)
        elif name is not None and name.text and found.name != person_name(name.text):
            what = phrase(
                "number {id} is {name}, not {found}", id=given, name=found.name, found=name.text[:40]
            )
            self._refuse(name, what)
            return None
        return found

    def _refuse(self, cell: Cell, what: Words, allowed: Words | str | None = None) -> None:
        if cell.col != NO_COLUMN:  # said once, of the whole table
            self.found.problems.append(
                Problem(self.source.path, cell.line, cell.col, self.subject, what, allowed)
            )


def filled_in(
    members: Sequence[tuple[Member, str, State, str]],
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The table to fill in: its heading, and a row for each with the unit, the state known so far and the reason."""
    return TITLES, [
        (member.key, member.name, unit, IN_WORDS[state], reason) for member, unit, state, reason in members
    ]


def cast_state(text: str) -> State:
    """A mark as a state of the table; whoever has none was present."""
    return cast(State, text) if text in IN_WORDS else "present"
