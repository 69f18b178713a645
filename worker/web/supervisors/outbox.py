"""The ledger of messages as people read it: what was sent to whom, what became of it, and why it was sent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.obligations import AuditRow, RungRow
from models.people import PartyRow
from models.queries import pages_ledger
from models.queries.pages_ledger import Carried, Filter, MessageLine
from schedules.person_name import person_name
from schedules.rung_series import notice_words
from schedules.words import phrase
from tasks.delivery.compose import PAPER
from tasks.delivery.links import LINK
from tasks.delivery.message_reasons import REASONS
from tasks.delivery.unreleased import KIND as UNRELEASED
from tasks.live import definition
from tasks.roster.sign_in import SIGN_IN
from tasks.wording.naming import HIDDEN
from worker.web.desk.reword import changes_of
from worker.web.display import CHANNELS, MESSAGE_STATES
from worker.web.duties.duty_view import part_name
from worker.web.duties.evidence_form import parse_day
from worker.web.link import address
from worker.web.paging import asked_page, beside
from worker.web.security import require_member
from worker.web.site import Fault, View, reading, render, writing
from worker.web.supervisors.overseen import message_address

blueprint = Blueprint("outbox", __name__)
blueprint.before_request(require_member)
PAGE = 30
FILTERS = {"sent": ("sent",), "retry": ("retry",), "unknown": ("unknown",),
           "accepted?": ("accepted?",), "failed": ("failed",), "held": ("held",),
           "withdrawn": ("withdrawn",), "queued": ("queued", "sending")}  # fmt: skip
FIRST_LINES = 4
PHASES = {
    "open": phrase("when it opened"), "before": phrase("before the day"), "on": phrase("on the day"), "after": phrase("after the day"),
    "approve": phrase("it waits for approval"),
}  # fmt: skip
AUDIENCES = {
    "assignee": phrase("to whoever owes it"), "deputy": phrase("to whoever stands in"), "unit-head": phrase("to the head of the unit"),
    "deputy-leader": phrase("to the deputy leader"), "leader": phrase("to the leader"), "group": phrase("to the group"),
}  # fmt: skip
NOTICE = phrase("A notice, no reminder of a duty.")
NOTICES = {
    "transfer": phrase("A duty was handed over."), "orphan": phrase("Duties that nobody would have done any more."),
    "given-back": phrase("Something was given back."), "hours": phrase("Hours wait for approval."),
    "calendar-missing": phrase("The calendar of a year is missing."), "calendar-moved": phrase("Dates moved with the calendar."),
    "sign-in": phrase("A link to sign in, asked for by typing a number."), "unreleased": phrase("Drafts wait for release."),
    "silence-over": phrase("A silence is over."), "new-date": phrase("A duty has another day."),
    "waived": phrase("A duty was waived."), "excused": phrase("An absence was counted as leave."),
    "planned": phrase("What is late has another day."), "handed-on": phrase("A duty is somebody else's now."),
    "urge": phrase("Somebody urged it by hand."), "urge-copy": phrase("A copy: somebody of the unit was urged by hand."),
    "summary": phrase("An overdue summary, made from the figures of that moment."),
}  # fmt: skip
WITHDRAWN = {
    "closed": phrase("left out: done before it went out"), "moved": phrase("left out: somebody else is told"),
    "begun": phrase("left out: it had begun before it went out"),
    "unreachable": phrase("no channel reaches them"),
    "silenced": phrase("left out: silenced by the clerk"), "snoozed": phrase("left out: they asked to be reminded later"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as templates read it; `parts` is its body cut where the personal link stands."""

    id: int
    to: str
    unit: str | None
    channel: str
    at: datetime
    send_at: datetime
    state: str
    title: str
    parts: list[str]
    why: str
    cut: bool = False


def shown(view: View, line: MessageLine, *, title: str | None = None, body: str | None = None) -> Message:
    """Describe a message; `title` and `body` stand in for those of one that is not composed yet."""
    row = line.message
    text = body if body is not None else row.body
    if text is None:
        text = view.d.gettext("The text is written when it goes out, from what is still open then.")
    return Message(
        id=row.id, to=line.person.name if line.person else view.d.gettext("the work group"), unit=line.unit,
        channel=channel_name(view, line), at=row.sent_at or row.send_at, send_at=row.send_at,
        state=PAPER if row.state == "held" and line.scheme == PAPER else row.state,
        title=(title if title is not None else row.title) or "", parts=text.split(LINK), why=why(view, line),
    )  # fmt: skip


