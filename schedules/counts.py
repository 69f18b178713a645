"""What a confirmation counts to, for the figures of the year: `{study_sessions: 1, law_sessions: "law != 无", leaflets: leaflets}`.

A whole number counts as it is, a comparison counts one if it holds for the recorded fields, and the name of a number field alone
counts that number. A field without a value counts nothing. `due` on the right of a comparison is the due day. Amounts are hundredths.
"""

from collections.abc import Iterator
from datetime import date

from schedules.conditions import Condition, Values, read_condition
from schedules.done import Counts, Evidence
from schedules.grammar import Schedule
from schedules.ladder import RECORD
from schedules.parts import evidence_of
from schedules.problems import nearest
from schedules.references import Path, Remark
from schedules.tally import HUNDREDTHS, hundredths
from schedules.words import phrase

DUE = "due"


def counts_of(schedule: Schedule, part: str) -> Counts:
    """The figures that a confirmation of a part counts to."""
    if part == RECORD and schedule.record is not None:
        return schedule.record.counts
    return schedule.steps[part].counts if part in schedule.steps else {}


def counted(counts: Counts, fields: Evidence, values: Values, due_on: date | None) -> dict[str, int]:
    """Hundredths by figure; what counts nothing is left out."""
    found = {name: _amount(count, fields, values, due_on) for name, count in counts.items()}
    return {name: amount for name, amount in found.items() if amount}


def _amount(count: int | str, fields: Evidence, values: Values, due_on: date | None) -> int:
    if isinstance(count, int):
        return count * HUNDREDTHS
    condition = read_condition(count)
    given = values.get(condition.field, ())
    if not given:
        return 0
    if _is_sum(condition, fields):
        return sum(hundredths(each) for each in given)
    if condition.value == DUE and fields[condition.field].kind == "date":
        if due_on is None:
            return 0
        condition = Condition(condition.field, condition.op, due_on.isoformat())
    return HUNDREDTHS if condition.holds(values) else 0


def _is_sum(condition: Condition, fields: Evidence) -> bool:
    return fields[condition.field].kind == "number" and str(condition) == condition.field


def counts_coherence(schedule: Schedule) -> Iterator[Remark]:
    """Every count that compares what is not recorded, or what cannot be compared."""
    if schedule.record is not None:
        yield from _coherence(schedule, RECORD, ("record", "counts"))
    for key in schedule.steps:
        yield from _coherence(schedule, key, ("steps", key, "counts"))


def _coherence(schedule: Schedule, part: str, path: Path) -> Iterator[Remark]:
    fields = evidence_of(schedule, part)
    for name, count in counts_of(schedule, part).items():
        if isinstance(count, str):
            yield from _comparison(count, fields, (*path, name))


def _comparison(text: str, fields: Evidence, path: Path) -> Iterator[Remark]:
    try:
        condition = read_condition(text)
    except ValueError:
        yield Remark(path, phrase("'{found}' is not a comparison", found=text), "field, =, !=, <=")
        return
    field = fields.get(condition.field)
    if field is None:
        yield Remark(
            path,
            phrase("there is no field '{name}' here", name=condition.field),
            nearest(condition.field, fields),
        )
        return
    if condition.op == "<=" and field.kind not in ("number", "date"):
        yield Remark(
            path,
            phrase(
                "'{name}' is a {kind} and cannot be compared with <=", name=condition.field, kind=field.kind
            ),
        )
    elif field.options and condition.value not in field.options:
        what = phrase("'{name}' cannot be '{found}'", name=condition.field, found=condition.value)
        yield Remark(path, what, "、".join(field.options))
    elif str(condition) == condition.field and field.kind not in ("yes-no", "number"):
        what = phrase("'{name}' alone counts only where it is a number or yes-no", name=condition.field)
        yield Remark(path, what, f"{condition.field} = …")
