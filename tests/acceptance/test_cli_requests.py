"""`duban requests`: what people ask of the desk, decided at the shell as there."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_office import SCHEDULES, Terminal, write_office
from sqlalchemy import select

from models.messages import MessageRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.schedules import ScheduleRow
from tasks.duties.extend import ask
from tasks.duties.handover import answer, hand_back, hand_over
from tasks.gatherings.leave import ask_leave
from tasks.live import current
from tasks.open import open_due
from tasks.sweep import sweep
from worker.clock import step

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office
FRIDAY = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)  # 13:00 at the office
MORE = """\
study:
  title: 周五学习
  when: {weekly: 周五, time: "15:00"}
  record: {by: {role: clerk}, within: 1 workday, evidence: {topic: text}}
  who: {roles: [staff]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  remind:
    - {before: start, by: 1 workday, time: "16:00", to: group}
list:
  title: 清单
  when: {weekly: 周五}
  who: {people: [zhao]}
  remind:
    - {before: due, by: 1 workday}
"""


def begin(terminal: Terminal) -> None:
    terminal.stand_at(MONDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        step(session, FRIDAY)
        open_due(session, current(session), now=FRIDAY)
        sweep(session, current(session), now=FRIDAY)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office on a Friday at noon; Zhao owes a list and is expected at the study."""
    office = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + MORE})
    found = Terminal(office, tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def duty(session, schedule: str, part: str = "") -> int:
    query = (
        select(ObligationRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ScheduleRow.key == schedule, ObligationRow.part == part, ObligationRow.state != "withdrawn")
        .where(PartyRow.key == "zhao")
    )
    return int(session.scalars(query).one())


def person(session, key: str) -> PersonRow:
    return session.scalars(select(PersonRow).where(PersonRow.key == key)).one()


def asked(terminal: Terminal, kind: str) -> str:
    """Zhao asks; return the number of the request."""
    with terminal.writing() as session:
        live, zhao = current(session), person(session, "zhao").id
        match kind:
            case "extension":
                due = session.get_one(ObligationRow, duty(session, "list")).due_on
                assert due is not None
                day = due + timedelta(days=3)
                ask(
                    session,
                    live,
                    obligation_id=duty(session, "list"),
                    reason="材料未齐",
                    new_due_on=day,
                    by=zhao,
                    now=FRIDAY,
                )
            case "return":
                hand_back(
                    session, live, obligation_id=duty(session, "list"), reason="不归我管", by=zhao, now=FRIDAY
                )
            case "transfer":
                hand_over(
                    session, live, obligation_id=duty(session, "list"), to=person(session, "he"), reason="分工调整", by=zhao, now=FRIDAY
                )  # fmt: skip
            case _:
                ask_leave(
                    session,
                    live,
                    obligation_id=duty(session, "study", "make_up"),
                    person_id=zhao,
                    reason="看病",
                    now=FRIDAY,
                )
    (found,) = listed(terminal, "requests", "list", "--kind", kind)
    return str(found["number"])


def listed(terminal: Terminal, *words: str) -> Any:
    """What a command prints as JSON."""
    return terminal.json(*words)


def told(terminal: Terminal) -> str:
    """What went to Zhao in answer."""
    with terminal.writing() as session:
        query = select(MessageRow.body).where(
            MessageRow.lane.in_(("answer", "leave")), MessageRow.body.is_not(None)
        )
        return "\n".join(str(each) for each in session.scalars(query))


def test_nothing_waits_at_first(terminal: Terminal) -> None:
    assert terminal.run("requests", "list").stdout == "Nothing is asked for.\n"
    assert listed(terminal, "requests", "list") == []


@pytest.mark.parametrize("kind", ["extension", "leave"])
def test_a_longer_term_and_leave_are_granted_once_and_said_again(terminal: Terminal, kind: str) -> None:
    number = asked(terminal, kind)
    assert number in terminal.run("requests", "list").stdout

    first = listed(terminal, "requests", "grant", number, "--reason", "同意")
    again = listed(terminal, "requests", "grant", number)
    other = terminal.refused("requests", "refuse", number, "--reason", "不行")

    assert (first["state"], first["words"], first["before"]) == ("granted", "同意", False)
    assert again == {**first, "before": True}
    assert other == [f"{number} was granted before; nothing was changed"]
    assert listed(terminal, "requests", "list") == []
    if kind == "extension":
        with terminal.writing() as session:
            assert session.get_one(ObligationRow, duty(session, "list")).due_on == date.fromisoformat(
                first["until"]
            )


@pytest.mark.parametrize("kind", ["extension", "leave", "return", "transfer"])
def test_a_refusal_needs_a_reason_and_is_told(terminal: Terminal, kind: str) -> None:
    number = asked(terminal, kind)

    assert terminal.run("requests", "refuse", number).exit_code == 2
    assert terminal.refused("requests", "refuse", number, "--reason", " ")
    done = terminal.run("requests", "refuse", number, "--reason", "人手不够")
    again = terminal.run("requests", "refuse", number, "--reason", "人手不够")

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Refused: ")
    assert again.stdout == f"{number} was refused before; nothing was changed.\n"
    assert "人手不够" in told(terminal)


def test_what_is_handed_back_goes_to_somebody_or_is_waived(terminal: Terminal) -> None:
    number = asked(terminal, "return")

    for words in ([], ["--to", "he", "--waive"]):
        assert terminal.refused("requests", "grant", number, *words) == [
            "it is handed back: say who is to do it, or that it is waived; one of the two"
        ]
    assert "neither a person" in terminal.refused("requests", "grant", number, "--to", "nobody")[0]
    done = terminal.run("requests", "grant", number, "--to", "he")

    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        assert session.scalars(
            select(PartyRow.key).join(ObligationRow, ObligationRow.party_id == PartyRow.id)
            .join(OccurrenceRow).join(ScheduleRow).where(ScheduleRow.key == "list", ObligationRow.state == "open")
        ).one() == "he"  # fmt: skip
    assert terminal.run("requests", "grant", number, "--to", "he").stdout.endswith("nothing was changed.\n")


def test_what_is_handed_back_may_be_waived(terminal: Terminal) -> None:
    number = asked(terminal, "return")

    assert (
        listed(terminal, "requests", "grant", number, "--waive", "--reason", "本次不涉及")["state"]
        == "accepted"
    )

    with terminal.writing() as session:
        assert session.get_one(ObligationRow, duty(session, "list")).state == "waived"


def test_a_transfer_waits_for_the_colleague_and_then_goes(terminal: Terminal) -> None:
    number = asked(terminal, "transfer")
    (shown,) = listed(terminal, "requests", "list")
    assert "yes" in shown["waits"]
    assert terminal.refused("requests", "grant", number) == ["the colleague has not agreed yet"]
    assert "handed back" in terminal.refused("requests", "grant", number, "--waive")[0]
    with terminal.writing() as session:
        he = person(session, "he").id
        answer(session, current(session), handover_id=int(number[1:]), yes=True, by=he, now=FRIDAY)

    assert listed(terminal, "requests", "grant", number)["state"] == "accepted"


@pytest.mark.parametrize("number", ["x9", "h0", "l1", "l9-9", "9", "x1-2", "h" + "9" * 30])
def test_a_number_of_none_is_said(terminal: Terminal, number: str) -> None:
    assert terminal.refused("requests", "grant", number) == [f"there is no request {number}"]


def test_only_whoever_may_decides(terminal: Terminal) -> None:
    number = asked(terminal, "return")

    assert (
        "only the clerk" in terminal.refused("requests", "refuse", number, "--reason", "x", "--by", "zhao")[0]
    )