def channel_name(view: View, line: MessageLine) -> str:
    """A channel in words, by its kind; its id where there is no word for it."""
    known = CHANNELS.get(line.scheme)
    return view.d.words(known) if known else line.channel


def shortened(message: Message) -> Message:
    """The first lines of a long text; the message's own page shows the whole."""
    lines = LINK.join(message.parts).split("\n")
    if len(lines) <= FIRST_LINES + 2:
        return message
    return replace(message, parts="\n".join(lines[:FIRST_LINES]).split(LINK), cut=True)


def why(view: View, line: MessageLine) -> str:
    """The line below a message: why it stands as it stands."""
    row = line.message
    known = REASONS.get(row.reason or "")
    if known:
        return view.d.words(known)
    if row.state == "retry":
        answer = view.d._("The channel answered: {words}. ", words=row.reason) if row.reason else ""
        again = view.d._(
            "It is sent again {instant} (attempt {n}).",
            instant=view.d.instant(row.send_at),
            n=row.attempt + 1,
        )
        return answer + again
    if row.state == "held":
        if line.scheme == PAPER:
            return view.d._("The clerk prints it and hands it over.")
        return view.d._("Waits for the clerk's release.")
    if row.state == "queued" and row.send_at > view.now:
        return view.d._("Goes out {instant}.", instant=view.d.instant(row.send_at))
    if row.state == "unknown":
        return view.d._(
            "The channel gave no answer. It may have arrived; to avoid a second one it is not sent again by itself."
        )
    if row.state in ("failed", "withdrawn") and row.reason:
        return view.d._("Reason: {reason}", reason=row.reason)
    return ""


def visible() -> Filter:
    """What the viewer may see."""
    return Filter(units=g.viewer.units, person_id=g.viewer.person_id)


@blueprint.get("/outbox")
def outbox() -> str:
    """A page of messages, newest first, by recipient, state and date."""
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("who", "state", "from", "to")}
    page = asked_page(10_000)
    with reading() as view:
        wanted = _wanted(view, asked)
        lines = pages_ledger.messages(view.session, wanted, limit=PAGE + 1, offset=(page - 1) * PAGE)
        counts = pages_ledger.counts(view.session, wanted)
        filtered = any(asked.values())
        query: dict[str, Any] = {name: value for name, value in asked.items() if value}
        return render(
            view, "outbox.html", here="outbox", messages=[shortened(shown(view, line)) for line in lines[:PAGE]],
            summary=_summary(view, counts),
            filter={"who": asked["who"], "state": asked["state"], "first": asked["from"], "last": asked["to"]},
            states=[(key, view.d.words(MESSAGE_STATES[key][0])) for key in FILTERS], filtered=filtered,
            **beside("outbox.outbox", page, more=len(lines) > PAGE, **query),
            empty=view.d._("No message fits") if filtered else view.d._("No message has been sent yet"),
            empty_line="" if filtered else view.d._("When a duty opens, its notice is the first one here."),
        )  # fmt: skip


def _wanted(view: View, asked: dict[str, str]) -> Filter:
    first, last = parse_day(asked["from"]), parse_day(asked["to"])
    base = visible()
    return Filter(
        units=base.units, person_id=base.person_id, who=person_name(asked["who"]), states=FILTERS.get(asked["state"], ()),
        first=_midnight(view, first) if first else None, until=_midnight(view, last + timedelta(days=1)) if last else None,
    )  # fmt: skip


def _midnight(view: View, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=view.d.tz)


def _summary(view: View, counts: dict[str, int]) -> str:
    total = sum(counts.values())
    rest = total - counts.get("sent", 0) - counts.get("failed", 0) - counts.get("held", 0)
    return view.d._(
        "{total} messages: {sent} delivered, {failed} not sent, {held} wait for release, {rest} others. Personal links are not shown here.",
        total=total, sent=counts.get("sent", 0), failed=counts.get("failed", 0), held=counts.get("held", 0), rest=rest,
    )  # fmt: skip


@blueprint.get("/outbox/<int:message_id>")
def message(message_id: int) -> str:
    """One message: its text, the reminders it carried, every attempt."""
    with reading() as view:
        return message_page(view, message_id)


