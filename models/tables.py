"""Every table in one import, so that the metadata is complete wherever it is used."""

from models import access, events, gatherings, handovers, messages, obligations, people, registers, schedules
from models.base import Base

__all__ = [
    "Base",
    "access",
    "events",
    "gatherings",
    "handovers",
    "messages",
    "obligations",
    "people",
    "registers",
    "schedules",
]
