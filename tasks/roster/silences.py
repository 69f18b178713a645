"""Silences by the clerk 静默: for a while nobody, or one person, is reminded of a schedule; or a person of nothing at all.

Each has an author, a reason and an end, at most 60 days away. While it runs it stands in the summaries of those who see everything;
when it is over its author is told (`tasks.roster.silence_ends`). Ladders go on meanwhile; what was held back is not made up for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.messages import SilenceRow
from models.people import PersonRow
from models.queries.silences import running
from models.schedules import ScheduleRow
from schedules.errors import NotFound, Refused
from schedules.grammar import Privacy
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.duties.duty import actor, is_clerk
from tasks.duties.evidence import said
from tasks.live import Live
from tasks.pausing import named
from tasks.wording.naming import HIDDEN

SILENCE = "silence"
LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence that runs. `until` is the first day on which reminders go out again; `author` as people know them.

    `schedule` and `person` are ids, None where it is about all. `privacy` is the schedule's: of a sealed one nothing is told but
    that it exists.
    """

    id: int
    schedule: str | None
    title: str
    person: str | None
    name: str
    since: date
    until: date
    reason: str
    author: str
    privacy: Privacy = "internal"

    def to_json(self) -> dict[str, object]:
        """The shape other programs rely on: ids of schedule and person, null where it is about all; dates ISO."""
        return {
            "id": self.id, "schedule": self.schedule, "person": self.person, "since": self.since.isoformat(),
            "until": self.until.isoformat(), "reason": self.reason, "author": self.author,
        }  # fmt: skip

    def cleaned(self, plain: Callable[[str], str], *, overheard: bool = False) -> "Silence":
        """The same with every text of people made harmless; without a reason that may tell of a case where others read it too."""
        kept = self.privacy != "sealed" and not (overheard and self.privacy == "case")
        return replace(
            self, title=plain(self.title), name=plain(self.name), author=plain(self.author), reason=plain(self.reason) if kept else ""
        )  # fmt: skip

    @property
    def what(self) -> Words:
        """What is silent, as the desk may read it."""
        return what_is_silent(self.title if self.schedule else None, self.name if self.person else None)

    @property
    def told(self) -> Words:
        """The same as a message may say it."""
        return HIDDEN if self.privacy == "sealed" else self.what


