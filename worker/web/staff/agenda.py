"""A person's duties as events of a calendar, in words that may stand on other people's servers.

Calendar programs fetch through their maker's servers, so an event says no more than a message on a gateway: of a case only the kind of
case and the step, of what is sealed only that there is something (OFFICE-VOICE 20), and never a personal link.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

from models.people import PersonRow
from models.queries.agenda import Entry, agenda
from models.schedules import OfficeStateRow
from schedules.grammar import Schedule
from schedules.ladder import MAKE_UP
from tasks.wording.naming import public_name
from worker.web.duties.duty_view import Duty, duty, schedule_of
from worker.web.site import View, runtime

KEPT_DAYS = 90  # how long a calendar shows what became of something
ATTENDED = timedelta(hours=1)  # no schedule says how long a gathering takes; the event ends here


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One event. `start` is a day, or an instant of a gathering that takes until `end`; `alarms` are leads before the start.

    `status` as RFC 5545 has it: CONFIRMED, TENTATIVE (a provisional day), CANCELLED.
    """

    uid: str
    summary: str
    description: str
    start: date | datetime
    end: date | datetime
    status: str
    sequence: int
    changed_at: datetime
    alarms: tuple[timedelta, ...]
    url: str


def items(view: View, person: PersonRow) -> list[Item]:
    """Everything with a day: to come, running, and what ended in the last 90 days."""
    since = view.now - timedelta(days=KEPT_DAYS)
    entries = agenda(view.session, person.id, now=view.now, since=since)
    state = view.session.get_one(OfficeStateRow, 1)
    host = f"{state.installed_on:%Y%m%d}.duban" if state.installed_on else "duban"
    return [item for entry in entries for item in _of(view, entry, host)]


def _of(view: View, entry: Entry, host: str) -> Iterator[Item]:
    """A gathering is an event at its hour; whatever has a due day is an event of that day."""
    owed, whole = entry.duty.obligation, entry.duty.occurrence
    key = f"{owed.occurrence_id}-{owed.part or 'main'}-{owed.party_id}@{host}"
    if owed.part == MAKE_UP and whole.starts_at is not None:
        yield _item(view, entry, f"at-{key}", whole.starts_at, whole.starts_at + ATTENDED)
    if owed.due_on is not None and not (owed.part == MAKE_UP and owed.state not in ("open", "submitted")):
        yield _item(view, entry, f"due-{key}", owed.due_on, owed.due_on + timedelta(days=1))


def _item(view: View, entry: Entry, uid: str, start: date | datetime, end: date | datetime) -> Item:
    owed, schedule, shown = entry.duty.obligation, schedule_of(view, entry.duty), duty(view, entry.duty)
    timed = isinstance(start, datetime)
    gone = owed.state in ("waived", "withdrawn", "cancelled")
    over = gone or owed.state in ("done", "submitted") or (timed and owed.state == "open")
    status = "CANCELLED" if gone else ("TENTATIVE" if owed.provisional else "CONFIRMED")
    url = f"{runtime().settings.base_url}/d/{owed.id}"
    return Item(
        uid=uid, summary=_summary(view, entry, shown, schedule, timed=timed),
        description=_description(view, shown, schedule, url, timed=timed),
        start=start, end=end, status=status, sequence=entry.changes + view.live.office.calendar.revision,
        changed_at=entry.changed_at, alarms=() if over else _alarms(view, timed=timed), url=url,
    )  # fmt: skip


def _alarms(view: View, *, timed: bool) -> tuple[timedelta, ...]:
    """A day before; of a whole day at the hour at which the office reminds; of a gathering an hour before, too."""
    if timed:
        return timedelta(days=1), timedelta(hours=1)
    first = view.live.office.file.sending[0]
    return (timedelta(days=1) - timedelta(hours=first.hour, minutes=first.minute),)


def _summary(view: View, entry: Entry, shown: Duty, schedule: Schedule, *, timed: bool) -> str:
    d = view.d
    if schedule.privacy == "sealed":
        return d.gettext("1 matter to see to")
    if timed:
        return plain(entry.duty.occurrence.title)
    name = (
        d.words(public_name(schedule.title, shown.part_title or None))
        if schedule.privacy == "case"
        else shown.name
    )
    match entry.duty.obligation.state:
        case "done":
            return plain(d._("Done: {title}", title=name))
        case "submitted":
            return plain(d._("Handed in: {title}", title=name))
        case "open" | "paused":
            return plain(d._("Due: {title}", title=name))
        case _:
            return plain(name)


def _description(view: View, shown: Duty, schedule: Schedule, url: str, *, timed: bool) -> str:
    d = view.d
    lines: list[str] = []
    if not timed and shown.due_on is not None:
        lines.append(plain(d._("Until {due}", due=_until(view, shown.due_on, shown.due_at))))
    if schedule.privacy in ("open", "internal"):
        lines += [plain(shown.who), *([plain(d._("Basis: {text}", text=shown.basis))] if shown.basis else [])]
    return "\n".join([*lines, plain(d._("Details: {link}", link=url))])


def _until(view: View, due_on: date, due_at: datetime | None) -> str:
    day = plain(view.d.full(due_on))
    if due_at is None:
        return day
    local = due_at.astimezone(view.d.tz)
    return f"{day} {'24:00' if local.date() > due_on else f'{local:%H:%M}'}"


def plain(text: str) -> str:
    """Words for a page as plain text, on one line."""
    bare = text.striptags() if isinstance(text, Markup) else text
    return " ".join(str(bare).split())
