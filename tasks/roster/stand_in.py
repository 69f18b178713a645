"""Who is told in somebody's place while he is away: spans of time, each with a person and the trail that leads to him.

The deputy of an absence stands in; without one, or where the deputy is away without one, the head of the unit; for the head the
leader of the unit. The chain is bounded and never runs in a circle. Where it leads to nobody the person himself is told, so that
nothing is lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from models.types import UTC_MAX, UTC_MIN

MOST_DEPUTIES = 4
TRAIL = 200  # characters that are kept


@dataclass(frozen=True, slots=True)
class Leave:
    """A person is away in [since, until), UTC."""

    person_id: int
    since: datetime
    until: datetime
    deputy_id: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """In [since, until) this person is told; `via` is the trail where it is in somebody's place."""

    since: datetime
    until: datetime
    person_id: int
    via: str = ""


class StandIns:
    """The absences of an office. `names`: everybody still here; `superiors`: who is asked where no deputy is named."""

    def __init__(
        self, leaves: Iterable[Leave], *, names: Mapping[int, str], superiors: Mapping[int, int | None]
    ) -> None:
        self._leaves: dict[int, list[Leave]] = defaultdict(list)
        for leave in leaves:
            self._leaves[leave.person_id].append(leave)
        self._names, self._superiors = names, superiors
        self._known: dict[int, Sequence[Span]] = {}

    def spans(self, person_id: int) -> Sequence[Span]:
        """Who is told for a person, over all time, without gap or overlap."""
        if person_id not in self._leaves:
            return (Span(UTC_MIN, UTC_MAX, person_id),)
        if person_id not in self._known:
            self._known[person_id] = tuple(self._spans(person_id))
        return self._known[person_id]

    def _spans(self, person_id: int) -> Iterable[Span]:
        for since, until in pairwise(sorted(self._instants(person_id))):
            chain = self._chain(person_id, since)
            names = " → ".join(self._names[each] for each in chain)
            yield Span(since, until, chain[-1], f"{names[: TRAIL - 3]}（代）" if len(chain) > 1 else "")

    def _instants(self, person_id: int) -> set[datetime]:
        """Every instant at which the answer may change."""
        found, seen, asked = {UTC_MIN, UTC_MAX}, {person_id}, [person_id]
        while asked:
            at = asked.pop()
            for leave in self._leaves.get(at, ()):
                found |= {leave.since, leave.until}
                beyond = [each for each in (leave.deputy_id, self._superiors.get(at)) if each is not None]
                asked += [each for each in beyond if each not in seen]
                seen.update(beyond)
        return found

    def _chain(self, person_id: int, at: datetime) -> list[int]:
        chain = [person_id]
        while (leave := self._away(chain[-1], at)) is not None:
            following = next(
                (
                    each
                    for each in (leave.deputy_id, self._superiors.get(chain[-1]))
                    if each in self._names and each not in chain
                ),
                None,
            )
            if following is None:
                return [person_id]
            if len(chain) > MOST_DEPUTIES:
                return self._head_of(person_id, at)
            chain.append(following)
        return chain

    def _head_of(self, person_id: int, at: datetime) -> list[int]:
        """The superior where too many deputies are away themselves; the person, if that one is away or gone too."""
        head = self._superiors.get(person_id)
        here = head is not None and head in self._names and self._away(head, at) is None
        return [person_id, head] if here and head is not None else [person_id]

    def _away(self, person_id: int, at: datetime) -> Leave | None:
        return next(
            (leave for leave in self._leaves.get(person_id, ()) if leave.since <= at < leave.until), None
        )


def merged(spans: Sequence[Span]) -> Sequence[Span]:
    """The spans of one recipient without overlap: told in his own right before told in somebody's place; equal neighbours are one."""
    if len(spans) == 1:
        return spans
    instants = sorted({at for span in spans for at in (span.since, span.until)})
    found: list[Span] = []
    for since, until in pairwise(instants):
        covering = [span.via for span in spans if span.since <= since and span.until >= until]
        if not covering:
            continue
        via = "" if "" in covering else covering[0]
        if found and found[-1].until == since and found[-1].via == via:
            found[-1] = Span(found[-1].since, until, spans[0].person_id, via)
        else:
            found.append(Span(since, until, spans[0].person_id, via))
    return found
