"""The API over the starter office, on both databases: a client of it with every scope, and how a test speaks to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from served import NOW, newest_duty, served
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.obligations import AuditRow
from tasks.roster.api_clients import SCOPES, add_client
from worker.bootstrap import Runtime
from worker.clock import machine_now

CASE = """\
case:
  title: 行政处罚案件
  privacy: case
  when:
    event: case.filed
    key: 案号
    fields: {major: yes-no}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event}
  steps:
    found:  {title: 调查终结, evidence: {closed_on: date}}
    decide: {title: 作出决定, after: event, within: 90 days, gate: [found], evidence: {decided_on: date}, basis: 行政处罚法60条}
  remind: {use: statute}
secret:
  title: 密件办理
  privacy: sealed
  when: {event: paper.received, key: 文号, fields: {note: text}}
  who: {from_event: handlers}
  steps:
    act: {title: 按要求办理, after: event, within: 5 workdays}
  remind: {use: statute}
"""
FILED = {
    "kind": "case.filed",
    "key": "〔2026〕17号",
    "on": "2026-11-20",
    "fields": {"handlers": ["zhaogang", "machao"], "major": "no"},
}


@dataclass
class Api:
    """The application, its world, and the key of a client that may do everything."""

    world: Any
    run: Runtime
    app: Flask
    now: Any
    key: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def add(self, key: str, *scopes: str, until: date | None = None) -> str:
        """Let a client in; its key."""
        with self.world.db.writing.begin() as session:
            return add_client(
                session, key=key, title=key, scopes=scopes, until=until, by="test", today=date(2026, 11, 23), now=self.now,
                machine_now=machine_now(),
            ).secret  # fmt: skip

    def get(self, path: str, *, key: str | None = None, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers(key))

    def post(
        self, path: str, body: Any, *, key: str | None = None, once: str | None = None, **headers: str
    ) -> TestResponse:
        more = {"Idempotency-Key": once} if once else {}
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers(key) | more | headers)

    def headers(self, key: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key if key is None else key}"}

    def duty(self, schedule: str, part: str = "", party: str | None = None) -> int:
        return newest_duty(self.world.db, schedule, part, party)

    def trail(self, act: str) -> list[str]:
        """Who did it, as the trail says."""
        with self.world.db.reading() as session:
            return list(
                session.scalars(select(AuditRow.actor).where(AuditRow.act == act).order_by(AuditRow.id))
            )

    def count(self, table: Any) -> int:
        with self.world.db.reading() as session:
            return len(session.scalars(select(table)).all())


@pytest.fixture
def api(world: Any, local_time: Any, tmp_path: Path) -> Iterator[Api]:
    """The office on Monday 23 November 2026, 09:05, with last week's study day held and not recorded."""
    world.files["case.yaml"] = CASE
    now = local_time(NOW)
    with served(world, tmp_path, now=now) as (run, app):
        found = Api(world, run, app, now)
        found.key = found.add("oa", *SCOPES)
        yield found
