"""`duban channels`: how each channel stands, and a real message to try one. Whom no channel reaches is named before it matters."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sink import Sink, running_sink
from small_office import OFFICE, PEOPLE, Terminal, write_office
from sqlalchemy import select, update

from models.messages import MessageRow
from models.obligations import AuditRow
from models.people import ChannelRow, PersonRow, RecipientRow

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WITHOUT_MOBILE = PEOPLE.replace("13800000004,zhao", ",zhao")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as found:
        yield found


@pytest.fixture
def terminal(tmp_path: Path, sink: Sink) -> Terminal:
    """An office that reaches people by a gateway first, and a group by another."""
    url = f"json://127.0.0.1:{sink.port}"
    office = OFFICE.replace(
        "channels:\n",
        f'channels:\n  sms: {{url: "{url}/sms?:mobile={{mobile}}", limits: [50/day]}}\n'
        f'  bot: {{url: "{url}/bot", group: true}}\n',
    ).replace("people: outbox", "people: [sms, outbox]")
    folder = write_office(tmp_path / "office", {"office.yaml": office, "people.csv": WITHOUT_MOBILE})
    found = Terminal(folder, tmp_path / "data")
    found.stand_at(NOW)
    done = found.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    return found


def stop(terminal: Terminal, channel: str) -> None:
    with terminal.writing() as session:
        session.execute(
            update(ChannelRow)
            .where(ChannelRow.key == channel)
            .values(broken_at=NOW, broken_words="errcode 93000 invalid webhook url")
        )


def is_stopped(terminal: Terminal, channel: str) -> bool:
    with terminal.writing() as session:
        row = session.scalars(select(ChannelRow).where(ChannelRow.key == channel)).one()
        return row.broken_at is not None


def test_the_list_says_how_each_channel_stands_and_who_is_told_there(terminal: Terminal) -> None:
    stop(terminal, "bot")

    lines = [line.split("\t") for line in terminal.run("channels", "list").stdout.splitlines()]

    assert lines[1] == ["sms", "gateway", "works", "50/day", "3 people"]
    assert lines[2] == [
        "bot", "gateway", "stopped since 2026-11-23 09:00: errcode 93000 invalid webhook url", "—", "the group",
    ]  # fmt: skip
    assert lines[3] == ["outbox", "local outbox", "works", "—", "1 person; 3 more if another fails"]


def test_one_person_is_counted_in_chinese_too(terminal: Terminal) -> None:
    lines = terminal.run("--lang", "zh", "channels", "list").stdout.splitlines()

    assert "1人；别的渠道不通时另有3人" in lines[3]


def test_doctor_names_a_channel_that_its_provider_refused(terminal: Terminal) -> None:
    stop(terminal, "bot")

    found = json.loads(terminal.run("doctor", "--json").stdout)

    said = [each for each in found if each["level"] == "wrong" and "'bot'" in each["what"]]
    assert len(said) == 1
    assert "93000" in said[0]["what"]
    assert "duban channels test bot" in said[0]["advice"]


def test_doctor_names_who_got_no_message(terminal: Terminal) -> None:
    with terminal.writing() as session:
        recipient = session.scalars(
            select(RecipientRow.id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .where(PersonRow.key == "he")
        ).one()
        channel = session.scalars(select(ChannelRow.id).where(ChannelRow.key == "sms")).one()
        session.add(
            MessageRow(
                recipient_id=recipient,
                channel_id=channel,
                lane="normal",
                state="failed",
                send_at=NOW,
                merged_at=NOW,
            )
        )

    found = json.loads(terminal.run("doctor", "--json").stdout)

    assert ["何建国" in each["what"] for each in found if each["what"].startswith("Got no message")] == [True]


def test_a_test_to_a_person_needs_no_question_and_shows_the_answer(terminal: Terminal, sink: Sink) -> None:
    sink.says(200, {"errcode": 0, "errmsg": "ok"})

    done = terminal.run("channels", "test", "sms", "--to", "he")

    assert done.exit_code == 0, done.output
    assert "何建国 (he)" in done.stdout
    assert "accepted by the provider" in done.stdout
    assert "13800000003" in json.dumps(sink.requests[0].json)
    assert "13800000003" not in done.output


def test_a_refused_test_ends_with_the_providers_words(terminal: Terminal, sink: Sink) -> None:
    sink.says(401, b"the key 13800000003 is unknown")

    done = terminal.run("channels", "test", "sms", "--to", "he", "--json")

    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["outcome"], found["accepted"], found["works_again"]) == ("channel", False, False)
    assert "the key *** is unknown" in found["words"]


def test_a_stopped_channel_works_again_after_a_test_that_was_accepted(terminal: Terminal, sink: Sink) -> None:
    stop(terminal, "bot")
    sink.says(500, b"")
    assert terminal.run("channels", "test", "bot", "--yes").exit_code == 1
    assert is_stopped(terminal, "bot")

    sink.says(200, {"errcode": 0})
    done = terminal.run("channels", "test", "bot", "--yes")

    assert done.exit_code == 0, done.output
    assert "it works again" in done.stdout
    assert not is_stopped(terminal, "bot")
    with terminal.writing() as session:
        noted = session.scalars(
            select(AuditRow).where(AuditRow.act == "test-channel").order_by(AuditRow.id)
        ).all()
        assert [each.detail["enabled"] for each in noted] == [False, True]
        assert all(each.actor.startswith("cli:") for each in noted)


def test_a_whole_group_is_not_written_to_without_a_yes(terminal: Terminal, sink: Sink) -> None:
    assert "Everybody in the group" in terminal.not_asked("channels", "test", "bot")
    assert sink.requests == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "there is no channel 'nothing'; allowed: sms, bot, outbox, team"),
        (("sms",), "the channel 'sms' is for people; say to whom: --to PERSON"),
        (("sms", "--to", "nobody"), "there is no person 'nobody'"),
        (("sms", "--to", "zhao"), "赵刚 cannot be reached on 'sms': the roster has no mobile number"),
        (("bot", "--to", "he"), "the channel 'bot' is for groups"),
    ],
)
def test_what_cannot_be_tried_is_refused_before_anything_is_sent(
    terminal: Terminal, sink: Sink, words: tuple[str, ...], said: str
) -> None:
    (line,) = terminal.refused("channels", "test", *words)

    assert said in line
    assert sink.requests == []


def test_check_warns_of_whom_no_channel_reaches(tmp_path: Path) -> None:
    office = OFFICE.replace("outbox://{id}", "json://127.0.0.1:9/?:mobile={mobile}")
    folder = write_office(tmp_path / "office", {"office.yaml": office, "people.csv": WITHOUT_MOBILE})

    done = Terminal(folder, tmp_path / "data").run("check")

    assert done.exit_code == 0, done.output
    (warning,) = [line for line in done.stdout.splitlines() if "no channel reaches" in line]
    assert warning.startswith(
        f"{folder}/people.csv:5:1: zhao: no channel reaches 赵刚 (zhao): they count as unreachable, "
    )
    assert warning.endswith("never as reminded; allowed: fill in the mobile number")
    assert "何建国" not in warning


@pytest.mark.parametrize(
    ("url", "schemes", "level", "said"),
    [
        (
            "alisms://id:key@/{mobile}?sign=民主街道&template=SMS_1&:who=name",
            "[]",
            "fine",
            "All can be addressed",
        ),
        ("gateways://host.example.cn/?:to={mobile}&ok=code", "[]", "wrong", "(Gateway: code makes no sense)"),
        ("mqtt://127.0.0.1/duban/{id}", "[mqtt]", "note", "accepted, unverified"),
        ("mqtt://127.0.0.1/duban/{id}", "[]", "wrong", "mqtt:// is not enabled"),
        ("jsons://host.example.cn/?:key={secret.NOT_SET}", "[]", "wrong", "NOT_SET"),
    ],
)
def test_doctor_says_what_is_wrong_with_a_channel(
    tmp_path: Path, url: str, schemes: str, level: str, said: str
) -> None:
    office = OFFICE.replace("outbox://{id}", url).replace("reach:", f"schemes: {schemes}\nreach:")
    folder = write_office(tmp_path / "office", {"office.yaml": office})

    done = Terminal(folder, tmp_path / "data").run("doctor", "--json")

    found = [each for each in json.loads(done.stdout) if each["subject"] == "channels"]
    assert any(each["level"] == level and said in each["what"] for each in found), found
