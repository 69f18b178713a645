"""`duban explain` on a running office: what is printed, in both languages and as JSON, and how wrong questions are answered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from small_office import OFFICE, PEOPLE, Terminal, write_office

from models.schedules import OfficeStateRow
from tasks.delivery.deliver import claim, record
from tasks.delivery.outcomes import Outcome, Result
from tasks.live import current
from tasks.open import open_due
from tasks.sweep import sweep
from tasks.wording.texts import standard
from worker.cipher import Cipher
from worker.cli.cells import cells
from worker.settings import Secret

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)  # 08:40 in China: one working day before Friday


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    folder = write_office(tmp_path / "office", {"office.yaml": OFFICE.replace("mode: trial", "mode: live")})
    found = Terminal(folder, tmp_path / "data")
    found.stand_at(MONDAY)
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    send(found)
    return found


def send(terminal: Terminal, at: datetime = THURSDAY) -> None:
    """Let pass what happens at an instant, such as on Thursday morning."""
    with terminal.writing() as session:
        session.merge(OfficeStateRow(id=1, stepped_at=at))
    with terminal.writing() as session:
        open_due(session, current(session), now=at)
        sweep(session, current(session), now=at)
    cipher = Cipher(Secret("k" * 40))
    with terminal.writing() as session:
        batch = claim(session, current(session), standard(), cipher, now=at, machine_now=at, owner="test")
    with terminal.writing() as session:
        record(
            session,
            [
                Result(
                    message_id=each.message_id,
                    attempt=each.attempt,
                    outcome=Outcome.SENT,
                    code="0",
                    words="ok",
                )
                for message in batch
                for each in message.members
            ],
            now=at,
            machine_now=at,
        )


def test_a_person_by_name_is_answered_in_sentences(terminal: Terminal) -> None:
    done = terminal.run("explain", "--person", "赵刚", lang="zh_CN")

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "赵刚（zhao，执法大队），11月26日（周四）"
    assert "共1件事：已告知1件，将告知0件，没有告知0件。" in lines
    assert "1. 【已告知】周报" in lines
    assert "从期限11月27日（周五）往前数1个工作日（当天不算），是11月26日" in done.stdout.replace(
        "\n", ""
    ).replace("   ", "")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ["--person", "zhao"],
        ["--person", "lin", "--on", "2026-11-30"],
        ["--schedule", "周报"],
        ["--message", "1"],
    ],
)
def test_every_answer_fits_a_terminal_of_80_columns(terminal: Terminal, words: list[str], lang: str) -> None:
    done = terminal.run("explain", *words, lang=lang)

    assert done.exit_code == 0, done.output
    assert max(cells(line) for line in done.stdout.splitlines()) <= 80


def test_the_json_of_each_question_keeps_its_shape(terminal: Terminal) -> None:
    person = terminal.json("explain", "--person", "zhao")
    schedule = terminal.json("explain", "--schedule", "weekly-report", "--key", "2026-11-27")
    assert isinstance(person, dict)
    assert isinstance(schedule, dict)
    (item,) = person["items"]
    message = terminal.json("explain", "--message", str(item["message"]))
    assert isinstance(message, dict)

    assert (item["verdict"], item["reason"], item["schedule"], item["key"]) == (
        "told",
        "sent",
        "weekly-report",
        "2026-11-27",
    )
    assert {
        "person",
        "on",
        "as_of",
        "notes",
        "told",
        "will_be_told",
        "not_told",
        "left_off",
        "messages",
        "items",
        "openings",
        "next",
    } == set(person)
    (occurrence,) = schedule["schedules"][0]["occurrences"]
    assert occurrence["rungs"][0]["outcomes"][0]["who"] == ["林海", "秦岚", "何建国", "赵刚"]
    assert [each["code"] for each in message["events"]] == ["written", "attempt:sent"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--person, --schedule or --message"),
        (["--message", "1", "--person", "zhao"], "--message stands alone"),
        (["--person", "zhao", "--key", "2026-11-27"], "--key names an occurrence"),
        (["--person", "zhao", "--on", "26.11."], "not a date"),
    ],
)
def test_a_question_that_cannot_be_asked_is_used_wrongly(
    terminal: Terminal, words: list[str], told: str
) -> None:
    done = terminal.run("explain", *words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["--person", "zaho"], "zhao"),
        (["--person", "赵钢"], "赵刚"),
        (["--schedule", "weekly-reprot"], "weekly-report"),
        (["--schedule", "weekly-report", "--key", "2026-11-28"], "2026-11-27"),
        (["--message", "999"], "duban messages list"),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_what_is_near(
    terminal: Terminal, words: list[str], near: str
) -> None:
    (line,) = terminal.refused("explain", *words)

    assert near in line


def test_somebody_with_more_than_eighty_duties_is_told_how_to_see_the_rest(tmp_path: Path) -> None:
    many = "".join(
        f"r{n}: {{title: 报表{n}, when: {{monthly: 30, opens: 20 days before}}, who: {{people: [zhao]}}, remind: [{{on: due}}]}}\n"
        for n in range(85)
    )
    folder = write_office(tmp_path / "office", {"many.yaml": many})
    found = Terminal(folder, tmp_path / "data")
    found.stand_at(MONDAY)
    assert found.run("apply", "--yes").exit_code == 0
    with found.writing() as session:
        open_due(session, current(session), now=MONDAY)

    cut, whole = (
        cast("dict[str, Any]", found.json("explain", "--person", "zhao", *more)) for more in ((), ("--all",))
    )
    assert len(cut["items"]) == 80
    assert len(whole["items"]) == 80 + cut["left_off"] >= 85
    assert whole["left_off"] == 0
    shown = found.run("explain", "--person", "zhao").stdout
    assert f"{cut['left_off']} more duties are not shown; --all shows them, --schedule one schedule." in shown
    assert "are not shown" not in found.run("explain", "--person", "zhao", "--all").stdout
    assert found.run("explain", "--schedule", "r1", "--all").exit_code == 2


def test_a_list_for_the_head_of_a_unit_is_one_title_with_how_many_owe_it(tmp_path: Path) -> None:
    more = PEOPLE + "sun,孙涛,执法大队,科员,工作人员,执法人员,13800000005,sun,,\n"
    files = {"office.yaml": OFFICE.replace("mode: trial", "mode: live"), "people.csv": more}
    found = Terminal(write_office(tmp_path / "office", files), tmp_path / "data")
    found.stand_at(MONDAY)
    assert found.run("apply", "--yes").exit_code == 0
    send(found)
    send(found, datetime(2026, 11, 30, 0, 40, tzinfo=UTC))

    shown = found.run("explain", "--person", "he", "--on", "2026-11-30", lang="zh_CN").stdout
    assert "内容：周报（2件）。" in shown
