"""What `duban confirm` records about one duty."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from schedules.states import Obligation
from tasks.duties.acknowledge import acknowledge
from tasks.duties.confirm import How
from tasks.duties.confirm import confirm as put_on_record
from tasks.duties.credit import add_credit
from tasks.duties.undo import undo as take_back
from tasks.gatherings.attend import record_session
from tasks.live import Live
from tasks.roster.absences import proposed_leave
from worker.cli.language import _
from worker.cli.owed import Owed, person_id
from worker.cli.terminal import say

HOW: How = "cli"
Away = Literal["leave", "absent"]


class Act:
    """One thing to record about one duty, in an open transaction."""

    def __init__(
        self,
        session: Session,
        live: Live,
        now: datetime,
        duty: Owed,
        *,
        recorder: int | None,
        day: date,
        tell: Callable[[str], None] = say,
    ) -> None:
        self.session, self.live, self.now = session, live, now
        self.obligation_id, self.name = duty.obligation_id, duty.name()
        self.recorder, self.day, self.tell = recorder, day, tell

    def undo(self, reason: str) -> None:
        """Take the record back."""
        take_back(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            by=self.recorder,
            reason=reason,
            now=self.now,
        )

    def gather(self, away: Mapping[str, str], fields: Mapping[str, str | list[str]]) -> None:
        """Record who was missing."""
        missing: dict[int, Away] = {
            person_id(self.session, each): "leave" if why == "leave" else "absent"
            for each, why in away.items()
        }
        record_session(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            away=missing,
            evidence=fields,
            files={},
            done_on=self.day,
            by=self.recorder,
            how=HOW,
            now=self.now,
        )

    def excused(self, *, except_for: Collection[str]) -> dict[str, str]:
        """Those expected who are away on the day of the gathering by the absences on record, as on leave; says who they are."""
        found = proposed_leave(self.session, self.obligation_id, except_for=except_for)
        if found:
            self.tell(
                _("On leave by the absences on record: {names}. Who came all the same: --present ID.").format(
                    names=_(", ").join(found.values())
                )
            )
        return dict.fromkeys(found, "leave")

    def sign(self, person: int) -> None:
        """Sign for it in the person's name."""
        acknowledge(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            person_id=person,
            by=self.recorder,
            how=HOW,
            now=self.now,
        )

    def credit(self, amount: int, kind: str, title: str) -> bool:
        """Add hours; recording the same title, day and amount again adds nothing. Return whether they wait for approval."""
        entry = add_credit(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            amount=amount,
            kind=kind,
            title=title,
            done_on=self.day,
            by=self.recorder,
            source=f"cli:{self.day}:{amount}:{kind}:{title}"[:80],
            how=HOW,
            now=self.now,
        )
        return entry.state == "submitted"

    def confirm(self, fields: Mapping[str, str | list[str]], note: str) -> bool:
        """Record that it is done. Return whether it waits for approval."""
        recorded = put_on_record(
            self.session,
            self.live,
            obligation_id=self.obligation_id,
            by=self.recorder,
            done_on=self.day,
            evidence=fields,
            files={},
            note=note,
            how=HOW,
            now=self.now,
        )
        return recorded.state is Obligation.SUBMITTED
