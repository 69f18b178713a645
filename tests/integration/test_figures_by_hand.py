"""The figures of a report against counting row by row in Python, on arbitrary duties and both databases."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from integration.test_overdue import MONDAY, Office, at, db, live_office, office  # noqa: F401 - fixtures
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, UnitRow
from models.queries import overdue as queries
from models.schedules import ScheduleRow
from schedules.terms import deadline
from tasks.reporting.overdue import overdue

STATES = (
    "open",
    "open",
    "open",
    "done",
    "done",
    "submitted",
    "waived",
    "withdrawn",
    "cancelled",
    "history",
    "expected",
    "paused",
)
JANUARY = date(2026, 1, 1)
Row = tuple[ObligationRow, PartyRow, UnitRow | None, ScheduleRow]


def some_day(random: Random) -> date:
    """Any day near today, near the turn of a year, or far away."""
    near = random.choice((MONDAY, JANUARY, date(2025, 11, 23), date(2025, 1, 1)))
    return near + timedelta(days=random.randint(-3, 3) * random.choice((1, 1, 40)))


@pytest.fixture
def arbitrary(office: Office) -> Callable[[int], list[Row]]:  # noqa: F811
    """An office with 200 duties of every kind; their rows as they stand."""

    def fill(seed: int) -> list[Row]:
        random = Random(seed)
        office.party("body", "bureau", "区局", None)
        for number in range(200):
            duty = office.owes(
                random.choice(tuple(office.parties)), some_day(random), state=random.choice(STATES),
                privacy=random.choice(("internal", "case")), waits_for=random.choice((None, None, None, "court")),
                soon_on=random.choice((None, some_day(random))), part=f"p{number}",
            )  # fmt: skip
            if duty.state in ("done", "submitted"):
                duty.done_on = (duty.due_on or MONDAY) + timedelta(days=random.randint(-2, 2))
            if random.random() < 0.05:
                duty.due_on = None
        paused = office.version("case").schedule_id
        office.session.get_one(ScheduleRow, paused).paused_at = at(MONDAY)
        office.session.flush()
        query = (
            select(ObligationRow, PartyRow, UnitRow, ScheduleRow)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        )
        return [(row[0], row[1], row[2], row[3]) for row in office.session.execute(query)]

    return fill


def counts(row: Row) -> bool:
    """Ours, with a day, and waiting for nobody outside."""
    duty, party, unit, _ = row
    outside = party.kind == "body" or (unit is not None and unit.kind == "external")
    return duty.due_on is not None and duty.waits_for is None and not outside


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_what_counting_by_hand_gives(
    office: Office,  # noqa: F811
    arbitrary: Callable[[int], list[Row]],
    seed: int,
) -> None:
    rows = [row for row in arbitrary(seed) if counts(row)]
    live = live_office()
    soon_until = deadline(MONDAY, live.office.file.lights.soon_short, live.office.calendar).due
    report = overdue(office.session, live, now=at(MONDAY))
    assert {each.unit_id for each in report.units} >= {
        row[1].unit_id for row in rows if row[0].state == "done"
    }

    for unit in report.units:
        mine = [row for row in rows if row[1].unit_id == unit.unit_id]
        met = [
            d
            for d, *_ in mine
            if d.state in ("done", "submitted") and d.due_on and JANUARY <= d.due_on <= MONDAY
        ]
        running = [d for d, _, _, s in mine if d.state == "open" and s.paused_at is None and d.due_on]
        late = [d for d in running if d.due_on and d.due_on < MONDAY]
        soon = [
            d for d in running
            if d.due_on and d.due_on >= MONDAY and (d.soon_on <= MONDAY if d.soon_on else d.due_on <= soon_until)
        ]  # fmt: skip
        found = unit.figures
        assert found.due == len(met) + sum(d.due_on >= JANUARY for d in late if d.due_on), unit.key
        assert found.done == sum(d.state == "done" for d in met)
        assert found.submitted == sum(d.state == "submitted" for d in met)
        assert found.done_late == sum(
            bool(d.state == "done" and d.done_on and d.due_on and d.done_on > d.due_on) for d in met
        )
        assert found.overdue == len(late) == sum(item.unit_id == unit.unit_id for item in report.items)
        assert found.carried == sum(d.due_on < JANUARY for d in late if d.due_on)
        assert found.soon == len(soon) == sum(item.unit_id == unit.unit_id for item in report.coming)
        following = min((d.due_on for d in running if d.due_on and d.due_on >= MONDAY), default=None)
        assert (unit.next.due_on if unit.next else None) == following
    assert report.figures.due == sum(each.figures.due for each in report.units)

    some = [office.units["minzhu"].id]
    part = overdue(office.session, live, now=at(MONDAY), units=set(some))
    assert part.figures == report.under(some).figures
    assert part.items == report.under(some).items


@pytest.mark.parametrize("seed", range(3))
def test_the_year_before_is_what_counting_by_hand_gives(
    office: Office,  # noqa: F811
    arbitrary: Callable[[int], list[Row]],
    seed: int,
) -> None:
    first, day = date(2025, 1, 1), date(2025, 11, 23)
    duties = [row[0] for row in arbitrary(seed) if counts(row)]
    done = [
        d for d in duties
        if d.state == "done" and d.due_on and d.done_on and (first <= d.due_on < day or (d.due_on == day and d.done_on <= day))
    ]  # fmt: skip
    never = [d for d in duties if d.state == "open" and d.due_on and first <= d.due_on < day]

    found = queries.a_year_before(office.session, first=first, day=day, units=None)

    assert found.due == len(done) + len(never)
    assert found.on_time == sum(bool(d.done_on and d.due_on and d.done_on <= d.due_on) for d in done)
