"""The heart of a sweep, shared by both dialects: which rungs of the due obligations are reached, and whom each one tells.

`threshold` keeps a milestone from those who have reached it. A rung with a scope tells that party (a role, a group); one without
tells an audience of whoever owes. A rung that reaches nobody still yields a row, with recipient 0; only one that tells the stand-in
of somebody who is here says nothing. A climb (`unless_id`) fires if its signature was really asked for in this epoch and nobody gave it.
What goes on paper waits for the clerk (`held`), and so does what a group would read about somebody who is late.
"""

from dataclasses import dataclass
from datetime import datetime

# What a cursor runs on: while a duty waits for approval, the rungs that tell those who approve.
TIMELINE = "CASE WHEN state = 'submitted' THEN approval_id ELSE timeline_id END"


def signed(duty: str) -> str:
    """Whether somebody signed for what the rung `r` climbs for; `duty` is the alias of the obligation."""
    return (
        f"EXISTS (SELECT 1 FROM acknowledgement a WHERE a.obligation_id = {duty}.id AND a.epoch = {duty}.epoch "
        "AND a.name_id = r.unless_id)"
    )


_ASKED = """EXISTS (SELECT 1 FROM rung b WHERE b.timeline_id = r.timeline_id AND b.asks_id = r.unless_id
             AND (b.no >= d.next_no AND b.at <= :now OR EXISTS (
               SELECT 1 FROM reminder w WHERE w.obligation_id = d.id AND w.epoch = d.epoch AND w.name_id = b.name_id
                 AND coalesce(w.withdrawn, '') NOT IN ('silenced', 'snoozed'))))"""
FIRE = f"""
  SELECT d.id AS obligation_id, d.epoch, r.name_id, r.timeline_id, r.no, r.at,
         NOT :trial AND (r.held OR coalesce(r.channel_id, t.channel_id) = :paper
           OR r.phase = 'after' AND r.scope_id IS NULL AND t.recipient_id = :group) AS held,
         coalesce(t.recipient_id, 0) AS rid, coalesce(r.channel_id, t.channel_id, 0) AS cid, nullif(t.via, '') AS via,
         CASE WHEN r.urgent THEN 'urgent' ELSE 'normal' END AS lane
  FROM due d
  JOIN rung r ON r.timeline_id = d.timeline_id AND r.no >= d.next_no AND r.at <= :now
             AND (r.threshold IS NULL OR d.progress < r.threshold)
             AND (r.unless_id IS NULL OR NOT {signed("d")} AND {_ASKED})
  LEFT JOIN route t ON t.party_id = coalesce(r.scope_id, d.party_id) AND t.to_kind = r.to_kind
             AND t.valid_from <= :now AND t.valid_to > :now AND coalesce(r.channel_id, t.channel_id) <> :nobody
  WHERE t.recipient_id IS NOT NULL OR r.to_kind <> 'deputy'
"""
# A channel exempt from quiet hours sends now, and so does what is urgent where the office lets it; the others at the next instant
# that is not quiet.
SEND_AT = "CASE WHEN c.quiet_exempt OR f.lane = 'urgent' AND :breaks THEN :now ELSE :later END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under what terms a sweep works. Instants UTC: `later` is when a channel that keeps quiet hours may send.

    `trial`: nothing waits for release. `breaks`: urgent rungs break quiet hours. `paper` and `nobody` are the channels of what is
    printed and of whom nothing reaches, `group` the recipient that is the group; 0 where there is none.
    """

    now: datetime
    later: datetime
    trial: bool = False
    breaks: bool = False
    paper: int = 0
    nobody: int = 0
    group: int = 0
