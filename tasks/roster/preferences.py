"""How somebody wishes to be reminded: in which order the office's channels are tried, and at which time of day.

A floor remains (`tasks.sweep`): every channel of the office stays a fall-back, what is urgent or would come too late keeps the
office's own time, and what is obligatory its time and its order of channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow, PreferenceRow
from models.queries.routes import hold_routes
from schedules.channels import reaching
from schedules.digest import digest_times
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.routes import refresh_routes
from tasks.delivery.ways import as_person, in_order
from tasks.duties.duty import actor, is_clerk
from tasks.live import Live
from tasks.roster.people import with_records


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What a person wishes. `channels`: those asked for, first to last; `ways`: all that reach the person, in that order.

    `at`: the time of day, None for the office's own times.
    """

    channels: tuple[str, ...]
    ways: tuple[str, ...]
    at: time | None

    @property
    def any(self) -> bool:
        """Whether anything is wished for."""
        return bool(self.channels) or self.at is not None


def preference_of(session: Session, live: Live, person: PersonRow) -> Preference:
    """What a person wishes, as far as the office still has it."""
    row = session.get(PreferenceRow, person.id)
    ways = reaching(live.office.file, as_person(person))
    wished = tuple(key for key in row.channels if key in ways) if row else ()
    at = time.fromisoformat(row.digest_at) if row and row.digest_at else None
    return Preference(channels=wished, ways=in_order(ways, wished), at=at)


def prefer(
    session: Session, live: Live, *, person_id: int, channels: Sequence[str] | None, at: time | None, by: int | None, now: datetime,
    how: str = "cli",
) -> Preference:  # fmt: skip
    """Write the whole wish: None or nothing for what the office decides. Only the person or the desk may.

    Raise Refused for a channel that the office does not have for people, or a time in quiet hours.
    """
    person = _person(session, person_id)
    if by != person_id and not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the person and the clerk say how somebody is reminded"))
    wished = list(dict.fromkeys(channels or ()))
    _check_channels(live, wished)
    _check_time(live, at)
    hold_routes(session)
    row = session.get(PreferenceRow, person_id, with_for_update=True)
    if wished or at is not None:
        row = row or PreferenceRow(person_id=person_id)
        row.channels, row.digest_at, row.at = wished, f"{at:%H:%M}" if at else None, now
        session.add(row)
    elif row is not None:
        session.delete(row)
    session.flush()
    note(
        session, actor=actor(by, how), act="prefer", subject_kind="person", subject_id=person_id, at=now, channels=wished,
        digest=f"{at:%H:%M}" if at else None,
    )  # fmt: skip
    refresh_routes(session, with_records(session, live.office), now=now)
    return preference_of(session, live, person)


def _person(session: Session, person_id: int) -> PersonRow:
    person = session.scalars(
        select(PersonRow).where(PersonRow.id == person_id, PersonRow.left_on.is_(None))
    ).first()
    if person is None:
        raise NotFound(phrase("this person is not in the roster any more"))
    return person


def _check_channels(live: Live, wished: Sequence[str]) -> None:
    known = live.office.file.reach.people
    for key in wished:
        if key not in known:
            allowed = ", ".join(known) or "—"
            raise Refused(
                phrase(
                    "'{key}' is no channel of this office for people; allowed: {allowed}", key=key, allowed=allowed
                ),
                field="first",
            )  # fmt: skip


def _check_time(live: Live, at: time | None) -> None:
    times = digest_times(live.office)
    if at is None or at in times:
        return
    raise Refused(
        phrase(
            "{at} is no time at which messages may go out; choose a half hour outside quiet hours: {allowed}",
            at=f"{at:%H:%M}",
            allowed=", ".join(f"{each:%H:%M}" for each in times),
        ),
        field="at",
    )