def what_is_silent(title: str | None, name: str | None) -> Words:
    """A schedule's title, a person's name, or both."""
    if name is None:
        return phrase("“{title}”, everybody", title=title or "")
    if title is None:
        return phrase("{name}, everything", name=name)
    return phrase("“{title}”, {name}", title=title, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The silences that were begun, and the titles of obligatory schedules that they cover."""

    ids: tuple[int, ...]
    obligatory: tuple[str, ...]


def add_silence(
    session: Session, live: Live, *, schedule: str | None, person_id: int | None, until: date, reason: str, by: int | None, now: datetime,
    how: str = "cli",
) -> Added:  # fmt: skip
    """Begin one today, for the schedule that an id names (each of an entry with `for_each`), for a person, or for both.

    Only the desk may. Raise Refused without a reason, for an end that is past or too far away, and if the same is silent already.
    """
    _require_clerk(session, live, by, now=now)
    today = live.today(now)
    if schedule is None and person_id is None:
        raise Refused(phrase("say which schedule, which person, or both"), field="schedule")
    words = said(reason, field="reason", missing=phrase("say in a few words why it is silent"))
    if until <= today:
        raise Refused(phrase("the first day that is not silent must lie ahead"), field="until")
    if until - today > LONGEST:
        raise Refused(
            phrase("a silence lasts at most {n} days: until {day}", n=LONGEST.days, day=today + LONGEST), field="until"
        )  # fmt: skip
    if person_id is not None and session.get(PersonRow, person_id) is None:
        raise NotFound(phrase("this person is not in the roster any more"))
    rows = named(session, live.office, schedule) if schedule is not None else [None]
    made = []
    for each in rows:
        _check_new(session, each, person_id, today=today)
        row = SilenceRow(
            kind=SILENCE, schedule_id=each.id if each else None, person_id=person_id, from_on=today, until_on=until, reason=words,
            by=actor(by, how), at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        note(
            session, actor=actor(by, how), act="silence", subject_kind="silence", subject_id=row.id, at=now, until=until.isoformat(),
        )  # fmt: skip
        made.append(row.id)
    return Added(ids=tuple(made), obligatory=_obligatory(session, rows))


def end_silence(
    session: Session, live: Live, *, silence_id: int, by: int | None, now: datetime, how: str = "cli"
) -> SilenceRow:
    """End one before its day. Only the desk may. Raise NotFound, or Refused if it is over."""
    _require_clerk(session, live, by, now=now)
    row = session.get(SilenceRow, silence_id, with_for_update=True, populate_existing=True)
    if row is None or row.kind != SILENCE:
        raise NotFound(phrase("there is no silence {id}", id=silence_id))
    if row.ended_at is not None or row.until_on <= live.today(now):
        raise Refused(phrase("silence {id} is over already", id=silence_id))
    row.ended_at, row.ended_by = now, actor(by, how)
    note(session, actor=actor(by, how), act="silence-end", subject_kind="silence", subject_id=row.id, at=now)
    session.flush()
    return row


def silences(session: Session, live: Live, *, today: date) -> list[Silence]:
    """The clerks' silences that run, the first to end first."""
    query = (
        select(SilenceRow, ScheduleRow, PersonRow)
        .outerjoin(ScheduleRow, ScheduleRow.id == SilenceRow.schedule_id)
        .outerjoin(PersonRow, PersonRow.id == SilenceRow.person_id)
        .where(SilenceRow.kind == SILENCE, *running(today))
        .order_by(SilenceRow.until_on, SilenceRow.id)
    )
    found = session.execute(query).all()
    authors = author_names(session, [row[0].by for row in found]) if found else {}
    return [
        _shown(row, schedule, person, authors[row.by], privacy=privacy_of(live, schedule)) for row, schedule, person in found
    ]  # fmt: skip


def privacy_of(live: Live, schedule: ScheduleRow | None) -> Privacy:
    """What may be told of a schedule; of all together what may be told of the office's own matters."""
    found = next(
        (each for each in live.office.schedules if schedule is not None and each.id == schedule.key), None
    )
    return found.privacy if found is not None else "internal"


def _shown(
    row: SilenceRow, schedule: ScheduleRow | None, person: PersonRow | None, author: str, *, privacy: Privacy
) -> Silence:
    return Silence(
        id=row.id, schedule=schedule.key if schedule else None, title=schedule.title if schedule else "",
        person=person.key if person else None, name=person.name if person else "",
        since=row.from_on, until=row.until_on, reason=row.reason, author=author, privacy=privacy,
    )  # fmt: skip


def author_names(session: Session, actors: Sequence[str]) -> dict[str, str]:
    """Who acted, as people know them: the name of a person; of the shell the name of its user."""
    ids = {each: int(each.partition(":")[2]) for each in actors if each.startswith("person:")}
    names = dict(
        session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids.values()))).all()
    )
    return {each: names.get(ids[each], each) if each in ids else each.removeprefix("cli:") for each in actors}


def _check_new(session: Session, schedule: ScheduleRow | None, person_id: int | None, *, today: date) -> None:
    same = aliased(SilenceRow)
    found = session.scalars(
        select(same).where(
            same.kind == SILENCE, same.schedule_id.is_not_distinct_from(schedule.id if schedule else None),
            same.person_id.is_not_distinct_from(person_id), same.ended_at.is_(None), same.until_on > today,
        )
    ).first()  # fmt: skip
    if found is not None:
        raise Refused(
            phrase(
                "this is silent already until {day} (silence {id}); end that one first", day=found.until_on, id=found.id
            )
        )  # fmt: skip


def _obligatory(session: Session, rows: Sequence[ScheduleRow | None]) -> tuple[str, ...]:
    """Of these schedules, None for all, the titles of those that the office must remind of."""
    chosen = [each for each in rows if each is not None]
    if not chosen:
        query = select(ScheduleRow).where(ScheduleRow.obligatory, ScheduleRow.removed_at.is_(None))
        chosen = list(session.scalars(query.order_by(ScheduleRow.key)))
    return tuple(each.title for each in chosen if each.obligatory)


def _require_clerk(session: Session, live: Live, by: int | None, *, now: datetime) -> None:
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk silences reminders"))
