"""A person's own absence and deputy, entered on the own page; the deputy is told at once."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.people import AbsenceRow, PersonRow
from schedules.dates_text import day_text
from schedules.errors import NotFound
from schedules.words import Words, phrase
from tasks.delivery.tell import tell
from tasks.live import Live
from tasks.roster.absences import add_absence, end_absence

KIND = "deputy"


def go_away(
    session: Session, live: Live, *, person: PersonRow, from_on: date, until_on: date, kind: str, deputy: PersonRow | None,
    now: datetime,
) -> int:  # fmt: skip
    """Record that a person is away on [from_on, until_on), from today at the earliest. Return its id. Raise Refused as `add_absence`."""
    found = add_absence(
        session, live, person_id=person.id, from_on=from_on, until_on=until_on, kind=kind,
        deputy_id=deputy.id if deputy else None, by=person.id, now=now,
    )  # fmt: skip
    if deputy is not None:
        last = until_on - timedelta(days=1)

        def lines(lang: str) -> list[Words]:
            first_day, last_day = (day_text(day, lang, today=live.today(now)) for day in (from_on, last))
            return [
                phrase(
                    "{name} is away from {first} to {last}; what comes meanwhile comes to you, too.",
                    name=person.name, first=first_day, last=last_day,
                )
            ]  # fmt: skip

        tell(
            session, live, kind=KIND, key=str(found), people=[deputy.id], now=now, lines=lines,
            title=phrase("You stand in for {name}", name=person.name),
        )  # fmt: skip
    return found


def come_back(session: Session, live: Live, *, person: PersonRow, absence_id: int, now: datetime) -> None:
    """The person is back from today on; the deputy is told. Raise NotFound for an absence of somebody else."""
    row = session.get(AbsenceRow, absence_id)
    if row is None or row.person_id != person.id:
        raise NotFound(phrase("there is no absence {id}", id=absence_id))
    end_absence(session, live, absence_id=absence_id, until_on=live.today(now), by=person.id, now=now)
    if row.deputy_id is not None:
        tell(
            session, live, kind=KIND, key=f"{absence_id}-end", people=[row.deputy_id], now=now,
            title=phrase("{name} is back", name=person.name),
            lines=lambda _: [phrase("You need not stand in for {name} any more.", name=person.name)],
        )  # fmt: skip
