"""Every table in one import, so that the metadata is complete wherever it is used."""

from models import events, messages, obligations, people, registers, schedules
from models.base import Base

__all__ = ["Base", "events", "messages", "obligations", "people", "registers", "schedules"]
