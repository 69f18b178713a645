"""The heart of a sweep, shared by both dialects: which rungs of the due obligations are reached, and whom each one tells.

`threshold` keeps a milestone from those who have reached it. A rung with a scope tells that party (a role, a group); one without
tells an audience of whoever owes. A rung that reaches nobody still yields a row, with recipient 0.
"""

FIRE = """
  SELECT d.id AS obligation_id, d.epoch, r.name_id, r.timeline_id, r.no, r.at, (r.held AND NOT :trial) AS held,
         coalesce(t.recipient_id, 0) AS rid, coalesce(r.channel_id, t.channel_id, 0) AS cid
  FROM due d
  JOIN rung r ON r.timeline_id = d.timeline_id AND r.no >= d.next_no AND r.at <= :now
             AND (r.threshold IS NULL OR d.progress < r.threshold)
  LEFT JOIN route t ON t.party_id = coalesce(r.scope_id, d.party_id) AND t.to_kind = r.to_kind
             AND t.valid_from <= :now AND t.valid_to > :now
"""
# A channel exempt from quiet hours sends now; the others at the next instant that is not quiet.
SEND_AT = "CASE WHEN c.quiet_exempt THEN :now ELSE :later END"
