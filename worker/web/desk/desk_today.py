"""What waits at the desk: the beginning of each list with how much more there is, so that the page stays short in a large office."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import g, url_for
from sqlalchemy import func, select

from models.obligations import CreditRow, ObligationRow
from models.queries import handovers, pages, pages_ledger, pages_record
from models.queries.devices import unbound
from models.queries.pages import DutyRow
from tasks.delivery.links import LINK
from tasks.delivery.paper import count as paper_count
from tasks.delivery.release import draft
from tasks.roster.devices import REMEMBERED
from tasks.roster.silences import Silence, silences
from worker.clock import machine_now
from worker.web.duties import hours
from worker.web.duties.duty_view import Duty, approver_of, duty, schedule_of, title_of
from worker.web.duties.receipt import record_facts
from worker.web.site import View, runtime
from worker.web.staff.questions import extensions_for
from worker.web.supervisors.outbox import Message, shown

FIRST, PAGE, LAST_PAGE = 5, 20, 50
MOST = PAGE * LAST_PAGE  # of one list that is read to count it
LATELY = timedelta(days=14)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Some:
    """The shown part of a list, and how many follow it."""

    lines: list[Any]
    rest: int = 0

    @property
    def total(self) -> int:
        """Those shown and those that follow; on a later page not those before."""
        return len(self.lines) + self.rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Everything that the desk shows; `sent` and `failed_count` since yesterday, `undecided` requests wait for others."""

    drafts: Some
    sessions: Some
    approvals: Some
    history: Some
    unreached: Some
    recorded: list[Duty]
    requests: int
    undecided: int
    on_paper: int
    unbound: int
    silent: tuple[Silence, ...]
    sent: int
    failed_count: int
    waiting: int


def today(view: View) -> Today:
    """Read every list once."""
    lists = {name: one(view, 1, FIRST) for name, one in LISTS.items()}
    sent, failed = pages_ledger.lately(view.session, since=view.now - timedelta(days=1))
    on_paper, requests = paper_count(view.session, view.live, now=view.now), _requests(view)
    mine = sum(1 for one in lists["approvals"].lines if one["may"]) + lists["approvals"].rest
    waiting = (
        on_paper + requests + mine + sum(lists[name].total for name in ("drafts", "sessions", "history"))
    )
    return Today(
        **lists, recorded=[duty(view, row) for row in pages.sessions_recorded(view.session)], requests=requests, on_paper=on_paper,
        undecided=max(0, handovers.undecided(view.session) - requests),
        unbound=unbound(view.session, today=view.today, since=machine_now() - REMEMBERED), sent=sent, failed_count=failed,
        silent=tuple(silences(view.session, view.live, today=view.today)), waiting=waiting,
    )  # fmt: skip


def one_list(view: View, what: str, page: int) -> Some:
    """One page of a list."""
    return LISTS[what](view, page, PAGE)


def _some(rows: Sequence[T], page: int, size: int, describe: Callable[[T], Any]) -> Some:
    start = (page - 1) * size
    return Some([describe(row) for row in rows[start : start + size]], max(0, len(rows) - start - size))


def _requests(view: View) -> int:
    """How many longer terms, returns and hand-overs the reader can decide on now."""
    return handovers.ready(view.session) + len(extensions_for(view, g.viewer.person_id))


# ── drafts ────────────────────────────────────────────────────
def _drafts(view: View, page: int, size: int) -> Some:
    return _some(pages_ledger.held(view.session, limit=MOST), page, size, lambda line: draft_of(view, line))


def draft_of(view: View, line: pages_ledger.MessageLine) -> dict[str, Any]:
    """A held message exactly as it will be sent, and the digest of what is shown."""
    found = draft(view.session, view.live, runtime().texts, message_id=line.message.id, now=view.now)
    text: Message = shown(view, line, title=found.title, body=found.body)
    return {"id": text.id, "to": text.to, "unit": text.unit, "send_at": text.send_at, "title": text.title, "parts": text.parts,
            "digest": found.digest, "own": found.own.split(LINK) if found.own else None, "outdated": bool(found.outdated)}  # fmt: skip


