"""The pages over the starter office, on both databases, asked without a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from served import NOW, newest_duty, served, stand_at
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from models.obligations import ObligationRow
from models.people import PersonRow, RecipientRow, RouteRow
from models.schedules import OfficeStateRow
from worker.bootstrap import Runtime
from worker.clock import machine_now

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Site:
    """The application, its world, and how a test finds people and duties in it."""

    world: Any
    run: Runtime
    app: Flask

    def stand_at(self, now: Any) -> None:
        """Let the office clock stand at an instant."""
        stand_at(self.world.db, now)

    def person(self, key: str) -> int:
        with self.world.db.reading() as session:
            return int(session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one())

    def duty(self, schedule: str, part: str, party: str | None = None) -> int:
        return newest_duty(self.world.db, schedule, part, party)

    def state(self, obligation_id: int) -> str:
        with self.world.db.reading() as session:
            return str(session.get_one(ObligationRow, obligation_id).state)

    def owner(self, obligation_id: int) -> int:
        """Somebody who may act for a duty."""
        with self.world.db.reading() as session:
            duty = session.get_one(ObligationRow, obligation_id)
            query = (
                select(RecipientRow.person_id)
                .join(RouteRow, RouteRow.recipient_id == RecipientRow.id)
                .where(RouteRow.party_id == duty.party_id, RouteRow.to_kind == "assignee")
            )
            return int(session.scalars(query).first() or 0)

    def path(self, obligation_id: int | None, person_id: int, now: Any) -> str:
        token = self.run.tokens.personal_token(obligation_id, person_id, now)
        return f"/c/{token}" if obligation_id else f"/me/{token}"

    def rows(self) -> dict[str, list[Any]]:
        """Every row of every table: what must not change when a page is only looked at."""
        metadata = OfficeStateRow.metadata
        with self.world.db.reading() as session:
            return {
                t.name: session.execute(select(t).order_by(*t.primary_key.columns)).all()
                for t in metadata.sorted_tables
            }

    def signed_in(self, key: str) -> FlaskClient:
        """A browser in which that person has used a sign-in link, as far as one works for him."""
        return self.arrive(self.run.tokens.sign_in_token(self.person(key), machine_now()))

    def arrive(self, token: str) -> FlaskClient:
        """A browser that opened a sign-in link and pressed the button."""
        client, path = self.app.test_client(), f"/signin/{token}"
        if client.get(path).status_code == 200:
            assert self.send(client, path).status_code == 303
        return client

    def send(
        self, client: FlaskClient, path: str, fields: dict[str, Any] | None = None, *, page: str | None = None
    ) -> TestResponse:
        """Load a page, then hand in its form."""
        found = CSRF.search(client.get(page or path).text)
        assert found, f"no form on {page or path}"
        given = {
            name: FileStorage(*value) if isinstance(value, tuple) else value
            for name, value in (fields or {}).items()
        }
        boundary, body = encode_multipart({"csrf": found[1], **given})
        return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates of the pages, each compiled once in a run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def site(
    world: Any, local_time: Any, tmp_path: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Site]:
    """The starter office on Monday 23 November 2026, 09:05, with last week's study day held and not recorded."""
    with served(world, tmp_path, now=local_time(NOW)) as (run, app):
        app.jinja_env.bytecode_cache = compiled_templates
        yield Site(world, run, app)
