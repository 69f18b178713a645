"""A matter together with the person it is about, where that is not the one who owes it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PartyRow, PersonRow
from schedules.grammar import Anniversary, Expiry, Once, Schedule
from schedules.words import Words, phrase
from tasks.live import Live

SHOWN = 4  # characters of a number that remain
HIDDEN = "****"


def of_holder(title: str, holder: str | None) -> Words:
    """The title with the name of the certificate's holder: 行政执法证换证（孙涛）."""
    return (
        phrase("{title} ({holder})", title=title, holder=holder)
        if holder
        else Words("{title}", {"title": title})
    )


def masked(number: str) -> str:
    """A certificate's number as it may stand on a page: its last four characters, and not how many there are."""
    return HIDDEN + number[-SHOWN:]


def unit_of_leaders(live: Live) -> str | None:
    """The title of the unit of the first leader (领导班子)."""
    post = live.office.file.posts.get("leader")
    found = next((each for each in live.office.people if post and each.id == post.person), None)
    return (
        live.office.file.units[found.unit].title if found and found.unit in live.office.file.units else None
    )


def who_owes(live: Live, party: PartyRow, unit: str | None, reader: PersonRow | None) -> str:
    """Who owes it; another person's name with the unit where several people have that name."""
    if party.kind != "person" or unit is None or reader is None or party.person_id == reader.id:
        return party.title
    several = sum(each.name == party.title for each in live.office.people) > 1
    return f"{party.title}（{unit}）" if several else party.title


def outside_title(live: Live, outside: str | None) -> str:
    """The outside body that has to act, as it is called."""
    unit = live.office.file.units.get(outside or "")
    return unit.title if unit else outside or ""


def subject_of(session: Session, schedule: Schedule, part: str, subject: str | None) -> str:
    """What a duty is about where its title does not say so: for a step of a certificate's renewal the holder's name.

    Whose anniversary it is the reader knows.
    """
    if isinstance(schedule.when, (Anniversary, Once)):
        return ""
    if part and subject and isinstance(schedule.when, Expiry):
        return session.scalar(select(PersonRow.name).where(PersonRow.key == subject)) or subject
    return subject or ""
