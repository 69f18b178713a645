"""Files drawn at random, so that anybody can show that nothing was chosen: the seed and the pool are kept in the audit.

Every file has a rank, SHA-256 of "SEED:NUMBER"; drawn are those with the lowest. Sealed matters and items of other files are never in
the pool, whoever draws, so that a draw is the same for every reader.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import AuditRow
from models.queries import inspection as read
from models.queries.inspection import Span
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.reporting.sealed import sealed_versions

ACT = "draw"
MOST = 100
CASES = "*cases"  # instead of a schedule: whatever events started


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a draw is made from: days from `first` to `last`, both included; a schedule's id, CASES, or nothing for all files."""

    n: int
    first: date
    last: date
    among: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw that was made. `pool`: how many files there were; `digest` is of their numbers; `drawn` in the order of their ranks."""

    id: int
    at: datetime
    actor: str
    asked: Asked
    seed: str
    upto: int
    pool: int
    digest: str
    drawn: tuple[int, ...]


Proof = Literal["same", "moved", "differs"]


def rank(seed: str, number: int) -> str:
    """Where a file stands in a draw."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def lowest(seed: str, numbers: list[int], n: int) -> tuple[int, ...]:
    """The first `n` files by their ranks."""
    return tuple(sorted(numbers, key=lambda number: rank(seed, number))[:n])


def draw(session: Session, asked: Asked, *, actor: str, now: datetime, seed: str = "") -> int:
    """Draw and note it; return the number of the draw. A seed of one's own may be given, as dice thrown before witnesses.

    Raise Refused unless 1 to 100 files are asked for, over days that follow each other, from a pool with files in it.
    """
    if not 1 <= asked.n <= MOST:
        raise Refused(phrase("draw 1 to {n} files", n=MOST), field="n")
    if asked.last < asked.first:
        raise Refused(phrase("the last day lies before the first"), field="last")
    upto = read.newest(session)
    pool = _pool(session, asked, upto=upto)
    if not pool:
        raise Refused(phrase("there is no file of that kind in these days"), field="first")
    kept = seed or secrets.token_hex(8)
    row = AuditRow(
        at=now, actor=actor, act=ACT, subject_kind=ACT, subject_id=0,
        detail={
            "n": asked.n, "first": asked.first.isoformat(), "last": asked.last.isoformat(), "among": asked.among, "seed": kept,
            "upto": upto, "pool": len(pool), "digest": _digest(pool), "drawn": list(lowest(kept, pool, asked.n)),
        },
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _pool(session: Session, asked: Asked, *, upto: int) -> list[int]:
    cases = asked.among == CASES
    span = Span(first=asked.first, last=asked.last, schedule="" if cases else asked.among)
    sealed = sealed_versions(session)
    return [
        number
        for number, version in read.files(session, span, cases=cases, upto=upto)
        if version not in sealed
    ]


def _digest(pool: list[int]) -> str:
    return hashlib.sha256(",".join(map(str, sorted(pool))).encode()).hexdigest()


def made(session: Session, draw_id: int) -> Draw:
    """A draw by its number. Raise NotFound if there is none."""
    row = session.get(AuditRow, draw_id)
    if row is None or row.act != ACT:
        raise NotFound(phrase("there is no such draw"))
    return _read(row)


def all_made(session: Session, *, limit: int = 20) -> list[Draw]:
    """The last draws, the newest first."""
    rows = select(AuditRow).where(AuditRow.act == ACT, AuditRow.subject_kind == ACT)
    return [_read(row) for row in session.scalars(rows.order_by(AuditRow.id.desc()).limit(limit))]


def proof(session: Session, found: Draw) -> Proof:
    """Draw once more with the same seed from the files of that moment: the same, or files were moved or taken out meanwhile."""
    pool = _pool(session, found.asked, upto=found.upto)
    if _digest(pool) != found.digest:
        return "moved"
    return "same" if lowest(found.seed, pool, found.asked.n) == found.drawn else "differs"


def _read(row: AuditRow) -> Draw:
    kept: dict[str, Any] = row.detail
    asked = Asked(
        n=kept["n"], first=date.fromisoformat(kept["first"]), last=date.fromisoformat(kept["last"]), among=kept["among"]
    )  # fmt: skip
    return Draw(
        id=row.id, at=row.at, actor=row.actor, asked=asked, seed=kept["seed"], upto=kept["upto"], pool=kept["pool"],
        digest=kept["digest"], drawn=tuple(kept["drawn"]),
    )  # fmt: skip
