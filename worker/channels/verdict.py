"""What became of one message, whoever carried it."""

from dataclasses import dataclass

from tasks.delivery.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """`code` and `words` are the provider's, not yet masked; `wait` in seconds before another try.

    `every`: as in `tasks.delivery.outcomes.Result`.
    """

    outcome: Outcome
    code: str = ""
    words: str = ""
    wait: int | None = None
    every: float = 0.0
