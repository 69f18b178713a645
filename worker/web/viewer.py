"""Who looks at the supervisors' pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in person. `units` are the ids that may be seen; None is the whole office."""

    person_id: int
    key: str
    name: str
    clerk: bool
    roles: frozenset[str]
    units: frozenset[int] | None

    def sees(self, unit_id: int | None) -> bool:
        """Whether something counted under that unit may be shown."""
        return self.units is None or unit_id in self.units
