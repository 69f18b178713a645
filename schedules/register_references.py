"""Whether registers fit together with what feeds them and what counts them: names, kinds of fields, choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from schedules.done import EvidenceField, FromRegister, Topics
from schedules.grammar import Attendance, ByPeople, Schedule
from schedules.ladder import RECORD
from schedules.names import Names
from schedules.parts import evidence_of
from schedules.problems import nearest
from schedules.reach import EACH, EVENTS, RESERVED, flat
from schedules.references import Path, Remark, role_remarks, unit_remarks
from schedules.registers import HELD_ON, Register
from schedules.words import Words, phrase

Registers = Mapping[str, Register]


@dataclass(frozen=True, slots=True)
class Known:
    """Registers and schedules by id; `unread`: entries that are there but could not be read, of which nothing is said."""

    registers: Registers
    schedules: Mapping[str, Schedule]
    unread: frozenset[str] = frozenset()


def register_coherence(register: Register) -> Iterator[Remark]:
    """Fields whose names have a meaning of their own, and a day of the fact that is no date."""
    for name, field in register.fields_.items():
        if name in RESERVED:
            what = phrase("'{name}' has a meaning of its own; give the field another name", name=name)
            yield Remark(("fields", name), what)
        if name == HELD_ON and field.kind != "date":
            yield Remark(
                ("fields", name), phrase("'{name}' is the day of the fact: a date", name=name), "date"
            )


def register_references(register: Register, names: Names) -> Iterator[Remark]:
    """Units and roles that nothing answers to."""
    if register.by is None:
        return
    for path, unit in _named(register.by.units, "units", register.by.unit, "unit"):
        yield from unit_remarks(unit, ("by", *path), names)
    for path, role in _named(register.by.roles, "roles", register.by.role, "role"):
        yield from role_remarks(role, ("by", *path), names)


def _named(many: Sequence[str], plural: str, one: str | None, single: str) -> Iterator[tuple[Path, str]]:
    yield from (((plural, index), name) for index, name in enumerate(many))
    if one is not None:
        yield (single,), one


def feeding_parts(schedule: Schedule, registers: Registers) -> dict[str, str]:
    """The parts whose confirmations become entries, with their register: those that say so, and for a register named by the
    schedule as a whole the one part that records every field that the register cannot do without.
    """
    found = {key: step.register_ for key, step in schedule.steps.items() if step.register_ is not None}
    whole = registers.get(schedule.register_ or "")
    if whole is not None:
        found |= dict.fromkeys(_complete(schedule, whole), whole.id)
    return found


def _complete(schedule: Schedule, register: Register) -> list[str]:
    return [part for part in _recorded(schedule) if not _missing(schedule, part, register)]


def _recorded(schedule: Schedule) -> list[str]:
    """The parts that carry evidence."""
    if isinstance(schedule.done, Attendance):
        return [RECORD]
    if schedule.steps:
        return list(schedule.steps)
    return [""] if isinstance(schedule.done, ByPeople) else []


def _missing(schedule: Schedule, part: str, register: Register) -> list[str]:
    """The fields that an entry needs and the part does not record under the same name and kind."""
    fields = evidence_of(schedule, part)
    return [
        name
        for name, field in register.beside_day.items()
        if (name not in fields and field.required) or (name in fields and fields[name].kind != field.kind)
    ]


def feeding_references(schedule: Schedule, known: Known) -> Iterator[Remark]:
    """Registers that are not there, and steps that do not record what the register asks for."""
    registers = known.registers
    for key, step in schedule.steps.items():
        if step.register_ is None:
            continue
        path: Path = ("steps", key, "register")
        if step.register_ not in registers:
            yield from _no_register(path, step.register_, known)
        elif missing := _missing(schedule, key, registers[step.register_]):
            yield Remark(path, _needs(registers[step.register_], missing))
    if schedule.register_ is None:
        return
    if schedule.register_ not in registers:
        yield from _no_register(("register",), schedule.register_, known)
        return
    register = registers[schedule.register_]
    fitting = _complete(schedule, register)
    if not fitting:
        wanted = [_missing(schedule, part, register) for part in _recorded(schedule)]
        yield Remark(("register",), _needs(register, min(wanted, key=len, default=list(register.beside_day))))
    elif len(fitting) > 1:
        what = phrase("several steps could feed '{name}'; say 'register' at the step", name=register.id)
        yield Remark(("register",), what, ", ".join(fitting))


def _needs(register: Register, missing: Sequence[str]) -> Words:
    names = "、".join(missing)
    return phrase(
        "nothing here records what the register '{name}' asks for: {missing}", name=register.id, missing=names
    )


def counting_references(schedule: Schedule, known: Known) -> Iterator[Remark]:
    """Quotas over registers and topics: whether what they count is recorded anywhere."""
    if isinstance(schedule.done, FromRegister):
        yield from _of_register(schedule, schedule.done, known)
    elif isinstance(schedule.done, Topics):
        yield from _of_topics(schedule.done, known)


def _of_register(schedule: Schedule, done: FromRegister, known: Known) -> Iterator[Remark]:
    register = known.registers.get(done.register_)
    if register is None:
        yield from _no_register(("done", "register"), done.register_, known)
        return
    places: list[tuple[Path, object]] = [(("done", "reach"), done.reach)]
    places += [(("milestones", index, "reach"), each.reach) for index, each in enumerate(schedule.milestones)]
    for path, reach in places:
        if isinstance(reach, Mapping):
            for name, field in flat(reach):
                yield from _figure(name, field, register, path)


def _figure(name: str, field: str, register: Register, path: Path) -> Iterator[Remark]:
    if name == EVENTS:
        return
    sought, kind = (field, "choice") if name == EACH else (name, "number")
    here = (*path, name, field) if field else (*path, name)
    known = [key for key, one in register.fields_.items() if one.kind == kind]
    if sought not in known:
        what = phrase(
            "the register '{register}' has no {kind} '{name}'", register=register.id, kind=kind, name=sought
        )
        also = (EVENTS, *([EACH] if register.options() else [])) if kind == "number" else ()
        yield Remark(here, what, nearest(sought, (*known, *also)))
    elif kind == "choice" and not register.fields_[sought].options:
        yield Remark(here, phrase("'{name}' has no list of choices ('from')", name=sought))


def _of_topics(done: Topics, known: Known) -> Iterator[Remark]:
    key, name = done.source
    path: Path = ("done", "from")
    source = known.schedules.get(key)
    if key in known.unread:
        return
    if source is None:
        allowed = nearest(key, known.schedules)
        yield Remark(
            path,
            phrase("there is no schedule '{name}'; write SCHEDULE.FIELD", name=key or done.from_),
            allowed,
        )
        return
    fields = recorded_fields(source)
    if name not in fields:
        what = phrase("the records of '{schedule}' have no field '{name}'", schedule=key, name=name)
        yield Remark(path, what, nearest(name, fields))
        return
    options = fields[name].options
    for index, topic in enumerate(done.topics):
        if options and topic not in options:
            what = phrase(
                "'{name}' of '{schedule}' cannot be '{found}'", name=name, schedule=key, found=topic
            )
            yield Remark(("done", "topics", index), what, "、".join(options))


def recorded_fields(schedule: Schedule) -> dict[str, EvidenceField]:
    """Every field of evidence that some part of a schedule records."""
    parts = ["", RECORD, *schedule.steps]
    return {name: field for part in parts for name, field in evidence_of(schedule, part).items()}


def _no_register(path: Path, name: str, known: Known) -> Iterator[Remark]:
    if name not in known.unread:
        yield Remark(path, phrase("there is no register '{name}'", name=name), nearest(name, known.registers))


def with_choices(register: Register, schedules: Sequence[Schedule]) -> Register:
    """The register with the choices of those who feed it, where a choice field of its own lists none."""
    open_ones = [
        name for name, field in register.fields_.items() if field.kind == "choice" and not field.options
    ]
    if not open_ones:
        return register
    found: dict[str, dict[str, None]] = {name: {} for name in open_ones}
    for schedule in schedules:
        for part in feeding_parts(schedule, {register.id: register}):
            fields = evidence_of(schedule, part)
            for name in open_ones:
                found[name] |= dict.fromkeys(fields[name].options if name in fields else ())
    fields_ = {
        name: field.model_copy(update={"options": tuple(found[name])}) if name in found else field
        for name, field in register.fields_.items()
    }
    return register.model_copy(update={"fields_": fields_})
