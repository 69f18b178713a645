"""The jobs as a worker runs them: claim, send with no transaction open, record in groups, take back what a dead sender left."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from models.messages import AttemptRow, MessageRow
from models.schedules import HeartbeatRow, OfficeStateRow
from tasks import jobs, runtime
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from worker.clock import machine_now, step
from worker.job_runtime import JobRuntime
from worker.readiness import wait_until
from worker.recorder import GROUP, Recorder
from worker.settings import Settings

Sends = Callable[..., Result]


class Asked:
    """Stands for Celery: notes which jobs are asked for."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    def send_task(self, name: str, **_options: Any) -> None:
        self.jobs.append(name)


class FakeSender:
    """Answers as told, and notes what came."""

    def __init__(self, answer: Callable[[Outgoing], Result]) -> None:
        self.answer = answer
        self.sent: list[int] = []

    def send(self, message: Outgoing, **_when: datetime) -> Result:
        self.sent.append(message.message_id)
        return self.answer(message)


def yes(message: Outgoing) -> Result:
    return Result(message_id=message.message_id, attempt=message.attempt, outcome=Outcome.SENT)


@pytest.fixture
def run(world: Any, database_url: str, tmp_path: Path, local_time: Any) -> Iterator[JobRuntime]:
    """A worker's runtime on the starter office, its clock standing at 2026-11-23 09:00."""
    now = local_time("2026-11-23 09:00")
    world.apply(now)
    with world.db.writing.begin() as session:
        step(session, now)
    settings = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path / "data"),
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_SECRET_KEY": "k" * 43,
        }
    )
    settings.prepare()
    made = JobRuntime(settings, Asked())  # type: ignore[arg-type]
    runtime.install(lambda: made)
    yield made
    made.close()
    runtime.forget()


def asked(run: JobRuntime) -> list[str]:
    app: Any = run._app
    found: list[str] = app.jobs
    return found


def states(run: JobRuntime) -> dict[str, int]:
    with run.db.reading() as session:
        return dict(session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state)).all())


def opened_and_swept(run: JobRuntime) -> int:
    jobs.open_occurrences()
    jobs.sweep()
    return states(run)["queued"]


def test_a_duty_goes_from_its_opening_to_the_outbox(run: JobRuntime) -> None:
    jobs.open_occurrences()
    assert asked(run) == ["duban.sweep"]
    jobs.sweep()
    waiting = states(run)["queued"]
    assert asked(run)[1:] == ["duban.deliver"] * -(-waiting // 16)

    jobs.deliver()

    assert states(run) == {"sent": waiting}
    lines = [json.loads(line) for line in (run.settings.data / "outbox.jsonl").read_text().splitlines()]
    assert len(lines) == len({line["recipient"] for line in lines}) == waiting
    with run.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(AttemptRow)) == waiting
        assert set(session.scalars(select(HeartbeatRow.name))) == {"sweep", "deliver"}


def test_running_every_job_again_sends_nothing_again(run: JobRuntime) -> None:
    waiting = opened_and_swept(run)
    for _ in range(2):
        jobs.open_occurrences()
        jobs.sweep()
        jobs.deliver()
        jobs.rescue()

    assert len((run.settings.data / "outbox.jsonl").read_text().splitlines()) == waiting


def test_nothing_happens_before_an_office_is_in_force(database_url: str, tmp_path: Path) -> None:
    settings = Settings.load({"DUBAN_DATA": str(tmp_path), "DUBAN_DATABASE_URL": database_url})
    made = JobRuntime(settings, Asked())  # type: ignore[arg-type]
    runtime.install(lambda: made)

    for job in (jobs.open_occurrences, jobs.sweep, jobs.deliver, jobs.rescue):
        job()

    assert not (tmp_path / "outbox.jsonl").exists()
    made.close()
    runtime.forget()


def test_no_transaction_is_open_while_a_message_is_sent(run: JobRuntime) -> None:
    waiting = opened_and_swept(run)

    def write_meanwhile(message: Outgoing) -> Result:
        with run.db.writing.begin() as session:  # on SQLite this waits for any other writer
            session.merge(HeartbeatRow(name="meanwhile", at=machine_now()))
        return yes(message)

    run.__dict__["sender"] = FakeSender(write_meanwhile)
    jobs.deliver()

    assert states(run) == {"sent": waiting}


def test_what_a_dead_sender_left_is_taken_back_and_sent(run: JobRuntime) -> None:
    opened_and_swept(run)
    with run.db.writing.begin() as session:
        session.execute(
            update(MessageRow)
            .where(MessageRow.id == 1)
            .values(
                state="sending", attempt=1, owner="dead", lease_until=machine_now() - timedelta(seconds=1)
            )
        )

    jobs.rescue()
    assert "retry" in states(run)
    jobs.deliver()

    assert set(states(run)) == {"sent"}
    with run.db.reading() as session:
        assert session.get_one(MessageRow, 1).attempt == 2