# ── sessions, what was before the start ───────────────────────
def _sessions(view: View, page: int, size: int) -> Some:
    rows = pages.sessions_to_record(view.session, now=view.now, limit=MOST)
    return _some(rows, page, size, lambda row: duty(view, row))


def _history(view: View, page: int, size: int) -> Some:
    return _some(pages.history(view.session, limit=MOST), page, size, lambda row: duty(view, row))


# ── approvals ─────────────────────────────────────────────────
def _approvals(view: View, page: int, size: int) -> Some:
    """Confirmations and hours that wait for somebody's yes; the button only for those who may."""
    duties = select(func.count()).select_from(ObligationRow).where(ObligationRow.state == "submitted")
    credits_ = select(func.count()).select_from(CreditRow).where(CreditRow.state == "submitted")
    total = (view.session.scalar(duties) or 0) + (view.session.scalar(credits_) or 0)
    end = page * size
    rows = [_of_duty(view, row) for row in pages.submitted(view.session, limit=end)]
    if len(rows) < end:
        rows += [
            _of_credit(view, *each) for each in pages.submitted_credits(view.session, limit=end - len(rows))
        ]
    return Some([make() for make in rows[end - size : end]], max(0, total - end))


def _of_duty(view: View, row: DutyRow) -> Callable[[], dict[str, Any]]:
    return lambda: _approval(view, row)


def _of_credit(view: View, credit: CreditRow, row: DutyRow) -> Callable[[], dict[str, Any]]:
    return lambda: _credit(view, credit, row)


def _approval(view: View, row: DutyRow) -> dict[str, Any]:
    facts = [*record_facts(view, row)]
    record = pages_record.record(view.session, row.obligation.id)
    for file in (file for files in (record.files if record else {}).values() for file in files):
        facts.append((view.d.gettext("File"), view.d.link(url_for("desk.file", file_id=file.id), file.name)))
    action = url_for("desk.approval", obligation_id=row.obligation.id)
    return _entry(view, row, "duty", row.obligation.id, facts, action)


def _credit(view: View, credit: CreditRow, row: DutyRow) -> dict[str, Any]:
    facts = [*hours.facts(view, credit)]
    if credit.file_id is not None:
        proof = view.d.link(url_for("desk.file", file_id=credit.file_id), view.d.gettext("open"))
        facts.append((view.d.gettext("Proof"), proof))
    return _entry(view, row, "credit", credit.id, facts, url_for("desk.credit", credit_id=credit.id))


def _entry(
    view: View, row: DutyRow, kind: str, identity: int, facts: list[tuple[str, str]], action: str
) -> dict[str, Any]:
    role = approver_of(schedule_of(view, row), row.obligation.part)
    known = view.live.office.file.roles.get(role) if role else None
    return {
        "kind": kind, "id": identity, "title": title_of(view, row), "who": row.party.title, "facts": facts, "action": action,
        "may": role is None or role in g.viewer.roles or g.viewer.clerk, "approver": known.title if known else (role or ""),
    }  # fmt: skip


# ── who was not reached ───────────────────────────────────────
def _unreached(view: View, page: int, size: int) -> Some:
    """Duties whose owner no channel reaches, then messages that failed or may not have arrived."""
    nowhere = [
        {"who": each.who, "title": each.title, "duty": each.obligation_id, "message": None}
        for each in pages.unreachable(view.session, limit=MOST)
    ]
    troubled = pages_ledger.troubled(view.session, since=view.now - LATELY, limit=MOST)
    rows: list[dict[str, Any] | pages_ledger.MessageLine] = [*nowhere, *troubled]
    return _some(
        rows, page, size, lambda row: row if isinstance(row, dict) else {"message": shown(view, row)}
    )


LISTS: dict[str, Callable[[View, int, int], Some]] = {
    "drafts": _drafts, "sessions": _sessions, "approvals": _approvals, "history": _history, "unreached": _unreached,
}  # fmt: skip
