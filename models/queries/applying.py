"""The lock under which an office is put into force: one at a time, and not while schedules are being opened."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.schedules import OfficeStateRow, ScheduleRow


def lock_office(session: Session) -> None:
    """Wait until nobody else puts an office into force, then keep others out until the transaction ends.

    What this session knew of the office and its schedules is read again: it may be of before the wait. On SQLite the transaction itself
    is the lock. The row is made where there is none, so that two first times do not pass each other; schedules are locked in the order
    in which the opening run locks them.
    """
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(insert(OfficeStateRow).values(id=1).on_conflict_do_nothing())
    session.get(OfficeStateRow, 1, with_for_update={"key_share": True}, populate_existing=True)
    session.scalars(
        select(ScheduleRow)
        .order_by(ScheduleRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
