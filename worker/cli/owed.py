"""What a person owes, found for the command line: as a person, as the holder of a role, as the head of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import MembershipRow, PartyRow, PersonRow, UnitRow
from models.queries.holders import holder_name
from models.schedules import ScheduleRow
from schedules.errors import NotFound, Refused
from schedules.parts import part_title
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.duties.whose import of_holder
from tasks.live import definition
from tasks.roster.parties import PEOPLE

PENDING = (Obligation.OPEN, Obligation.SUBMITTED, Obligation.HISTORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One duty of a person. `part` is empty for the duty itself; amounts are hundredths of a 学时."""

    obligation_id: int
    schedule: str
    key: str
    part: str
    title: str
    party: str
    state: str
    due_on: date | None
    provisional: bool
    progress: int
    target: int | None
    version_id: int
    holder: str | None = None

    def name(self) -> str:
        """Schedule, key and part, as they are typed."""
        return " ".join(filter(None, (self.schedule, self.key, self.part)))


def person_id(session: Session, key: str) -> int:
    """The database id of a person of the roster. Raises NotFound."""
    found = session.scalar(select(PersonRow.id).where(PersonRow.key == key))
    if found is None:
        raise NotFound(phrase("there is no person '{person}' in the roster", person=key))
    return found


def person_if_given(session: Session, key: str | None) -> int | None:
    """The database id of a person that an option names; None if it was not given. Raises NotFound."""
    return person_id(session, key) if key else None


def owed(session: Session, key: str, *, today: date, states: Sequence[Obligation] = PENDING) -> list[Owed]:
    """The duties of a person in these states, the earliest first. Raises NotFound for somebody not in the roster."""
    person = person_id(session, key)
    held = select(MembershipRow.key).where(
        MembershipRow.kind == PartyRow.kind,
        MembershipRow.person_id == person,
        MembershipRow.valid_from <= today,
        MembershipRow.valid_to > today,
    )
    headed = select(UnitRow.key).where(UnitRow.head_id == person)
    query = (
        select(
            ObligationRow,
            OccurrenceRow.key,
            OccurrenceRow.title,
            OccurrenceRow.version_id,
            ScheduleRow.key,
            PartyRow.title,
            holder_name(),
        )
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            ObligationRow.state.in_(states),
            or_(
                PartyRow.person_id == person,
                and_(PartyRow.kind.in_(("role", PEOPLE)), PartyRow.key.in_(held.correlate(PartyRow))),
                and_(PartyRow.kind == "unit", PartyRow.key.in_(headed)),
            ),
        )
        .order_by(ObligationRow.due_on.is_(None), ObligationRow.due_on, ObligationRow.id)
    )
    return [
        Owed(
            obligation_id=row.id,
            schedule=schedule,
            key=occurrence,
            part=row.part,
            title=title,
            party=party,
            state=row.state,
            due_on=row.due_on,
            provisional=row.provisional,
            progress=row.progress,
            target=row.target,
            version_id=version,
            holder=holder,
        )
        for row, occurrence, title, version, schedule, party, holder in session.execute(query)
    ]


def in_words(session: Session, duty: Owed) -> Words:
    """What the duty is called: the occurrence, whose certificate it is about, and the title of its part."""
    title = of_holder(duty.title, duty.holder if duty.part else None)
    match duty.part:
        case "record":
            return phrase("{title}: attendance record", title=title)
        case "make_up":
            return phrase("{title}: make-up", title=title)
        case "":
            return title
        case step:
            named = part_title(definition(session, duty.version_id), step)
            return phrase("{title}: {part}", title=title, part=named) if named else title


def one(
    found: Sequence[Owed], *, schedule: str, key: str | None, part: str | None, members: Sequence[str] = ()
) -> Owed:
    """The only duty of a schedule, key and part among `found`. Raises NotFound, or Refused naming the several there are.

    `members`: the schedules that the id stands for, if it is that of an entry with `for_each`.
    """
    fitting = [
        each
        for each in found
        if each.schedule in (schedule, *members) and key in (None, each.key) and part in (None, each.part)
    ]
    if not fitting:
        wanted = " ".join(filter(None, (schedule, key, part)))
        known = ", ".join(each.name() for each in found)
        raise NotFound(
            phrase("nothing like '{wanted}' here; allowed: {known}", wanted=wanted, known=known or "-")
        )
    if len(fitting) > 1:
        names = ", ".join(each.name() for each in fitting)
        raise Refused(phrase("several duties fit; name the key, or --part: {names}", names=names))
    return fitting[0]
