"""Duties as other systems read them: by filters and page by page, or one with what its confirmation asks for; and what is overdue."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.queries import listing, overdue
from schedules.errors import NotFound, Refused
from schedules.grammar import Schedule
from schedules.lights import days_late, light, workdays_late
from schedules.parts import evidence_of, part_title
from schedules.quota import HUNDREDTHS
from schedules.words import phrase
from tasks.duties.targets import progress
from tasks.live import Live, definition
from tasks.reporting.overdue import overdue as read_overdue
from tasks.wording.naming import HIDDEN, duty_name, in_charge
from worker.api.again import Answer
from worker.api.operation import Call, told
from worker.api.paging import after, next_link
from worker.api.shapes_read import (
    Asked,
    Obligation_,
    ObligationDetail,
    ObligationQuery,
    Overdue,
    OverdueQuery,
    Page,
)
from worker.web.duties.duty_view import form_kind

MET = ("done", "submitted")
ASKED = ("open", "submitted")


def obligations(call: Call) -> Answer:
    """A page of duties."""
    query: ObligationQuery = call.query
    today = call.live.today(call.now)
    wanted = listing.Duties(
        schedule=query.schedule, key=query.key, state=query.state, due_from=query.due_from, due_to=query.due_to, light=query.light,
        person_id=_person_id(call.session, query.person), units=_units(call, [query.unit]) if query.unit else None,
    )  # fmt: skip
    rows = listing.duties(call.session, wanted, today=today, after=after(query.cursor), limit=query.limit + 1)
    reader = _Reader(call, rows[: query.limit])
    items = [Obligation_(**reader.shape(row)) for row in rows[: query.limit]]
    more = next_link("/api/v1/obligations", given(query), items[-1].id) if len(rows) > query.limit else None
    return told(200, Page[Obligation_](items=items, next=more))


def obligation(call: Call) -> Answer:
    """One duty in detail. Raise NotFound."""
    row = listing.one_duty(call.session, call.path["id"])
    if row is None:
        raise NotFound(phrase("there is no duty {id}", id=call.path["id"]))
    schedule = definition(call.session, row.version_id)
    fields = evidence_of(schedule, row.part) if schedule.privacy != "sealed" else {}
    asks = [
        Asked(name=name, label=field.label or name, kind=field.kind, required=field.required, many=field.many,
              options=list(field.options or ()))
        for name, field in fields.items()
    ]  # fmt: skip
    shape = _Reader(call, [row]).shape(row)
    return told(200, ObligationDetail(**shape, form=form_kind(schedule, row.part), asks=asks))


def overdue_report(call: Call) -> Answer:
    """What is overdue, in the shape of `duban overdue --json`."""
    query: OverdueQuery = call.query
    units = set(_units(call, query.unit)) if query.unit else None
    report = read_overdue(call.session, call.live, now=call.now, units=units)
    campaigns = [asdict(each) for each in progress(call.session, call.live)]
    found = {**report.to_json(call.gettext), "campaigns": campaigns}
    return told(200, Overdue.model_validate(found, strict=False))


def given(query: Any) -> dict[str, str]:
    """The filters of a page as they stand in an address, without its cursor."""
    found = query.model_dump(mode="json", exclude_none=True, exclude={"cursor"}, exclude_unset=True)
    return {name: str(value) for name, value in found.items()}


def _person_id(session: Session, key: str | None) -> int | None:
    if key is None:
        return None
    found = listing.people_ids(session, [key]).get(key)
    if found is None:
        raise Refused(phrase("there is no person '{person}' in the roster", person=key), field="person")
    return found


def _units(call: Call, names: Sequence[str]) -> list[int]:
    """The ids of units named by id or title, and of all below them. Raise Refused for a name of none."""
    office = call.live.office
    keys: set[str] = set()
    for name in names:
        if not office.has_unit(name):
            raise Refused(phrase("there is no unit '{name}'", name=name), field="unit")
        keys |= set(office.units_below(office.unit(name)))
    return [row.id for row in overdue.units(call.session) if row.key in keys]


class _Reader:
    """Turns rows into the shape of a duty, with definitions, holders of roles and working days read once."""

    def __init__(self, call: Call, rows: Sequence[Row[Any]]) -> None:
        self.call, self.live, self.today = call, call.live, call.live.today(call.now)
        asks = any(row.party_kind == "role" for row in rows)
        self.holders = overdue.holders(call.session, today=self.today) if asks else {}

    def shape(self, row: Row[Any]) -> dict[str, Any]:
        """The fields of `Obligation_`."""
        schedule = definition(self.call.session, row.version_id)
        sealed = schedule.privacy == "sealed"
        return {
            "id": row.id, "schedule": row.schedule, "key": "" if sealed else row.key, "title": self._title(row, schedule),
            "part": row.part, "unit": row.unit_title or "", "person": "" if sealed else in_charge(row, self.holders),
            "person_id": None if sealed else row.person_key, "owed_by": "" if sealed else row.party_title, "state": row.state,
            "light": self._light(row), "opened_at": self.call.shown(row.opened_at), "due_on": row.due_on,
            "due_at": self.call.shown(row.due_at) if row.due_at else None, "provisional": row.provisional, **self._late(row, self.live),
            "reason": None if sealed else row.late_reason, "new_date": row.new_date, "done_on": row.done_on,
            "on_time": _on_time(row), "progress": row.progress / HUNDREDTHS,
            "target": None if row.target is None else row.target / HUNDREDTHS,
        }  # fmt: skip

    def _title(self, row: Row[Any], schedule: Schedule) -> str:
        if schedule.privacy == "sealed":
            return HIDDEN.text(self.call.gettext)
        step = part_title(schedule, row.part) if row.part in schedule.steps else None
        return duty_name(row, step).text(self.call.gettext)

    def _light(self, row: Row[Any]) -> Any:
        quiet = row.quiet_until is not None and row.quiet_until > self.today
        return light(
            state=row.state, due_on=row.due_on, today=self.today, soon_on=row.soon_on, provisional=row.provisional, quiet=quiet,
            outside=row.waits_for is not None, paused=row.paused,
        )  # fmt: skip

    def _late(self, row: Row[Any], live: Live) -> dict[str, int]:
        if row.due_on is None or row.state not in ASKED:
            return {"days_late": 0, "workdays_late": 0}
        return {
            "days_late": days_late(row.due_on, self.today),
            "workdays_late": workdays_late(row.due_on, self.today, live.office.calendar),
        }


def _on_time(row: Row[Any]) -> bool | None:
    if row.state not in MET or row.done_on is None:
        return None
    return bool(row.due_on is None or row.done_on <= row.due_on)
