"""`duban demo`: the real beat, workers and Redis play a month; Ctrl-C ends it and leaves no process."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.gateway import Gateway
from sqlalchemy import func, select

from models.engine import connect
from models.messages import MessageRow
from worker.cli.demo import MONTH_SECONDS
from worker.clock import monotonic
from worker.first_office import write_first_office
from worker.processes import health_url
from worker.readiness import answers, wait_until
from worker.settings import Settings

DUBAN = Path(sys.executable).parent / "duban"
TESTS = Path(__file__).parents[1]
SECONDS = 60.0
MONTH = re.compile(r"(\d{4}-\d{2})：发出消息(\d+)条，登记(\d+)项；在办\d+项，其中逾期\d+项")


@pytest.fixture
def of_the_play(environ: dict[str, str], free_port: int) -> dict[str, str]:
    return {**environ, "DUBAN_LISTEN": f"127.0.0.1:{free_port}", "PYTHONUNBUFFERED": "1"}


@contextmanager
def demo(environ: dict[str, str], *words: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [DUBAN, "demo", *words], env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def alive(data: Path) -> list[str]:
    """Processes that name the folder of the play in their command line."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # ended meanwhile
            continue
        if str(data / "demo") in words:
            found.append(words)
    return found


@pytest.mark.slow
def test_the_play_of_an_office_with_real_channels_sends_nothing_and_no_monitor_hears_of_it(
    of_the_play: dict[str, str], tmp_path: Path
) -> None:
    office = tmp_path / "office"
    office.mkdir()
    write_first_office(office)
    with Gateway() as gateway:
        for file, was, now in (
            ("office.yaml", '"outbox://{id}"', f'"json://127.0.0.1:{gateway.port}/sms?:mobile={{mobile}}&ok=code:0"'),
            ("office.yaml", '"outbox://group"', f'"json://127.0.0.1:{gateway.port}/group?ok=code:0"'),
        ):  # fmt: skip
            text = (office / file).read_text(encoding="utf-8")
            assert was in text
            (office / file).write_text(text.replace(was, now), encoding="utf-8")
        environ = of_the_play | {"DUBAN_OFFICE": str(office), "DUBAN_HEARTBEAT_URL": f"{gateway.base}/ping"}
        with demo(environ, "--months", "1", "--fast") as process:
            out, err = process.communicate(timeout=SECONDS)

    assert (process.returncode, err) == (0, ""), out
    assert gateway.requests == []
    assert (tmp_path / "data" / "demo" / "outbox.jsonl").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_month_is_played_told_in_chinese_and_kept(of_the_play: dict[str, str], tmp_path: Path) -> None:
    with demo(of_the_play, "--months", "1", "--fast") as process:
        out, err = process.communicate(timeout=SECONDS)

    assert (process.returncode, err) == (0, ""), out
    (month,) = MONTH.findall(out)
    assert month[0] == "2026-01"
    assert int(month[1]) > 20
    assert int(month[2]) > 5
    played = tmp_path / "data" / "demo"
    database = connect(f"sqlite:///{played / 'duban.sqlite3'}")
    with database.reading() as session:
        counted = session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state)).all()
        states = dict(counted)
    database.dispose()
    assert states["sent"] == int(month[1])
    assert not {"failed", "unknown", "sending"} & set(states)
    sent = [json.loads(line) for line in (played / "outbox.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(sent) == states["sent"]
    assert alive(tmp_path / "data") == []


@pytest.mark.slow
def test_make_demo_lets_a_provider_on_this_machine_answer(of_the_play: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fakes.demo", "--months", "1", "--fast"], env=of_the_play | {"PYTHONPATH": str(TESTS)},
        text=True, capture_output=True, check=False, timeout=SECONDS,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    personal, group = re.findall(r"(\d+) personal messages and (\d+) group posts accepted", done.stdout)[0]
    assert int(personal) > 20
    assert int(group) > 0


@pytest.mark.slow
def test_ctrl_c_ends_it_and_every_process(of_the_play: dict[str, str], tmp_path: Path) -> None:
    url = health_url(Settings.load(of_the_play))
    with demo(of_the_play, "--months", "12") as process:
        assert wait_until(lambda: answers(url) or process.poll() is not None, seconds=SECONDS)
        second = subprocess.run(
            [DUBAN, "demo"], env=of_the_play, text=True, capture_output=True, check=False, timeout=SECONDS
        )
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)

    assert second.returncode == 1, "a second play would take the folder away from the first"
    assert second.stdout == ""
    assert (process.returncode, err) == (0, ""), out
    assert "Traceback" not in out
    assert out.splitlines()[-1].startswith("已停止。")
    assert alive(tmp_path / "data") == []


@pytest.mark.slow
def test_it_takes_its_time_to_be_watched_and_the_pages_stay_when_asked(of_the_play: dict[str, str]) -> None:
    url = health_url(Settings.load(of_the_play))
    begun = monotonic()
    with demo(of_the_play, "--months", "1", "--stay") as process:
        assert process.stdout is not None
        told = next(line for line in process.stdout if MONTH.search(line))
        took = monotonic() - begun
        assert answers(url)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)

    assert told
    assert took >= MONTH_SECONDS


def test_a_taken_port_is_said_at_once(of_the_play: dict[str, str]) -> None:
    port = int(of_the_play["DUBAN_LISTEN"].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)), demo(of_the_play, "--fast") as process:
        out, err = process.communicate(timeout=SECONDS)

    assert (process.returncode, out) == (1, "")
    assert str(port) in err
    assert "DUBAN_LISTEN" in err
