"""Why a schedule has nothing for a person: not named by its `who`, no longer, or there only after it had opened."""

from collections.abc import Iterator, Sequence

from models.people import FOREVER, MembershipRow, PersonRow
from models.queries import explained as read
from models.queries import explained_told as records
from models.schedules import ScheduleRow
from schedules.audience import AnyOf, Expr, In, Minus, expression
from schedules.dates_text import said_day
from schedules.errors import NotFound
from schedules.grammar import Schedule
from schedules.rounding import listed
from schedules.words import Words, phrase
from tasks.explain.asked import Asked
from tasks.live import definition

KINDS = {
    "role": phrase("role"), "unit": phrase("unit"), "tag": phrase("tag"), "credential": phrase("certificate"),
}  # fmt: skip


def outside(asked: Asked, person: PersonRow, row: ScheduleRow) -> Iterator[Words]:
    """Why this schedule has no duty for the person on the day in question."""
    if row.live_version_id is None or row.kind == "summary":
        return
    schedule = definition(asked.session, row.live_version_id)
    if schedule.privacy == "sealed":
        yield phrase("It has no duty for this person.")
        return
    as_one = _owed_as_one(asked, schedule)
    if as_one is not None:
        yield phrase(
            "“{title}” is owed by {who} as one, and {name} does not answer for it.",
            title=row.title,
            who=as_one,
            name=person.name,
        )
        return
    try:
        expr = expression(schedule.who, asked.live.office)
    except NotFound:
        expr = AnyOf(())
    wanted = tuple(_named(expr))
    if not wanted:
        yield phrase(
            "“{title}” has no duty for {name} now; who owes it is decided for each occurrence.",
            title=row.title,
            name=person.name,
        )
        return
    fields = {"title": row.title, "name": person.name, "who": _who(asked, wanted)}
    memberships = read.held_since(asked.session, person.id, [(each.kind, each.key) for each in wanted])
    if any(each.valid_from <= asked.on < each.valid_to for each in memberships):
        yield from _belongs(asked, person, row, schedule, fields)
        return
    yield phrase("{name} is not one of those whom “{title}” names: {who}.", **fields)
    yield from _when_one(asked, person, memberships)


def _when_one(asked: Asked, person: PersonRow, memberships: Sequence[MembershipRow]) -> Iterator[Words]:
    """Until when or from when on the person is named, by memberships of other days."""
    ended = [each.valid_to for each in memberships if each.valid_to <= asked.on and each.valid_to != FOREVER]
    if ended:
        yield phrase(
            "{name} was one of them until {day}.",
            name=person.name,
            day=said_day(max(ended), today=asked.today),
        )
    begins = [each.valid_from for each in memberships if each.valid_from > asked.on]
    if begins:
        yield phrase(
            "{name} will be one of them from {day} on.",
            name=person.name,
            day=said_day(min(begins), today=asked.today),
        )


def _owed_as_one(asked: Asked, schedule: Schedule) -> Words | None:
    """The role or unit that owes it as one, and the units that assist."""
    who, office = schedule.who, asked.live.office
    several = bool(who.roles or who.units or who.tags or who.people or who.credential)
    role = (
        who.responsible.role
        if who.responsible is not None
        else who.role
        if not several and not who.unit
        else None
    )
    units = [
        *(who.assist.units if who.assist else ()),
        *([who.unit] if who.unit and not several and not who.role else []),
    ]
    named = [_one(asked, In("role", role))] if role else []
    named += [_one(asked, In("unit", office.unit(unit))) for unit in units if office.has_unit(unit)]
    return listed(named) if named else None


def _belongs(
    asked: Asked, person: PersonRow, row: ScheduleRow, schedule: Schedule, fields: dict[str, object]
) -> Iterator[Words]:
    if schedule.who.but is not None:
        yield phrase("{name} is named by “{title}”, but belongs to those whom it excepts.", **fields)
        return
    running = records.occurrences(asked.session, row.id, since=asked.since, until=asked.until, on=asked.on)
    if running and person.joined_on is not None and any(each.held_on < person.joined_on for each in running):
        joined = said_day(person.joined_on, today=asked.today)
        yield phrase(
            "{name} joined on {day}, after what is open now had passed.", name=person.name, day=joined
        )
        return
    yield phrase("{name} is one of those whom “{title}” names, but nothing of it is open now.", **fields)


def _named(expr: Expr) -> Iterator[In]:
    match expr:
        case In():
            yield expr
        case AnyOf(parts=parts):
            for part in parts:
                yield from _named(part)
        case Minus(of=of):
            yield from _named(of)


def _who(asked: Asked, wanted: tuple[In, ...]) -> Words:
    return listed([_one(asked, each) for each in wanted])


def _one(asked: Asked, each: In) -> Words:
    if each.kind == "person":
        return Words("{name}", {"name": _title(asked, each)})
    return phrase("{kind} {title}", kind=KINDS[each.kind], title=_title(asked, each))


def _title(asked: Asked, each: In) -> str:
    """What a role or unit is called; of a person the name."""
    office = asked.live.office
    match each.kind:
        case "role" if each.key in office.file.roles:
            return office.file.roles[each.key].title
        case "unit" if each.key in office.file.units:
            return office.file.units[each.key].title
        case "person" if office.has_person(each.key):
            return office.person(each.key).name
        case _:
            return each.key
