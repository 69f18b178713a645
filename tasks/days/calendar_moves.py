"""Tell people once, in one message, which of their days a corrected calendar moved. Who keeps their day hears nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import ChannelRow
from models.queries.moves import concerned, count_moved, moved_duties
from schedules.grammar import Schedule
from schedules.ladder import MAKE_UP, RECORD
from schedules.parts import part_title
from schedules.words import Gettext, Words, phrase
from tasks.days.recount import HeldMove
from tasks.delivery.compose import contact_of
from tasks.delivery.notices import Said, To, readers, waiting_data, write_notices
from tasks.delivery.payloads import MovedLine, MovedMessage, Rendered
from tasks.delivery.privacy import PRIVATE, others_read
from tasks.live import Live, definition
from tasks.wording.texts import standard

KIND, LANE = "calendar-moved", "calendar"
Line = dict[str, Any]  # what a notice keeps of a move: JSON


def tell_moves(
    session: Session, live: Live, held: Sequence[HeldMove], why: Words, *, now: datetime
) -> tuple[int, int]:
    """Write the messages. Return how many duties and gatherings moved, and how many people are told.

    What a message that still waits says of an earlier correction goes into the new one, with the day of before both.
    """
    revision = live.office.calendar.revision
    lines: dict[To, dict[str, Line]] = defaultdict(dict)
    known = cache(partial(definition, session))
    for row in moved_duties(session, revision, now=now):
        schedule = known(row.version_id)
        lines[To(row.recipient_id, row.channel_id)][f"duty:{row.id}"] = {
            "title": row.title, "subject": row.subject if row.event_id is not None else None,
            "part": row.part, "part_title": part_title(schedule, row.part),
            "old": row.old_due_on.isoformat() if row.old_due_on else None, "new": row.new_due_on.isoformat(),
            "provisional": row.provisional, "sealed": schedule.privacy == "sealed", "case": _case(schedule),
        }  # fmt: skip
    for move in held:
        for each in concerned(session, move.occurrence_id, now=now):
            lines[To(each.recipient_id, each.channel_id)][f"held:{move.occurrence_id}"] = {
                "title": each.title, "part": "", "part_title": "", "old": move.old.isoformat(),
                "new": move.new.isoformat() if move.new else None, "provisional": each.provisional,
                "sealed": known(each.version_id).privacy == "sealed", "case": _case(known(each.version_id)), "held": True,
            }  # fmt: skip
    return count_moved(session, revision) + len(held), _write(session, live, lines, why, now=now)


def _write(
    session: Session, live: Live, lines: Mapping[To, dict[str, Line]], why: Words, *, now: datetime
) -> int:
    earlier = waiting_data(session, LANE, KIND)
    people, heard = readers(session, lines), _heard(session, live, {to.channel_id for to in lines})
    rendered: dict[str, Rendered] = {}  # most people have the same days
    said: dict[To, Said] = {}
    for to, fresh in lines.items():
        lang = people[to.recipient_id].lang or live.office.file.language
        merged = together(earlier.get(to), fresh, why.text(standard().gettext(lang)))
        overheard = heard[to.channel_id]
        same = json.dumps([lang, overheard, merged["reasons"], list(merged["lines"].values())])
        if same not in rendered:
            rendered[same] = _text(live, merged, lang, overheard=overheard, now=now)
        private = not overheard and any(line.get("case") for line in merged["lines"].values())
        said[to] = Said(rendered[same], {**merged, PRIVATE: private})
    key = f"calendar@{live.office.calendar.revision}"
    return write_notices(session, live, said, kind=KIND, key=key, lane=LANE, now=now)


def _case(schedule: Schedule) -> str:
    """What a case is called where others read it too; empty for what is no case."""
    return schedule.title if schedule.privacy == "case" else ""


def _heard(session: Session, live: Live, ids: Iterable[int]) -> dict[int, bool]:
    """Which of these channels others read too."""
    channels = session.scalars(select(ChannelRow).where(ChannelRow.id.in_(set(ids))))
    return {channel.id: others_read(live, channel) for channel in channels}


def _text(live: Live, merged: Line, lang: str, *, overheard: bool, now: datetime) -> Rendered:
    payload = MovedMessage(
        reasons=tuple(merged["reasons"]), today=live.today(now), contact=contact_of(live),
        lines=tuple(_said(merged["lines"].values(), standard().gettext(lang), overheard=overheard)),
    )  # fmt: skip
    return standard().message(payload, lang)


def together(earlier: object, fresh: Mapping[str, Line], reason: str) -> Line:
    """The moves of a message that still waits and those of now as one: from the first day to the last."""
    before: Mapping[str, Any] = earlier if isinstance(earlier, Mapping) else {"reasons": [], "lines": {}}
    lines = dict(before["lines"])
    for key, line in fresh.items():
        lines[key] = {**line, "old": lines[key]["old"]} if key in lines else line
    reasons = list(dict.fromkeys([*before["reasons"], reason]))
    return {"reasons": reasons, "lines": lines}


def _said(lines: Iterable[Line], gettext: Gettext, *, overheard: bool) -> Iterable[MovedLine]:
    parts = {RECORD: phrase("attendance record").text(gettext), MAKE_UP: phrase("make-up").text(gettext)}
    for line in lines:
        new = date.fromisoformat(line["new"]) if line["new"] else None
        title = line["case"] if overheard and line.get("case") else _titled(line, gettext)
        yield MovedLine(
            title=title, part_title=line["part_title"] or parts.get(line["part"], ""),
            old=date.fromisoformat(line["old"] or line["new"]), new=new, held=line.get("held", False),
            provisional=line["provisional"], sealed=line["sealed"],
        )  # fmt: skip


def _titled(line: Line, gettext: Gettext) -> str:
    """What an event started is told with the event's key."""
    if not line.get("subject"):
        return str(line["title"])
    return phrase("{title} ({subject})", title=line["title"], subject=line["subject"]).text(gettext)
