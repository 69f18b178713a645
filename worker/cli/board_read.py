"""What `duban board` shows beside the lights: attendance, hours and certificates, as plain figures."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from models.queries import pages_board
from models.queries.pages_board import Hours, SessionDay
from schedules.grammar import Quota
from schedules.periods import quota_period
from schedules.rounding import rate
from tasks.live import Live, definition
from tasks.reporting.board import Chosen
from tasks.reporting.sealed import sealed_versions
from worker.web.duties.quota_bar import UNIT, expected_by, milestones

CARD_DAYS = 90  # a certificate that expires within so many days stands on the board


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The last gatherings of a schedule that keeps attendance: per unit the present and the absent of each; leave is neither."""

    schedule: str
    title: str
    days: tuple[date, ...]
    units: tuple[tuple[str, str, tuple[tuple[int, int] | None, ...]], ...]

    def rates(self, counted: Sequence[tuple[int, int] | None]) -> tuple[float | None, float | None]:
        """Per cent present at the last gathering and at all of them; None where nobody was expected."""
        last = counted[-1]
        known = [each for each in counted if each]
        came, missed = sum(each[0] for each in known), sum(each[1] for each in known)
        return (rate(last[0], sum(last)) if last else None, rate(came, came + missed))

    def to_json(self) -> dict[str, object]:
        """Days as ISO; of each unit the per cent present, one figure a day."""
        return {
            "schedule": self.schedule, "title": self.title, "days": [each.isoformat() for each in self.days],
            "units": [
                {"key": key, "title": title, "rates": [rate(one[0], sum(one)) if one else None for one in counted]}
                for key, title, counted in self.units
            ],
        }  # fmt: skip


def attendances(session: Session, chosen: Chosen, *, today: date) -> Iterator[Attendance]:
    """One for each schedule that keeps attendance and is not sealed."""
    by_schedule: dict[str, list[SessionDay]] = defaultdict(list)
    for day in pages_board.last_sessions(session, today=today, without=sealed_versions(session)):
        if chosen.schedule in (None, day.schedule):
            by_schedule[day.schedule].append(day)
    for key, days in by_schedule.items():
        counted: dict[tuple[str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
        for one in pages_board.attendance(session, [day.occurrence_id for day in days], units=chosen.units):
            counted[one.key, one.unit][one.occurrence_id] = (one.present, one.absent)
        yield Attendance(
            schedule=key, title=days[-1].title, days=tuple(day.held_on for day in days),
            units=tuple(
                (unit, title, tuple(cells.get(day.occurrence_id) for day in days))
                for (unit, title), cells in counted.items()
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A quota of hours in its running year. `behind`: who has less than is expected today; amounts are hundredths of a unit."""

    schedule: str
    title: str
    people: int
    behind: tuple[tuple[str, str, int, int], ...]

    def to_json(self) -> dict[str, object]:
        """Amounts in units."""
        return {
            "schedule": self.schedule, "title": self.title, "people": self.people,
            "behind": [
                {"person": key, "name": name, "progress": has / UNIT, "expected": wanted / UNIT}
                for key, name, has, wanted in self.behind
            ],
        }  # fmt: skip


def standings(session: Session, live: Live, chosen: Chosen, *, today: date) -> Iterator[Standing]:
    """One for each running quota of hours, whoever is furthest behind first."""
    keys = [
        each.id
        for each in live.office.schedules
        if isinstance(each.done, Quota) and each.done.sum == "hours" and each.privacy != "sealed"
        if chosen.schedule in (None, each.id)
    ]
    by_version: dict[int, list[Hours]] = defaultdict(list)
    for one in pages_board.quotas(session, keys, today=today, units=chosen.units) if keys else ():
        by_version[one.version_id].append(one)
    for version, people in by_version.items():
        yield _standing(session, version, people, today=today)


def _standing(session: Session, version: int, people: Sequence[Hours], *, today: date) -> Standing:
    schedule = definition(session, version)
    if not isinstance(schedule.done, Quota):
        raise TypeError(schedule.id)
    period = quota_period(schedule, people[0].held_on)
    wanted = {
        target: expected_by(milestones(schedule, schedule.done, target, period), today, period.first)
        for target in {one.target for one in people}
    }
    behind = tuple(
        (one.key, one.name, one.progress, wanted[one.target])
        for one in people
        if one.progress < wanted[one.target]
    )
    return Standing(schedule=schedule.id, title=people[0].title, people=len(people), behind=behind)


def cards(session: Session, chosen: Chosen, *, today: date) -> list[dict[str, object]]:
    """Certificates that expired or expire within 90 days; none where one schedule is asked for. Days are ISO."""
    if chosen.schedule is not None:
        return []
    found = pages_board.credentials(
        session, until=today + timedelta(days=CARD_DAYS), today=today, units=chosen.units
    )
    return [
        {
            **asdict(card), "expires_on": card.expires_on.isoformat(), "days": (card.expires_on - today).days,
            "quiet_until": card.quiet_until.isoformat() if card.quiet_until else None,
            "light": "red" if card.expires_on < today else "grey" if card.quiet_until and card.quiet_until > today else "yellow",
        }
        for card in found
    ]  # fmt: skip
