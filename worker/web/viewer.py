"""Who looks at the supervisors' pages, and what such a reader may see and do."""

from dataclasses import dataclass
from typing import Literal

from schedules.grammar import Privacy

Kind = Literal["clerk", "leader", "supervisor", "inspector"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in person, or an inspector, who has no `person_id` (0). `units` are the ids that may be seen; None is the whole office.

    `by_phone`: known by the phone and not by a session.
    """

    kind: Kind
    person_id: int
    key: str
    name: str
    roles: frozenset[str]
    units: frozenset[int] | None
    inspector_id: int | None = None
    by_phone: bool = False

    @property
    def clerk(self) -> bool:
        """Whether this is who works the desk."""
        return self.kind == "clerk"

    @property
    def acts(self) -> bool:
        """Whether this reader may urge, waive, extend, give back or hand over what is seen; an inspector only reads."""
        return self.kind != "inspector"

    @property
    def actor(self) -> str:
        """How trails name this reader."""
        return (
            f"inspector:{self.inspector_id}" if self.inspector_id is not None else f"person:{self.person_id}"
        )

    def reads(self, privacy: Privacy) -> bool:
        """Whether what belongs to that class may be shown by name: a sealed matter is for the clerk and the leader, and for who owes it."""
        return privacy != "sealed" or self.kind in ("clerk", "leader")

    def sees(self, unit_id: int | None) -> bool:
        """Whether something counted under that unit may be shown."""
        return self.units is None or unit_id in self.units


def inspector(inspector_id: int, name: str, body: str) -> Viewer:
    """An inspector as a reader: the whole office, and nothing to do."""
    shown = f"{name}（{body}）" if body else name
    return Viewer(
        kind="inspector", person_id=0, key=f"inspector-{inspector_id}", name=shown, roles=frozenset(), units=None,
        inspector_id=inspector_id,
    )  # fmt: skip
