"""What a register says of a year: entries, sums, choices, declared zeros; and nothing at all where nobody recorded anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.queries import registers as read
from models.queries.registers import Zero
from schedules.belated import entered_late
from schedules.reach import EACH, EVENTS
from schedules.registers import Register
from schedules.tally import HUNDREDTHS, Fact, Measure, Tally
from tasks.live import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The figures of one register in a year; sums are hundredths by number field.

    `recorded` False: 未登记, which is not 0. Without an entry a declared zero speaks for its own days, not for the year.
    """

    register: Register
    year: int
    entries: int
    sums: dict[str, int]
    choices: dict[str, dict[str, int]]
    zeros: tuple[Zero, ...]
    late: int

    @property
    def recorded(self) -> bool:
        """Whether there is an entry or a declared zero."""
        return self.entries > 0 or bool(self.zeros)


def overview(session: Session, live: Live, register: Register, year: int) -> Overview:
    """Count a register's year."""
    span = date(year, 1, 1), date(year, 12, 31)
    entries = read.entries(session, register.id, *span)
    options = register.options()
    numbers = [name for name, field in register.beside_day.items() if field.kind == "number"]
    wanted = {(EVENTS, ""): 0} | {(name, ""): 0 for name in numbers} | {(EACH, name): 0 for name in options}
    tally = Tally(Fact(entry.held_on, entry.fields) for entry in entries)
    found = tally.measures(wanted, options)
    return Overview(
        register=register,
        year=year,
        entries=len(entries),
        sums={each.name: each.done for each in found if not each.choice and each.name in numbers},
        choices={name: _choices(found, name) for name in options},
        zeros=tuple(read.declared(session, register.id, *span)),
        late=sum(is_late(live, entry) for entry in entries),
    )


def _choices(found: Sequence[Measure], name: str) -> dict[str, int]:
    return {each.choice: each.done // HUNDREDTHS for each in found if each.choice and each.name == name}


def is_late(live: Live, entry: read.Entry) -> bool:
    """Whether an entry was made afterwards (补录)."""
    return entered_late(entry.held_on, live.today(entry.recorded_at), live.office.calendar)
