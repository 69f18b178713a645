"""One operation of the API: the row from which its address, its checks and its place in the OpenAPI document are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from schedules.words import Gettext
from tasks.duties.duty import Client
from tasks.live import Live
from tasks.roster.api_clients import Scope
from worker.api.again import Answer
from worker.api.given import LARGEST
from worker.api.types import Shape

Place = Literal["id", "schedule", "key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was understood and is allowed, in its open transaction. `now` is office time; `path` the path's own parts."""

    session: Session
    live: Live
    now: datetime
    client: Client
    gettext: Gettext
    query: Any
    body: Any
    path: Mapping[str, Any]

    def shown(self, at: datetime) -> datetime:
        """An instant in office time."""
        return at.astimezone(self.live.office.tz)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What may be asked of the API. `path` is written as OpenAPI writes it; `scope` None: every client may.

    `answers`: the shape of the body by status, refusals apart. `refuses`: the kinds of problems that are its own.
    """

    name: str
    method: Literal["GET", "POST"]
    path: str
    tag: str
    about: str
    scope: Scope | None
    handler: Callable[[Call], Answer]
    answers: Mapping[int, type[Shape]]
    detail: str = ""
    query: type[Shape] | None = None
    body: type[Shape] | None = None
    largest: int = LARGEST
    refuses: tuple[str, ...] = field(default=())

    @property
    def writes(self) -> bool:
        """Whether it may change something; only then can it carry an idempotency key."""
        return self.method == "POST"


def told(status: int, shape: Shape) -> Answer:
    """The answer that a shape makes."""
    return Answer(status=status, body=shape.model_dump(mode="json"))
