"""The embedded Redis is a real one, on a private socket, and ends with its `with`."""

from pathlib import Path

import pytest

from worker import embedded
from worker.errors import NotConfigured
from worker.readiness import answers, redis_answers, wait_until


def test_it_answers_while_it_runs_and_not_after(tmp_path: Path) -> None:
    at = tmp_path / "run" / "redis.sock"

    with embedded.running(at) as url:
        assert url == f"redis+socket://{at}"
        assert answers(url)

    assert not answers(url)


def test_its_folder_is_private(tmp_path: Path) -> None:
    at = tmp_path / "run" / "redis.sock"

    with embedded.running(at):
        assert at.parent.stat().st_mode & 0o777 == 0o700


def test_a_server_that_does_not_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_server", lambda: Path("/bin/false"))

    with (
        pytest.raises(NotConfigured, match=r"/bin/false does not start"),
        embedded.running(tmp_path / "r" / "s"),
    ):
        pytest.fail("it runs")


def test_without_any_server_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.embedded.shutil.which", lambda _: None)
    monkeypatch.setattr("worker.embedded.importlib.util.find_spec", lambda _: None)

    with pytest.raises(NotConfigured, match="install redis-server, or name one in DUBAN_REDIS_URL"):
        embedded.find_server()


def test_the_wheel_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.embedded.shutil.which", lambda _: None)

    assert embedded.find_server().name in ("valkey-server", "redis-server")


def test_one_on_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert embedded.find_server() == program


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    assert not redis_answers(tmp_path / "none")
    assert not answers("http://127.0.0.1:1/")
    with pytest.raises(ValueError, match="cannot ask amqp"):
        answers("amqp://host")


def test_waiting_ends_when_the_time_is_up() -> None:
    assert not wait_until(lambda: False, seconds=0.0)
    assert wait_until(lambda: True, seconds=0.0)