def test_a_result_that_comes_after_its_lease_was_taken_over_changes_nothing(run: JobRuntime) -> None:
    opened_and_swept(run)
    run.__dict__["sender"] = FakeSender(
        lambda message: Result(
            message_id=message.message_id, attempt=message.attempt - 1, outcome=Outcome.CONTENT, words="old"
        )
    )
    with run.db.writing.begin() as session:
        session.execute(
            update(MessageRow).where(MessageRow.id > 1).values(send_at=machine_now() + timedelta(days=300))
        )

    jobs.deliver()

    with run.db.reading() as session:
        assert session.get_one(MessageRow, 1).state == "sending"


def test_a_deliver_job_gives_its_thread_back_and_asks_for_another(
    run: JobRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = opened_and_swept(run)
    before = len(asked(run))
    monkeypatch.setattr(jobs, "BUDGET_SECONDS", -1.0)

    jobs.deliver()

    assert asked(run)[before:] == ["duban.deliver"]
    assert states(run) == {"queued": waiting}


def test_a_worker_that_is_told_to_end_claims_nothing_more(run: JobRuntime) -> None:
    waiting = opened_and_swept(run)
    run.stop()

    jobs.deliver()

    assert states(run) == {"queued": waiting}


def test_a_broker_that_is_away_does_not_break_a_job(run: JobRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_what: object, **_options: object) -> None:
        raise ConnectionError("no Redis")

    monkeypatch.setattr(run._app, "send_task", away)

    assert opened_and_swept(run) > 0


def result(number: int) -> Result:
    return Result(message_id=number, attempt=1, outcome=Outcome.SENT)


def test_results_are_committed_in_groups(world: Any) -> None:
    groups: list[int] = []
    recorder = Recorder(world.db, lambda _session, results: groups.append(len(results)))

    def one(number: int) -> None:
        recorder.reserve()
        recorder.add(result(number)).result(10)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.close()

    assert sum(groups) == 64
    assert max(groups) <= GROUP
    assert len(groups) < 64


def test_no_more_than_a_group_is_ever_uncommitted(world: Any) -> None:
    gate = threading.Event()
    recorder = Recorder(world.db, lambda _session, _results: gate.wait(10))
    futures = []
    for number in range(GROUP):
        recorder.reserve()
        futures.append(recorder.add(result(number)))
    passed = threading.Event()

    def one_more() -> None:
        recorder.reserve()
        passed.set()

    late = threading.Thread(target=one_more)
    late.start()

    assert not passed.wait(0.2), "the seventeenth waits for a commit"
    gate.set()
    assert passed.wait(10)
    for future in futures:
        future.result(10)
    late.join()
    recorder.close()


def test_one_result_that_cannot_be_written_does_not_take_the_others_with_it(world: Any) -> None:
    written: list[int] = []

    def record(_session: Session, results: Sequence[Result]) -> None:
        if any(each.message_id == 3 for each in results):
            raise ValueError("poison")
        written.extend(each.message_id for each in results)

    recorder = Recorder(world.db, record)
    futures = []
    for number in range(6):
        recorder.reserve()
        futures.append(recorder.add(result(number)))
    recorder.close()

    assert sorted(written) == [0, 1, 2, 4, 5]
    assert isinstance(futures[3].exception(5), ValueError)
    assert futures[5].exception(5) is None


def test_a_result_that_met_another_one_is_written_the_second_time(world: Any) -> None:
    tries: list[int] = []

    def record(_session: Session, results: Sequence[Result]) -> None:
        tries.append(len(results))
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception("uq_message_open"))

    recorder = Recorder(world.db, record)
    recorder.reserve()
    future = recorder.add(result(1))

    assert wait_until(future.done, seconds=10)
    assert future.exception() is None


def test_while_sending_is_stopped_a_job_does_not_turn_in_circles(run: JobRuntime) -> None:
    opened_and_swept(run)
    with run.db.writing.begin() as session:
        session.execute(update(OfficeStateRow).values(sending_stopped=True))

    assert not jobs.deliver_batch(run, 16)


def test_results_wait_for_a_database_that_is_away(world: Any) -> None:
    tries: list[int] = []

    def record(_session: Session, results: Sequence[Result]) -> None:
        tries.append(len(results))
        if len(tries) < 3:
            raise OperationalError("INSERT", {}, Exception("the database is locked"))

    recorder = Recorder(world.db, record)
    recorder.reserve()
    future = recorder.add(result(1))

    assert wait_until(future.done, seconds=10)
    assert future.exception() is None
    assert tries == [1, 1, 1]
    recorder.close()


def test_while_all_sending_is_stopped_a_job_ends_at_once(
    run: JobRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_and_swept(run)
    with run.db.writing.begin() as session:
        session.execute(update(OfficeStateRow).values(sending_stopped=True))
    looks: list[int] = []
    batch = jobs.deliver_batch

    def counted(run: Any, limit: int) -> bool:
        looks.append(limit)
        return batch(run, limit)

    monkeypatch.setattr(jobs, "deliver_batch", counted)

    jobs.deliver()

    assert len(looks) == 1
