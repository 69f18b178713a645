"""Several figures to reach together: `{events: 10, leaflets: 700, each: {entrance: 1}}`.

`events` is the number of entries, any other name a number field that is summed, and `each` asks for so many entries of every
choice of a choice field.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from schedules.fields import Figure, Key
from schedules.strict import tag

EVENTS, EACH = "events", "each"
RESERVED = (EVENTS, EACH)


def _of_choices(value: object) -> str:
    return tag("each") if isinstance(value, Mapping) else tag("figure")


Reach = Annotated[
    Mapping[
        Key,
        Annotated[
            Annotated[Figure, Tag(tag("figure"))]
            | Annotated[Mapping[Key, Figure], Tag(tag("each")), Field(min_length=1)],
            Discriminator(_of_choices),
        ],
    ],
    Field(min_length=1),
]
OneOrSeveral = Annotated[
    Annotated[Figure, Tag(tag("figure"))] | Annotated[Reach, Tag(tag("each"))], Discriminator(_of_choices)
]


def flat(reach: Mapping[str, int | Mapping[str, int]]) -> dict[tuple[str, str], int]:
    """Every figure by (`events` or a field, "") or (`each`, a choice field), in the order it is written."""
    found: dict[tuple[str, str], int] = {}
    for name, figure in reach.items():
        if isinstance(figure, Mapping):
            found |= {(name, field): least for field, least in figure.items()}
        else:
            found[name, ""] = figure
    return found
