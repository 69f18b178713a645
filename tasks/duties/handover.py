"""Whoever owes a duty asks to be rid of it: handed back (退回), or handed to a colleague who agrees (转办). The desk decides.

Until then it stays where it is and its ladder goes on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.handovers import HandoverRow
from models.obligations import ObligationRow
from models.people import PartyRow, PersonRow
from models.queries.duties import lock_occurrence
from schedules.errors import NotFound, Refused
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.approve import waive
from tasks.duties.duty import Duty, actor, is_clerk, load, require_actor
from tasks.duties.evidence import said
from tasks.duties.requests_told import ask_colleague, ask_desk, tell_asker
from tasks.duties.transfer import check_transferable, transfer
from tasks.live import Live

Verdict = Literal["agree", "transfer", "waive", "refuse"]


@dataclass(frozen=True, slots=True)
class _Case:
    """A request that waits, with its duty; both locked."""

    request: HandoverRow
    duty: Duty


def hand_back(
    session: Session, live: Live, *, obligation_id: int, reason: str, by: int, now: datetime
) -> HandoverRow:
    """Ask the desk to take it back. Raise Refused for a duty that is not open, a second request, or without a reason."""
    duty = _asked_for(session, live, obligation_id, by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is not yours"))
    request = _write(session, duty, "return", None, words, by, now=now)
    ask_desk(session, live, duty, request, asker=_name(session, by), to="", now=now)
    return request


def hand_over(
    session: Session, live: Live, *, obligation_id: int, to: PersonRow, reason: str, by: int, now: datetime
) -> HandoverRow:
    """Ask a colleague to take it over, and then the desk. Raise Refused as `hand_back`, and where nobody else can do it."""
    duty = _asked_for(session, live, obligation_id, by, now=now)
    check_transferable(duty)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is handed over"))
    party = session.scalars(
        select(PartyRow).where(PartyRow.kind == "person", PartyRow.person_id == to.id)
    ).one_or_none()
    if party is None or party.id == duty.row.party_id or to.id == by:
        raise Refused(phrase("{party} owes it already", party=to.name), field="to")
    other = session.scalars(
        select(ObligationRow.id).where(
            ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == duty.part, ObligationRow.party_id == party.id,
            ObligationRow.state != Obligation.WITHDRAWN,
        )
    ).first()  # fmt: skip
    if other is not None:
        raise Refused(phrase("{party} owes the same already", party=to.name), field="to")
    request = _write(session, duty, "transfer", party.id, words, by, now=now)
    ask_colleague(session, live, duty, request, asker=session.get_one(PersonRow, by), to=to.id, now=now)
    return request


def answer(
    session: Session, live: Live, *, handover_id: int, yes: bool, words: str = "", by: int, now: datetime
) -> None:
    """The colleague says yes, and the desk is asked; or no, and the duty stays. Answering yes twice changes nothing."""
    case = _case(session, handover_id)
    request, party = case.request, session.get(PartyRow, case.request.to_id)
    if party is None or party.person_id != by:
        raise NotFound(phrase("there is no request {id}", id=handover_id))
    if yes and request.taken_at is not None:
        return
    name = _name(session, by)
    if yes:
        check_transferable(case.duty)
        request.taken_at = now
        _trail(session, case.duty, "handover-take", actor(by, "link"), request, now=now)
        ask_desk(
            session, live, case.duty, request, asker=_name(session, request.asked_by_id), to=name, now=now
        )
        tell_asker(session, live, case.duty, request, "taken", who=name, now=now)
        return
    request.words = said(words, field="reason", missing=phrase("say in a few words why not"))
    _close(session, case, "refused", actor(by, "link"), now=now)
    tell_asker(session, live, case.duty, request, "declined", who=name, now=now)


def withdraw(session: Session, live: Live, *, handover_id: int, by: int, now: datetime) -> None:
    """Take the request back. Raise Refused once it is decided, and for whoever has nothing to do with the duty."""
    case = _case(session, handover_id)
    require_actor(session, live, case.duty, by, now=now)
    _close(session, case, "withdrawn", actor(by, "link"), now=now)


def decide(
    session: Session, live: Live, *, handover_id: int, verdict: Verdict, to_party: int | None = None, words: str = "",
    by: int | None, now: datetime,
) -> None:  # fmt: skip
    """The desk decides. A transfer: agree or refuse. A return: transfer to `to_party`, waive, or refuse. A refusal says why.

    Raise Refused for anybody but the clerk, and for a transfer that the colleague has not agreed to.
    """
    case = _case(session, handover_id)
    request, duty = case.request, case.duty
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk decides on this"))
    who = actor(by, "cli")
    if verdict == "refuse":
        request.words = said(words, field="reason", missing=phrase("say in a few words why it is refused"))
        _close(session, case, "refused", who, now=now)
        tell_asker(session, live, duty, request, "refused", who="", now=now)
        return
    request.words = words.strip()[:400] or None
    reason = request.words or request.reason
    _close(session, case, "accepted", who, now=now)
    if verdict == "waive":
        waive(
            session,
            live,
            obligation_id=duty.row.id,
            by=by,
            reason=reason,
            asked_by=request.asked_by_id,
            now=now,
        )
        tell_asker(session, live, duty, request, "waived", who="", now=now)
        return
    target = request.to_id if verdict == "agree" else to_party
    if target is None:
        raise Refused(phrase("choose who is to do it"), field="to")
    if verdict == "agree" and request.taken_at is None:
        raise Refused(phrase("the colleague has not agreed yet"))
    moved = transfer(
        session, live, obligation_id=duty.row.id, to_party=target, by=by, reason=reason, asked_by=request.asked_by_id, now=now
    )  # fmt: skip
    tell_asker(session, live, duty, request, "transferred", who=moved.now, now=now)


def _asked_for(session: Session, live: Live, obligation_id: int, by: int, *, now: datetime) -> Duty:
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require_actor(session, live, duty, by, now=now)
    if duty.row.state != Obligation.OPEN:
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    waiting = select(HandoverRow.id).where(
        HandoverRow.obligation_id == obligation_id, HandoverRow.state == "asked"
    )
    if session.scalars(waiting).first() is not None:
        raise Refused(phrase("something was asked for before and is not decided yet; take that back first"))
    return duty


def _write(
    session: Session, duty: Duty, kind: str, to_id: int | None, reason: str, by: int, *, now: datetime
) -> HandoverRow:
    request = HandoverRow(
        obligation_id=duty.row.id,
        kind=kind,
        state="asked",
        to_id=to_id,
        reason=reason,
        asked_by_id=by,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    _trail(session, duty, f"{kind}-ask", actor(by, "link"), request, now=now)
    return request


def _case(session: Session, handover_id: int) -> _Case:
    """The request, if it still waits. Raise NotFound or Refused."""
    known = session.get(HandoverRow, handover_id)
    if known is None:
        raise NotFound(phrase("there is no request {id}", id=handover_id))
    lock_occurrence(session, known.obligation_id)
    request = session.get_one(HandoverRow, handover_id, with_for_update=True, populate_existing=True)
    if request.state != "asked":
        raise Refused(phrase("this was decided or taken back already"))
    return _Case(request, load(session, request.obligation_id))


def _close(session: Session, case: _Case, state: str, by: str, *, now: datetime) -> None:
    case.request.state, case.request.decided_by, case.request.decided_at = state, by, now
    session.flush()
    _trail(session, case.duty, f"handover-{state}", by, case.request, now=now)


def _trail(session: Session, duty: Duty, act: str, by: str, request: HandoverRow, *, now: datetime) -> None:
    note(
        session, actor=by, act=act, subject_kind="obligation", subject_id=duty.row.id, at=now, request=request.id, to=request.to_id
    )  # fmt: skip


def _name(session: Session, person_id: int) -> str:
    return session.get_one(PersonRow, person_id).name
