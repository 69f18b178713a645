"""All texts together, by definition; and the text of a key, which may stand with a base of its definition."""

from schedules.about import done, office, remind, report, schedule, steps, when, who
from schedules.about.said import Part, Parts, Said
from schedules.strict import Definition

PARTS: Parts = {
    **schedule.PARTS, **when.PARTS, **who.PARTS, **done.PARTS, **steps.PARTS, **remind.PARTS, **report.PARTS, **office.PARTS,
}  # fmt: skip


def part_of(definition: type[Definition]) -> Part:
    """The texts of a definition. Raise KeyError if it has none."""
    return PARTS[definition]


def key_of(definition: type[Definition], key: str) -> Said:
    """The text of a key of a definition or of its bases. Raise KeyError if it has none."""
    for each in definition.__mro__:
        if issubclass(each, Definition) and each in PARTS and key in PARTS[each].keys:
            return PARTS[each].keys[key]
    raise KeyError(f"{definition.__name__}.{key}")
