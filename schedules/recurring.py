"""What all rules share: what becomes of missed occurrences, and the days between which a rule counts."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from schedules.fields import Day, TermText
from schedules.strict import Definition

MissedPolicy = Literal["all", "latest", "skip"]


class MissedRule(Definition):
    """Which occurrences are still opened when their day passed while nothing ran; `within`: none that passed longer ago."""

    policy: MissedPolicy = "latest"
    within: TermText | None = None


Missed = Annotated[
    MissedRule,
    BeforeValidator(
        lambda value: {"policy": value} if isinstance(value, str) else value,
        json_schema_input_type=MissedPolicy | MissedRule,
    ),
]


class Recurring(Definition):
    """Shared by all rules. `missed` says which occurrences are still opened when their day passed while nothing ran."""

    missed: Missed = MissedRule()
    effective_from: Day | None = None
    effective_to: Day | None = None
