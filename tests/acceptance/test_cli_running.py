"""Commands on a running office: plan, apply, people, credentials, messages, overdue, doctor, go-live."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bad_terms import BAD_TERMS
from small_office import CREDENTIALS, OFFICE, PEOPLE, SCHEDULES, Terminal, write_office
from sqlalchemy import select
from workbooks import rows_of

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, RecipientRow
from models.schedules import HeartbeatRow, LeaseRow, OfficeVersionRow
from worker.clock import machine_now
from worker.lease import LASTS

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NEWCOMER = PEOPLE + "li,李四,执法大队,科员,工作人员,,13800000005,li,,\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(write_office(tmp_path / "office"), tmp_path / "data")


def begin(terminal: Terminal) -> None:
    terminal.stand_at(NOW)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output


@pytest.fixture
def applied(terminal: Terminal, kept_folders: Path) -> Terminal:
    terminal.begin(kept_folders, begin)
    return terminal


def versions(terminal: Terminal) -> int:
    with terminal.writing() as session:
        return len(session.scalars(select(OfficeVersionRow.id)).all())


def add_message(terminal: Terminal, *, state: str, recipient: str = "zhao") -> int:
    """A message of the ledger as it stands after something happened to it."""
    with terminal.writing() as session:
        to = session.scalars(select(RecipientRow.id).where(RecipientRow.key == recipient)).one()
        channel = session.scalars(select(ChannelRow.id).where(ChannelRow.key == "outbox")).one()
        row = MessageRow(
            recipient_id=to,
            channel_id=channel,
            state=state,
            send_at=NOW,
            merged_at=NOW,
            title="【督办】周报",
            body="办理：\ufdd0link\ufdd1",
            reason="no answer",
        )
        session.add(row)
        session.flush()
        number = row.id
        session.add(NoticeRow(kind="test", key=str(number), recipient_id=to, message_id=number))
    return number


def test_plan_before_the_first_apply_shows_everything_and_leaves_no_database(terminal: Terminal) -> None:
    found: Any = terminal.json("plan")

    assert found["first"] is True
    assert found["schedules"]["added"] == ["weekly-report"]
    assert found["people"]["joined"] == ["lin", "qin", "he", "zhao"]
    assert found["credentials"] == 2
    assert not (terminal.data / "duban.sqlite3").exists()


def test_apply_puts_into_force_and_again_changes_nothing(applied: Terminal) -> None:
    again = applied.run("apply", "--yes")

    assert again.exit_code == 0
    assert again.stdout == "No change: this is what is in force.\n"
    assert versions(applied) == 1


def test_apply_refuses_mistakes_and_the_last_good_version_stays(applied: Terminal) -> None:
    (applied.office / "schedules.yaml").write_text(SCHEDULES.replace("[staff]", "[staf]"), encoding="utf-8")
    (applied.office / "people.csv").write_bytes(NEWCOMER.encode("gbk"))

    lines = applied.refused("apply", "--yes")

    assert [line.split(": ")[0].rpartition("/")[2] for line in lines[:-1]] == [
        "people.csv:1:1",
        "schedules.yaml:4:17",
    ]
    assert versions(applied) == 1
    people: Any = applied.json("people", "list")
    assert [person["id"] for person in people] == ["lin", "qin", "he", "zhao"]


def test_apply_refuses_every_bad_term_in_one_go_and_nothing_of_the_rest(applied: Terminal) -> None:
    head, _, rung = SCHEDULES.partition("before: due, by: 1 workday")
    entries = [
        f"{head}before: due, by: '{term}'{rung}".replace("weekly-report", f"bad-{n}")
        for n, term in enumerate(BAD_TERMS)
    ]
    text = SCHEDULES.replace("周报", "每周报告") + "".join(entries)
    (applied.office / "schedules.yaml").write_text(text, encoding="utf-8")

    lines = applied.refused("apply", "--yes")

    places = [
        f"{applied.office}/schedules.yaml:{number}:{line.index('by: ') + 5}"
        for number, line in enumerate(text.splitlines(), start=1)
        if "before: due, by: '" in line
    ]
    told = [
        f"{place}: bad-{n}: {what}"
        for n, (place, what) in enumerate(zip(places, BAD_TERMS.values(), strict=True))
    ]
    assert len(lines) == len(told) + 1
    assert all(line.startswith(sentence) for line, sentence in zip(lines, told, strict=False))
    assert lines[-1] == f"{len(told)} problems; nothing was changed."
    assert versions(applied) == 1


def test_plan_names_what_is_added_changed_and_removed(applied: Terminal) -> None:
    changed = SCHEDULES.replace("周报", "每周报告") + SCHEDULES.replace("weekly-report", "second")
    (applied.office / "schedules.yaml").write_text(changed, encoding="utf-8")
    (applied.office / "people.csv").write_text(
        NEWCOMER.replace("zhao,赵刚,执法大队", "zhao,赵刚,党政办"), encoding="utf-8"
    )

    found: Any = applied.json("plan")

    assert found["schedules"] == {"added": ["second"], "changed": ["weekly-report"], "removed": []}
    assert (found["people"]["joined"], found["people"]["moved"]) == (["li"], ["zhao"])


def test_what_takes_away_is_not_done_without_yes(applied: Terminal) -> None:
    other = SCHEDULES.replace("weekly-report", "second")
    (applied.office / "schedules.yaml").write_text(other, encoding="utf-8")

    refused = applied.run("apply", "--removed", "cancel")
    done = applied.run("apply", "--removed", "cancel", "--yes")

    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert "  - 周报 (weekly-report)" in refused.stdout
    assert done.exit_code == 0, done.output
    assert versions(applied) == 2


def test_more_than_three_messages_a_day_to_one_person_is_a_warning(terminal: Terminal) -> None:
    rungs = "".join(
        f'    - {{before: due, by: 1 workday, time: "{at}", to: assignee}}\n'
        for at in ("09:00", "09:30", "10:00", "10:30")
    )
    weekly = SCHEDULES.partition("    - {before")[0] + rungs
    (terminal.office / "schedules.yaml").write_text(weekly, encoding="utf-8")

    done = terminal.run("plan")

    assert done.exit_code == 0, done.output
    warnings = [line for line in done.stderr.splitlines() if "would get 4 messages" in line]
    assert len(warnings) == 4, "one for each person, for every week of the 30 days"
    assert all("more days." in line for line in warnings)


def test_people_import_is_a_dry_run_until_yes(applied: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text(NEWCOMER, encoding="utf-8")
    before = (applied.office / "people.csv").read_bytes()

    tried = applied.run("people", "import", str(table))
    unchanged = (applied.office / "people.csv").read_bytes() == before
    done = applied.run("people", "import", str(table), "--yes")

    assert (tried.exit_code, unchanged) == (0, True)
    assert "李四" in tried.stdout
    assert done.exit_code == 0, done.output
    people: Any = applied.json("people", "list")
    assert [person["id"] for person in people][-1] == "li"
    assert people[-1]["mobile"] == "138****0005"


def test_a_refused_row_without_a_number_goes_to_the_file_too(applied: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    table.write_text(NEWCOMER.replace("\nli,", "\n,").replace("13800000005", ""), encoding="utf-8")

    lines = applied.refused("people", "import", str(table))

    assert "1 row is refused" in lines[-1]
    assert [row[1] for row in rows_of(tmp_path / "new.refused.xlsx")] == ["姓名", "李四"]


def test_refused_rows_go_to_a_file_with_the_reason_last_and_nothing_is_imported(
    applied: Terminal, tmp_path: Path
) -> None:
    table = tmp_path / "new.csv"
    table.write_text(
        "××街道花名册,,,,\n" + NEWCOMER.replace("13800000005", "1.38E+10").replace("李四", "=1+1"),
        encoding="utf-8",
    )
    before = (applied.office / "people.csv").read_bytes()

    lines = applied.refused("people", "import", str(table), "--yes")

    assert lines[0].startswith(f"{table}:7:7: li: ")
    heading, row = rows_of(tmp_path / "new.refused.xlsx")
    assert (heading[0], heading[-1]) == ("工号", "why it was refused")
    assert (row[0], row[1]) == ("li", "=1+1")
    assert "1.38E+10" in row[-1]
    assert "possible: 13800000101" in row[-1]
    assert (applied.office / "people.csv").read_bytes() == before


def test_credentials_import_records_a_later_expiry(applied: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "new.csv"
    later = CREDENTIALS.splitlines()[0] + "\nT-3,enforcement,he,2027-01-11,2032-01-10,市司法局,有效\n"
    table.write_text(later, encoding="utf-8")

    tried = applied.run("credentials", "import", str(table))
    before: Any = applied.json("credentials", "list")
    done = applied.run("credentials", "import", str(table), "--apply")
    after: Any = applied.json("credentials", "list")

    assert (tried.exit_code, done.exit_code) == (0, 0)
    assert [each["number"] for each in before] == ["T-1", "T-2"]
    assert [each["number"] for each in after] == ["T-2", "T-3"]


def test_a_failed_message_is_listed_shown_without_its_link_and_sent_again(applied: Terminal) -> None:
    number = add_message(applied, state="failed")

    listed: Any = applied.json("messages", "list", "--state", "failed")
    shown: Any = applied.json("messages", "show", str(number))
    done = applied.run("messages", "retry", str(number), "--yes")
    again = applied.run("messages", "retry", str(number), "--yes")

    assert [(each["id"], each["name"], each["reason"]) for each in listed] == [(number, "赵刚", "no answer")]
    assert shown["body"] == "办理：[personal link]"
    assert done.exit_code == 0, done.output
    assert (again.exit_code, again.stdout) == (1, "")
    assert "queued" in again.stderr


def test_a_waiting_message_is_held_and_a_second_one_joins_it(applied: Terminal) -> None:
    first = add_message(applied, state="queued")
    assert applied.run("messages", "hold", str(first), "--yes").exit_code == 0
    second = add_message(applied, state="queued")

    assert applied.run("messages", "hold", str(second), "--yes").exit_code == 0

    states: Any = {each["id"]: each["state"] for each in applied.json("messages", "list")}  # type: ignore[attr-defined]
    assert states == {first: "held", second: "withdrawn"}


def test_a_retried_message_joins_the_one_that_waits(applied: Terminal) -> None:
    failed = add_message(applied, state="failed")
    waiting = add_message(applied, state="queued")

    done = applied.run("messages", "retry", str(failed), "--yes")

    assert done.exit_code == 0, done.output
    states: Any = {each["id"]: each["state"] for each in applied.json("messages", "list")}  # type: ignore[attr-defined]
    assert states == {failed: "withdrawn", waiting: "queued"}


def test_overdue_of_an_office_without_duties(applied: Terminal) -> None:
    found: Any = applied.json("overdue", "--unit", "执法大队")

    assert (found["due"], found["overdue"], found["items"]) == (0, 0, [])
    assert found["on_time_rate"] is None
    assert [unit["key"] for unit in found["units"]] == ["team"]


def test_an_unknown_unit_is_answered_with_those_there_are(applied: Terminal) -> None:
    (line,) = applied.refused("overdue", "--unit", "没有")

    assert line.endswith("allowed: 党政办, 执法大队")


@pytest.mark.parametrize(
    "words", [["overdue"], ["messages", "list"], ["people", "list"], ["go-live", "--yes"]]
)
def test_before_the_first_apply_they_say_what_to_do(terminal: Terminal, words: list[str]) -> None:
    assert terminal.refused(*words) == ["no office is in force here yet; run `duban apply` or `duban up`"]


def test_go_live_asks_then_ends_the_trial_once(applied: Terminal) -> None:
    asked = applied.run("go-live")
    done = applied.run("go-live", "--yes")
    again = applied.run("go-live", "--yes")

    assert (asked.exit_code, done.exit_code, again.exit_code) == (2, 0, 0)
    assert again.stdout.startswith("Already live")


def test_doctor_names_what_is_wrong_and_what_to_do(applied: Terminal) -> None:
    add_message(applied, state="failed")
    wecom = OFFICE.replace('"outbox://{id}"', '"wechat://{secret.corp}/x"').replace(
        "  clerk:", "  idle: {title: 空缺}\n  clerk:"
    )
    (applied.office / "office.yaml").write_text(wecom, encoding="utf-8")

    done = applied.run("doctor", "--json")

    assert (done.exit_code, done.stderr) == (1, "")
    found = {item["subject"]: item for item in json.loads(done.stdout) if item["level"] == "wrong"}
    assert set(found) == {"beat", "Redis", "messages", "channels", "roster"}
    assert "corp" in found["channels"]["what"]
    assert "空缺" in found["roster"]["what"]
    assert all(item["advice"] for item in found.values())


def test_doctor_says_that_a_beat_that_gave_its_lease_back_is_stopped(applied: Terminal) -> None:
    def beat() -> dict[str, str]:
        found = json.loads(applied.run("doctor", "--json").stdout)
        return next(item for item in found if item["subject"] == "beat")

    now = machine_now()
    with applied.writing() as session:
        session.add(HeartbeatRow(name="beat", at=now))
        session.add(LeaseRow(name="beat", holder="one", until=now + 2 * LASTS - timedelta(seconds=1)))
    assert beat()["level"] == "fine"

    with applied.writing() as session:
        session.get_one(LeaseRow, "beat").until = now - timedelta(seconds=1)
        session.get_one(HeartbeatRow, "beat").at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert beat()["level"] == "wrong"
    assert "stopped; it was last seen at 2026-11-23 07:30" in beat()["what"], "office time"


def test_doctor_writes_chinese_without_gaps_and_names_the_folder_wherever_it_is_asked(
    applied: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(applied.office)
    applied.environ["DUBAN_OFFICE"] = "."
    shown = applied.run("doctor", lang="zh_CN").stdout

    assert f"{applied.office.resolve()}没有错误。" in shown
    assert "。 " not in shown.replace("。 →", "")


@pytest.mark.parametrize(
    ("reach", "channels", "base", "said"),
    [
        (
            "people: outbox, group: team",
            "",
            "",
            ("note", "Declared is L2", "In effect it is L0", "a channel of people's own"),
        ),
        (
            "level: group, group: team",
            "bot",
            "",
            ("note", "Declared is L1", "", "an address that phones can open"),
        ),
        (
            "level: group, group: team",
            "bot",
            "https://duban.example.cn",
            ("fine", "Declared is L1", "", "a channel of people's own"),
        ),
        ("level: paper, group: team", "", "", ("fine", "Declared is L0", "", "a group bot")),
        (
            "people: outbox, group: team",
            "mail",
            "https://duban.example.cn",
            ("fine", "Declared is L2", "", ""),
        ),
        (
            "people: outbox, group: team",
            "mail",
            "",
            ("note", "Declared is L2", "In effect it is L0", "an address that phones can open"),
        ),
    ],
    ids=["personal, only the outbox", "a bot, no address", "a bot", "paper", "mail", "mail, no address"],
)
def test_doctor_says_which_level_of_reach_is_declared_what_it_is_and_what_the_next_one_needs(
    applied: Terminal, reach: str, channels: str, base: str, said: tuple[str, str, str, str]
) -> None:
    office = OFFICE.replace("people: outbox, group: team", reach)
    if channels == "bot":
        office = office.replace('"outbox://group"', '"wecombot://key"')
    elif channels == "mail":
        office = office.replace('"outbox://{id}"', '"mailto://user:pass@mail.example.cn?to={email}"')
    (applied.office / "office.yaml").write_text(office, encoding="utf-8")
    applied.environ["DUBAN_BASE_URL"] = base or None

    found = json.loads(applied.run("doctor", "--json").stdout)

    (item,) = [each for each in found if each["subject"] == "reach"]
    level, declared, effective, advice = said
    assert item["level"] == level, item
    assert declared in item["what"]
    assert effective in item["what"]
    assert advice in item["advice"]


def test_simulate_tells_who_would_be_told(terminal: Terminal) -> None:
    done = terminal.run("simulate", "--from", "2026-11-23", "--to", "2026-11-27", "--json")

    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(each["at"], each["schedule"], each["key"]) for each in told} == {
        ("2026-11-23T08:40:00+08:00", "calendar", "2026-11-23"),
        ("2026-11-26T08:40:00+08:00", "weekly-report", "2026-11-27"),
    }
    assert len(told) == 5, "four people, and the clerk who is asked for the year that is not announced"
    assert not (terminal.data / "duban.sqlite3").exists()
