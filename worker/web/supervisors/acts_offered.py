"""What a reader may do to a duty as it stands, as links to the pages that ask for the reason."""

from collections.abc import Callable, Mapping

from flask import url_for

from models.queries.pages import DutyRow
from schedules.errors import Refused
from schedules.grammar import Quota
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.duties.approve import WAIVABLE
from tasks.duties.duty import Duty
from tasks.duties.excuse import excusable
from tasks.duties.extend import asked_for
from tasks.duties.may import Act, may
from tasks.duties.new_date import check_movable
from tasks.duties.transfer import check_transferable
from tasks.duties.urge import check_urgeable, urged_today
from tasks.live import definition
from worker.web.site import View
from worker.web.viewer import Viewer

LABELS: Mapping[Act, Words] = {
    "urge": phrase("Urge it"),
    "close": phrase("Agree and close it"),
    "give-back": phrase("Give it back"),
    "extend": phrase("Grant another day"),
    "excuse": phrase("Count as leave"),
    "reassign": phrase("Hand it over"),
    "waive": phrase("Waive it"),
}

URGED_TODAY = phrase("It was urged today already. A duty is urged once a working day.")


def offered(view: View, row: DutyRow, viewer: Viewer) -> list[tuple[str, str]]:
    """Label and address of every act that this reader may do now."""
    return [
        (view.d.words(LABELS[act]), address(act, row.obligation.id)) for act in allowed(view, row, viewer)
    ]


def allowed(view: View, row: DutyRow, viewer: Viewer) -> list[Act]:
    """Every act that this reader may do now. An inspector only reads; what is not seen allows nothing."""
    if not viewer.acts or not seen(view, row, viewer):
        return []
    held = duty_of(view, row)
    return [
        act
        for act in LABELS
        if possible(view, held, act)
        and may(view.session, view.live, held, act, viewer.person_id, now=view.now)
    ]


def urged_already(view: View, row: DutyRow, viewer: Viewer) -> str:
    """Why urging is not offered to who may urge: it was urged today. Empty where that is not the reason."""
    if not viewer.acts or not seen(view, row, viewer):
        return ""
    held = duty_of(view, row)
    fit = _allowed(lambda: check_urgeable(view.session, view.live, held, now=view.now))
    if not fit or not may(view.session, view.live, held, "urge", viewer.person_id, now=view.now):
        return ""
    return view.d.words(URGED_TODAY) if urged_today(view.session, view.live, held, now=view.now) else ""


def address(act: Act, obligation_id: int) -> str:
    """The page that asks for the reason of an act."""
    return url_for(f"acts.{act.replace('-', '_')}", obligation_id=obligation_id)


def seen(view: View, row: DutyRow, viewer: Viewer) -> bool:
    """Whether a reader may see a duty: of a unit under them, and of a class that they read."""
    return viewer.reads(definition(view.session, row.occurrence.version_id).privacy) and viewer.sees(
        row.party.unit_id
    )


def duty_of(view: View, row: DutyRow) -> Duty:
    """The duty as use cases hold it, not locked."""
    return Duty(
        row=row.obligation,
        occurrence=row.occurrence,
        schedule=definition(view.session, row.occurrence.version_id),
        party=row.party,
    )


def possible(view: View, duty: Duty, act: Act) -> bool:
    """Whether the duty stands so that anybody could do that to it."""
    state = duty.row.state
    match act:
        case "urge":
            fit = _allowed(lambda: check_urgeable(view.session, view.live, duty, now=view.now))
            return fit and not urged_today(view.session, view.live, duty, now=view.now)
        case "close":
            return state == Obligation.SUBMITTED and not _counts(duty)
        case "give-back":
            return state in (Obligation.SUBMITTED, Obligation.DONE) and _recorded(duty)
        case "extend":
            asked = asked_for(view.session, duty.row.id) is not None
            return asked or _allowed(lambda: check_movable(view.session, view.live, duty, now=view.now))
        case "excuse":
            return excusable(duty)
        case "reassign":
            return _allowed(lambda: check_transferable(duty))
        case "waive":
            return state in WAIVABLE


def _allowed(check: Callable[[], object]) -> bool:
    try:
        check()
    except Refused:
        return False
    return True


def _counts(duty: Duty) -> bool:
    return duty.part == "" and isinstance(duty.schedule.done, Quota)


def _recorded(duty: Duty) -> bool:
    """Whether it was closed by a record of its own, which can be given back."""
    return not _counts(duty) and duty.row.closed_why in (None, "confirmed", "approved")
