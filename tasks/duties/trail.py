"""Who did what to a duty and when, in sentences: the rows of the trail with the names and reasons that they leave to other rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.obligations import AuditRow
from models.queries import trails as read
from schedules.words import Words, phrase

ACTS: Mapping[str, Words] = {
    "confirm": phrase("recorded that it is done"),
    "confirm-again": phrase("recorded it once more"),
    "correct": phrase("corrected the record"),
    "undo": phrase("took the record back"),
    "approve": phrase("agreed to it"),
    "give-back": phrase("gave it back"),
    "waive": phrase("waived it"),
    "excuse": phrase("turned the absence into leave"),
    "urge": phrase("urged it"),
    "explain": phrase("said why it is late"),
    "plan-date": phrase("set another day for what is late"),
    "acknowledge": phrase("signed for it"),
    "extension-ask": phrase("asked for a longer term"),
    "extension-grant": phrase("granted the longer term"),
    "extension-refuse": phrase("refused the longer term"),
    "extension-withdraw": phrase("took the request for a longer term back"),
    "children": phrase("entered the items that were found"),
    "credit": phrase("entered hours"),
    "snooze": phrase("asked to be reminded later"),
    "snooze-end": phrase("asked to be reminded again"),
    "history-done": phrase("settled it as done before the start"),
    "history-late": phrase("settled it as not done before the start"),
    "history-dropped": phrase("dropped it as before the start"),
    "stop-clock": phrase("stopped its clock"),
    "resume-clock": phrase("let its clock run again"),
    "end-early": phrase("ended the chain early"),
    "event": phrase("recorded the event"),
    "amend-event": phrase("corrected the event"),
    "move-occurrence": phrase("moved it to another day"),
    "skip-occurrence": phrase("had it not take place"),
    "transfer": phrase("handed it over"),
    "transfer-ask": phrase("asked a colleague to take it over"),
    "return-ask": phrase("asked the desk to take it back"),
    "handover-take": phrase("said yes to taking it over"),
    "handover-accepted": phrase("agreed to what was asked for"),
    "handover-refused": phrase("refused what was asked for"),
    "handover-withdrawn": phrase("took the request back"),
    "open-check-in": phrase("opened the check-in"),
    "close-check-in": phrase("ended the check-in"),
    "arrive": phrase("checked in by phone"),
    "second-person": phrase("was not let in: the phone had checked somebody else in"),
    "strike-arrivals": phrase("dropped check-ins that the record does not count"),
    "ask-leave": phrase("asked for leave"),
    "withdraw-leave": phrase("took the request for leave back"),
    "grant-leave": phrase("granted leave"),
    "refuse-leave": phrase("refused leave"),
}
ACTORS: Mapping[str, Words] = {
    "cli": phrase("the command line"), "desk": phrase("the desk"), "sim": phrase("the simulation"), "link": phrase("a personal link"),
    "calendar": phrase("the calendar"), "stop": phrase("the clock"), "resume": phrase("the clock"), "manual": phrase("the desk"),
    "extension": phrase("the schedule"),
}  # fmt: skip
ANSWERS = ("handover-accepted", "handover-refused")
KEPT_ON_THE_DUTY = ("waive", "excuse", "explain", "plan-date")
SOMEBODY = phrase("somebody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act: when (aware), who, what, and the reason that was given for it, empty for none."""

    at: datetime
    who: Words
    what: Words
    reason: str = ""
    obligation_id: int | None = None  # None: of the occurrence, or of the event that started it


def trail(
    session: Session, *, obligation_ids: Sequence[int], occurrence_id: int, day: Callable[[date], str] = date.isoformat
) -> list[Step]:  # fmt: skip
    """Everything that was done to these duties of an occurrence, and to the occurrence, the first act first. A fixed number of
    statements. `day` writes the days that the sentences name.
    """
    rows = read.acts(session, obligation_ids, occurrence_id)
    names = _Names(session, rows, day)
    reasons = _Reasons(session, rows, obligation_ids)
    return [
        Step(
            at=row.at, who=names.actor(row.actor), what=_what(row, names), reason=reasons.of(row),
            obligation_id=row.subject_id if row.subject_kind == "obligation" else None,
        )
        for row in rows
    ]  # fmt: skip


