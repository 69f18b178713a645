"""The API when its process is killed: what a client was answered is there, and what is sent again happens once."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore

import pytest
from api_server import api_server
from sqlalchemy import select

from models.access import ApiAnswerRow
from models.events import EventRow

EVENTS = 120
KILLED_AFTER = (15, 40)  # answers, then the process is killed; twice


@pytest.mark.slow
def test_what_was_answered_is_kept_and_what_is_sent_again_happens_once(
    tmp_path: Path, environ: dict[str, str], redis_url: str, free_port: int
) -> None:
    server = api_server(tmp_path, environ, redis_url, free_port)
    answered: dict[int, dict[str, object]] = {}

    def send(number: int, arrived: Semaphore) -> None:
        body = {"kind": "letter.received", "key": f"L-{number}", "on": "2026-11-20", "fields": {"to": "zhao"}}
        headers = {"Idempotency-Key": f"letter-{number}"}
        try:
            status, found, _headers = server.post("/events", body, **headers)
        except (OSError, ValueError):  # the process died; nobody knows whether it was recorded
            return
        assert status == 201, found
        assert answered.setdefault(number, found) == found
        arrived.release()

    try:
        for count in KILLED_AFTER:
            arrived = Semaphore(0)
            with ThreadPoolExecutor(6) as threads:
                for number in range(EVENTS):
                    threads.submit(send, number, arrived)
                assert all(arrived.acquire(timeout=60) for _ in range(count))
                server.end(signal.SIGKILL)
            server.start()
        before = set(answered)
        assert 0 < len(before) < EVENTS
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda number: send(number, Semaphore(0)), range(EVENTS)))

        assert set(answered) == set(range(EVENTS))
        with server.db.reading() as session:
            events = sorted(session.scalars(select(EventRow.key)))
            kept = sorted(session.scalars(select(ApiAnswerRow.key)))
        assert events == sorted(f"L-{number}" for number in range(EVENTS))
        assert kept == sorted(f"letter-{number}" for number in range(EVENTS))
    finally:
        server.end()
        server.db.dispose()
