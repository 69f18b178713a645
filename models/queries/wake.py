"""When something is next to be done: four minima over partial indexes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.obligations import ObligationRow
from models.people import ChannelRow
from models.schedules import OfficeStateRow, ScheduleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """The next instants, UTC. `open_at`, `sweep_at` and `send_at` are office time; `lease_at` is machine time."""

    open_at: datetime | None
    sweep_at: datetime | None
    send_at: datetime | None
    lease_at: datetime | None

    @property
    def office(self) -> datetime | None:
        """The earliest of the office instants."""
        return min((at for at in (self.open_at, self.sweep_at, self.send_at) if at is not None), default=None)


_STOPPED = select(OfficeStateRow.sending_stopped).where(OfficeStateRow.id == 1).scalar_subquery()
_BROKEN = select(ChannelRow.id).where(ChannelRow.broken_at.is_not(None))
# One statement of four scalar subqueries: each is a look at the first entry of a partial index.
_MINIMA = select(
    select(func.min(ScheduleRow.next_at)).where(ScheduleRow.next_at.is_not(None)).scalar_subquery(),
    select(func.min(ObligationRow.next_at)).where(ObligationRow.next_at.is_not(None)).scalar_subquery(),
    select(func.min(MessageRow.send_at))
    .where(
        MessageRow.state.in_(("queued", "retry")),
        MessageRow.channel_id.not_in(_BROKEN),
        func.coalesce(_STOPPED, false()).is_(false()),
    )
    .scalar_subquery(),
    select(func.min(MessageRow.lease_until)).where(MessageRow.state == "sending").scalar_subquery(),
)


def next_wake(session: Session) -> Wake:
    """Read the four minima. While all sending is stopped, nothing is to be sent."""
    open_at, sweep_at, send_at, lease_at = session.execute(_MINIMA).one()
    return Wake(open_at=open_at, sweep_at=sweep_at, send_at=send_at, lease_at=lease_at)