def _what(row: AuditRow, names: "_Names") -> Words:
    detail: Mapping[str, Any] = row.detail if isinstance(row.detail, dict) else {}
    match row.act:
        case "move-due":
            return phrase(
                "moved the due day from {old} to {new}",
                old=names.day(detail.get("was")),
                new=names.day(detail.get("due_on")),
            )
        case "transfer" if "before" in detail and "after" in detail:
            return phrase(
                "handed it over from {old} to {new}", old=names.party(detail["before"]), new=names.party(detail["after"])
            )  # fmt: skip
        case "confirm" | "correct" if "done_on" in detail:
            return phrase("{act}, done on {day}", act=ACTS[row.act], day=names.day(detail["done_on"]))
        case "plan-date" if "day" in detail:
            return phrase("{act}: {day}", act=ACTS[row.act], day=names.day(detail["day"]))
        case act if act in ACTS:
            return ACTS[act]
        case act:
            return phrase("did '{act}'", act=act)


class _Names:
    """The names of everybody whom the rows name by id; a person erased or unknown is somebody."""

    def __init__(self, session: Session, rows: Sequence[AuditRow], day: Callable[[date], str]) -> None:
        self._day = day
        ids = {int(row.actor.partition(":")[2]) for row in rows if _is_person(row.actor)}
        inspectors = {
            int(row.actor.partition(":")[2]) for row in rows if row.actor.startswith("inspector:") and _numbered(row.actor)
        }  # fmt: skip
        parties = {
            value
            for row in rows
            if row.act == "transfer" and isinstance(row.detail, dict)
            for value in (row.detail.get("before"), row.detail.get("after"))
            if isinstance(value, int)
        }
        self._people = read.people(session, ids)
        self._inspectors = read.inspectors(session, inspectors)
        self._parties = read.parties(session, parties)

    def actor(self, actor: str) -> Words:
        """Who acted, as sentences name them."""
        kind, _, rest = actor.partition(":")
        if _is_person(actor):
            return _plain(self._people.get(int(rest)))
        if kind == "inspector" and _numbered(actor):
            return _plain(self._inspectors.get(int(rest)))
        if kind == "api":
            return phrase("the program {key}", key=rest)
        return ACTORS.get(actor, Words("{name}", {"name": actor}))

    def day(self, text: object) -> str:
        """A day that a row keeps as text; a dash for none."""
        return self._day(date.fromisoformat(text)) if isinstance(text, str) else "—"

    def party(self, party_id: object) -> str:
        """The title of a party."""
        return self._parties.get(party_id, "—") if isinstance(party_id, int) else "—"


def _plain(name: str | None) -> Words:
    return Words("{name}", {"name": name}) if name else SOMEBODY


def _is_person(actor: str) -> bool:
    return actor.startswith("person:") and _numbered(actor)


def _numbered(actor: str) -> bool:
    return actor.partition(":")[2].isdecimal()


class _Reasons:
    """Reasons stand in the rows that an act changed; the nth act of a kind on a duty finds the nth reason there.

    A duty itself keeps one reason: that of the last act that wrote one.
    """

    def __init__(self, session: Session, rows: Sequence[AuditRow], obligation_ids: Sequence[int]) -> None:
        self._found: dict[tuple[str, int], Iterator[str]] = {}
        for act, given in read.reasons(session, obligation_ids).items():
            by_duty: dict[int, list[str]] = defaultdict(list)
            for obligation_id, reason in given:
                by_duty[obligation_id].append(reason or "")
            self._found |= {(act, duty): iter(reasons) for duty, reasons in by_duty.items()}
        self._asked = read.handovers(session, obligation_ids)
        self._kept = read.kept_reasons(session, obligation_ids)
        self._agreed = read.agreed(session, obligation_ids)
        self._last_agreed = {row.subject_id: row.id for row in rows if row.act == "approve"}
        self._last = {row.subject_id: row.id for row in rows if row.act in KEPT_ON_THE_DUTY}

    def of(self, row: AuditRow) -> str:
        """The reason given for this act; the rows have to be asked for in their order."""
        detail = row.detail if isinstance(row.detail, dict) else {}
        if row.subject_kind != "obligation":
            return str(detail.get("reason", ""))
        if row.act in KEPT_ON_THE_DUTY:
            return self._kept.get(row.subject_id, "") if self._last[row.subject_id] == row.id else ""
        if row.act == "approve":
            return self._agreed.get(row.subject_id, "") if self._last_agreed[row.subject_id] == row.id else ""
        if row.act.startswith("handover-") or row.act in ("return-ask", "transfer-ask"):
            asked, answered = self._asked.get(detail.get("request", 0), ("", ""))
            return asked if row.act.endswith("-ask") else answered if row.act in ANSWERS else ""
        return next(self._found.get((row.act, row.subject_id), iter(())), "")