def message_page(view: View, message_id: int, faults: tuple[Fault, ...] = ()) -> str:
    """The page of a message; for the clerk with what can be done about it."""
    line = pages_ledger.message(view.session, message_id, visible())
    if line is None:
        abort(404)
    rows = pages_ledger.carried(view.session, message_id)
    openable = (
        g.viewer.clerk and line.person is not None and not line.is_group and LINK in (line.message.body or "")
        and not _signs_in(view, message_id)
    )  # fmt: skip
    state = line.message.state if g.viewer.clerk else ""
    said = {"again": view.d.gettext("It will be sent."), "kept": view.d.gettext("It waits for release.")}
    return render(
        view, "message.html", here="outbox", message=shown(view, line), reminders=[_reminder(view, row) for row in rows],
        carries=_carries(view, message_id), attempts=pages_ledger.attempts(view.session, message_id),
        open_as=url_for("outbox.open_as", message_id=message_id) if openable else "",
        again=url_for("messages.again", message_id=message_id) if state in ("failed", "unknown") else "",
        keep=url_for("messages.keep", message_id=message_id) if state in ("queued", "retry") else "", faults=faults,
        said=said.get(request.args.get("said", ""), ""), changes=changes_of(view.session, message_id),
    )  # fmt: skip


def _signs_in(view: View, message_id: int) -> bool:
    """Whether the link of a message makes whoever opens it its reader: such a link is nobody else's, not for looking either."""
    return any(each.kind in (SIGN_IN, UNRELEASED) for each in pages_ledger.notices(view.session, message_id))


def _reminder(view: View, row: Carried) -> dict[str, Any]:
    schedule = definition(view.session, row.version_id)
    part = part_name(view, schedule, row.part)
    state = view.d.words(WITHDRAWN[row.withdrawn]) if row.withdrawn in WITHDRAWN else view.d.state(row.state)
    sealed = not g.viewer.reads(schedule.privacy)
    title = view.d._("{title}: {part}", title=row.title, part=part) if part else row.title
    return {
        "title": view.d.words(HIDDEN) if sealed else title, "schedule": "" if sealed else schedule.id, "who": "" if sealed else row.who,
        "rung": rung_text(view, row.rung), "at": row.at, "state": state, "via": row.via,
    }  # fmt: skip


def rung_text(view: View, rung: RungRow) -> str:
    """On the day, to whoever owes it."""
    phase = view.d.words(PHASES[rung.phase]) if rung.phase in PHASES else rung.phase
    audience = view.d.words(AUDIENCES[rung.to_kind]) if rung.to_kind in AUDIENCES else rung.to_kind
    if rung.scope_id is not None:
        told = view.session.get_one(PartyRow, rung.scope_id)
        by_role = view.d._("to {who}", who=told.title)
        audience = view.d.words(AUDIENCES["group"]) if told.kind == "group" else by_role
    if rung.phase == "approve":
        audience = view.d.gettext("to those who may agree")
    if rung.unless_id is not None:
        phase = view.d.gettext("nobody has signed")
    text = view.d._("{phase}, {audience}", phase=phase, audience=audience)
    if rung.notice is None:
        return text
    notice = view.d.words(notice_words(rung.notice, view.live.office))
    return view.d._("[{notice}] {rung}", notice=notice, rung=text)


def _carries(view: View, message_id: int) -> str:
    kinds = {notice.kind for notice in pages_ledger.notices(view.session, message_id)}
    if kinds:
        known = next((NOTICES[kind] for kind in sorted(kinds) if kind in NOTICES), NOTICE)
        return view.d.words(known)
    return view.d._("Nothing is left in it.")


@blueprint.post("/outbox/<int:message_id>/open")
def open_as(message_id: int) -> AnyResponse:
    """Open the page that the message's personal link opens. Only the clerk may; the log says who did."""
    if not g.viewer.clerk:
        abort(403)
    with writing() as view:
        line = pages_ledger.message(view.session, message_id, visible())
        if line is None or line.person is None or line.is_group or _signs_in(view, message_id):
            abort(404)
        duties = {
            row.obligation_id
            for row in pages_ledger.carried(view.session, message_id)
            if row.withdrawn is None
        }
        view.session.add(
            AuditRow(at=view.now, actor=g.viewer.key, act="open-as", subject_kind="message", subject_id=message_id,
                     detail={"person": line.person.id})
        )  # fmt: skip
        if len(duties) == 1:
            return redirect(address(view, next(iter(duties)), line.person.id), 303)
        return redirect(message_address(view, message_id, line.person.id), 303)
