"""Names of the jobs, their queues and how many to ask for; apart from the jobs themselves, because beat asks but never runs one."""

OPEN, SWEEP, DELIVER, RESCUE, AUDIT = (
    "duban.open",
    "duban.sweep",
    "duban.deliver",
    "duban.rescue",
    "duban.audit",
)
QUEUES = {OPEN: "sweep", SWEEP: "sweep", RESCUE: "sweep", AUDIT: "sweep", DELIVER: "deliver"}
CLAIM = 16  # messages claimed at once
FAN_OUT = 8  # deliver jobs asked for at once: as many as a worker has threads


def deliverers(messages: int) -> int:
    """How many deliver jobs that many waiting messages are worth."""
    return min(FAN_OUT, -(-messages // CLAIM))
