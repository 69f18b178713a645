"""An office whose providers answer as a test says, and somebody who asks why."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from post import Post
from sqlalchemy.orm import Session

from tasks.catalogs import translations
from tasks.explain.asked import Asked
from tasks.explain.message import explain_message
from tasks.explain.naming import person_named, schedules_named
from tasks.explain.person import explain_person
from tasks.explain.schedule import explain_schedules
from tasks.live import current


@dataclass(repr=False)
class Asking:
    """Puts questions at an instant of the office; answers are the JSON of `duban explain`."""

    post: Post

    def _asked(self, session: Session, at: str, on: str | None) -> Asked:
        live, now = current(session), self.post.local(at)
        return Asked(
            session=session, live=live, now=now, on=date.fromisoformat(on) if on else live.today(now)
        )

    def person(
        self,
        at: str,
        *,
        who: str = "jiangtao",
        on: str | None = None,
        schedule: str | None = None,
        lang: str = "zh_CN",
    ) -> dict[str, Any]:
        with self.post.world.db.reading() as session:
            asked = self._asked(session, at, on)
            rows = schedules_named(session, asked.live, schedule) if schedule else None
            answer = explain_person(asked, person_named(session, who), schedules=rows)
            return answer.to_json(translations(lang).gettext, asked)

    def item(
        self, at: str, *, schedule: str = "report", key: str = "2026-11-27", **more: Any
    ) -> dict[str, Any]:
        """What is said of the only duty of an occurrence."""
        answer = self.person(at, **more)
        found = [each for each in answer["items"] if (each["schedule"], each["key"]) == (schedule, key)]
        assert len(found) == 1, answer
        return found[0]

    def schedule(
        self, at: str, name: str = "report", *, on: str | None = None, key: str | None = None
    ) -> dict[str, Any]:
        with self.post.world.db.reading() as session:
            asked = self._asked(session, at, on)
            answer = explain_schedules(asked, schedules_named(session, asked.live, name), key=key)
            (found,) = answer.to_json(translations("zh_CN").gettext, asked)["schedules"]
            return dict(found)

    def message(self, at: str, number: int, *, lang: str = "zh_CN") -> dict[str, Any]:
        with self.post.world.db.reading() as session:
            asked = self._asked(session, at, None)
            return explain_message(asked, number).to_json(translations(lang).gettext, asked)


@pytest.fixture
def post(world: Any, local_time: Any) -> Post:
    return Post(world, local_time)


@pytest.fixture
def ask(post: Post) -> Asking:
    return Asking(post)
