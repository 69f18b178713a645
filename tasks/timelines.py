"""Store computed ladders once and point obligations at them."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.obligations import RungNameRow, RungRow, TimelineRow
from models.people import ChannelRow, PartyRow
from schedules.ladder import RungAt

GROUP = "group"


def set_timeline(session: Session, rungs: Sequence[RungAt]) -> int | None:
    """Return the timeline with exactly these rungs, writing it if it is new; None for an empty ladder."""
    if not rungs:
        return None
    digest = _digest(rungs)
    found = session.scalar(select(TimelineRow.id).where(TimelineRow.digest == digest))
    if found is not None:
        return found
    timeline = TimelineRow(digest=digest)
    session.add(timeline)
    session.flush()
    signatures = {name for rung in rungs for name in (rung.asks, rung.unless) if name is not None}
    names = _names(session, {rung.key for rung in rungs} | signatures)
    scopes = _scopes(session, {rung.to for rung in rungs})
    channels = dict(session.execute(select(ChannelRow.key, ChannelRow.id)).all())
    session.execute(
        insert(RungRow),
        [
            {
                "timeline_id": timeline.id, "no": rung.no, "at": rung.at, "name_id": names[rung.key],
                "to_kind": "assignee" if rung.to in scopes else rung.to, "scope_id": scopes.get(rung.to),
                "channel_id": channels[rung.channel] if rung.channel else None, "threshold": rung.threshold,
                "held": rung.release == "clerk", "as_list": rung.as_list, "anchor": rung.anchor, "anchor_on": rung.anchor_on,
                "phase": rung.phase, "text": rung.text, "notice": rung.notice, "urgent": rung.urgent,
                "asks_id": names[rung.asks] if rung.asks else None, "unless_id": names[rung.unless] if rung.unless else None,
            }
            for rung in rungs
        ],
    )  # fmt: skip
    return timeline.id


def _digest(rungs: Sequence[RungAt]) -> str:
    rows = [
        [
            r.no, r.at.isoformat(), r.key, r.to, r.threshold, r.release, r.as_list, r.text, r.channel, r.anchor,
            r.anchor_on.isoformat(), r.notice, r.asks, r.unless, *(["urgent"] if r.urgent else []),
        ]
        for r in rungs
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _names(session: Session, keys: set[str]) -> dict[str, int]:
    known = {
        row.key: row.id
        for row in session.execute(select(RungNameRow.key, RungNameRow.id).where(RungNameRow.key.in_(keys)))
    }
    fresh = [RungNameRow(key=key) for key in sorted(keys - known.keys())]
    session.add_all(fresh)
    session.flush()
    return known | {row.key: row.id for row in fresh}


def _scopes(session: Session, audiences: set[str]) -> dict[str, int]:
    """The parties that an audience names by itself: `role:<id>` and the group."""
    found: dict[str, int] = {}
    for audience in audiences:
        kind, _, key = audience.partition(":")
        if kind in ("role", GROUP):
            found[audience] = session.scalars(
                select(PartyRow.id).where(PartyRow.kind == kind, PartyRow.key == (key or GROUP))
            ).one()
    return found
