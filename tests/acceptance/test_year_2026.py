"""A year of the starter office with a script: cases, documents, petitions, a request, a renewal, a leaver, an absence, a day off.

`year_2026/script.yaml` says what happens, `year_2026/expected.yaml` what must follow from it, each line with its reason: counted by
hand from the law and the holiday notices, never taken from a run.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from models.engine import Database, connect
from models.migrate import upgrade
from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.loader import SourceFile, load
from schedules.office import OfficeSpec
from tasks.live import current
from tasks.reporting.report import Report, report
from tasks.simulation.scripted_people import Scripted
from tasks.simulation.simulate import Stage, simulate
from tasks.wording.texts import Texts
from worker.cipher import Cipher
from worker.cli.script_file import load_script
from worker.office_files import read_folder
from worker.settings import Secret, packaged_office
from worker.tables import as_texts

HERE = Path(__file__).parent / "year_2026"
EXPECTED: Mapping[str, Any] = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
Line = Mapping[str, Any]
CHINESE = Texts.load("zh_CN").gettext("zh_CN")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Year:
    """What was sent, what is on record, and what went otherwise than the script says."""

    messages: Sequence[Mapping[str, Any]]
    due: Mapping[tuple[str, str, str], date | None]
    surprises: Sequence[str]
    report: Report
    rows: Mapping[str, Sequence[Mapping[str, Any]]]

    def told(self, line: Line) -> Iterator[datetime]:
        """When somebody heard of what a line names."""
        for message in self.messages:
            if message["recipient"] == line["who"] and any(_names(item, line) for item in message["items"]):
                yield datetime.fromisoformat(message["at"]).replace(tzinfo=None)


def _names(item: Mapping[str, Any], line: Line) -> bool:
    return all(item[name] == line[name] for name in ("schedule", "key", "part") if name in line)


def starter() -> tuple[OfficeSpec, list[SourceFile]]:
    """The starter office with channels that keep quiet hours, as those of a real office do; its outbox does not."""
    files = [
        SourceFile(each.path, each.data.replace(b", quiet: exempt", b""))
        for each in read_folder(packaged_office())
    ]
    office = load(files).office
    assert office is not None
    return office, files


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    office, files = starter()
    url = f"sqlite:///{tmp_path_factory.mktemp('year') / 'year.sqlite3'}"
    upgrade(url)
    db = connect(url)
    texts = Texts.load("zh_CN")
    cipher = Cipher(Secret("k" * 43))
    people = Scripted(load_script(HERE / "script.yaml"), cipher, texts.gettext("zh_CN"), office.tz)
    stage = Stage(db=db, texts=texts, cipher=cipher, gettext=texts.gettext("zh_CN"))
    try:
        start, end = (datetime(each, 1, 1, tzinfo=office.tz).astimezone(UTC) for each in (2026, 2027))
        messages = list(simulate(stage, office, as_texts(files), start=start, end=end, people=people))
        yield Year(
            messages,
            _due(db),
            [f"{each.deed.at} {each.deed.name}: {each.words}" for each in people.surprises],
            _report(db),
            _rows(db),
        )
    finally:
        db.dispose()


def _due(db: Database) -> Mapping[tuple[str, str, str], date | None]:
    query = (
        select(ScheduleRow.key, OccurrenceRow.key, ObligationRow.part, ObligationRow.due_on)
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
    )
    with db.reading() as session:
        return {(schedule, key, part): due for schedule, key, part, due in session.execute(query)}


def _report(db: Database) -> Report:
    """The report as it is written in January, from what is on record then."""
    with db.reading() as session:
        live = current(session)
        return report(session, live, live.office.report, 2026, now=datetime(2027, 1, 15, 1, tzinfo=UTC))


def _rows(db: Database) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Every row of every table, to be counted one by one."""
    with db.reading() as session:
        return {
            each.name: [dict(row._mapping) for row in session.execute(select(each))]
            for each in OccurrenceRow.metadata.sorted_tables
        }


def _name(line: Line) -> str:
    words = (line.get(key, "") for key in ("figure", "who", "schedule", "key", "part", "at", "due", "from"))
    return " ".join(str(word) for word in words if word)


def test_everything_went_as_the_script_says(year: Year) -> None:
    assert list(year.surprises) == []


@pytest.mark.parametrize("line", EXPECTED["due"], ids=_name)
def test_the_due_day_is_the_one_counted_by_hand(year: Year, line: Line) -> None:
    found = year.due.get((line["schedule"], line["key"], line.get("part", "")), "nothing is owed")

    assert str(found) == line["due"], line["why"]


@pytest.mark.parametrize("line", EXPECTED["told"], ids=_name)
def test_who_must_hear_of_it_hears_of_it_then(year: Year, line: Line) -> None:
    assert line["at"] in [f"{at:%Y-%m-%d %H:%M}" for at in year.told(line)], line["why"]


@pytest.mark.parametrize("line", EXPECTED["silent"], ids=_name)
def test_who_has_nothing_to_do_with_it_hears_nothing(year: Year, line: Line) -> None:
    first, last = _instant(line["from"], time()), _instant(line["to"], time(23, 59))
    heard = [
        (message["at"], message["title"])
        for message in year.messages
        if message["recipient"] == line["who"]
        and first <= datetime.fromisoformat(message["at"]).replace(tzinfo=None) <= last
        and any(_names(item, line) for item in message["items"])
    ]

    assert heard == [], line["why"]


def _instant(text: str, clock: time) -> datetime:
    return datetime.fromisoformat(text) if ":" in text else datetime.combine(date.fromisoformat(text), clock)


@pytest.mark.parametrize("line", EXPECTED["counts"], ids=_name)
def test_it_is_said_so_often(year: Year, line: Line) -> None:
    assert len(list(year.told(line))) == line["times"], line["why"]


def test_nobody_is_flooded(year: Year) -> None:
    a_day = Counter(
        (message["recipient"], message["at"][:10])
        for message in year.messages
        if message["recipient"] != "group"
    )
    most = EXPECTED["most_messages_a_day"]

    assert {who: n for who, n in a_day.items() if n > most} == {}


def test_messages_keep_to_office_hours(year: Year) -> None:
    office, _files = starter()
    for message in year.messages:
        at = datetime.fromisoformat(message["at"])
        assert office.calendar.is_workday(at.date()), message["at"]
        assert time(8, 0) <= at.time() < time(18, 0), message["at"]


def test_no_message_to_the_group_names_a_number_or_links_to_a_person(year: Year) -> None:
    for message in year.messages:
        if message["recipient"] == "group":
            assert not re.search(r"1[389]\d{9}|/c/", message["body"]), message["body"]


@pytest.mark.parametrize("line", EXPECTED["figures"], ids=_name)
def test_the_report_says_what_the_script_did(year: Year, line: Line) -> None:
    figure = year.report.figures[line["figure"]]
    exact = figure.exact.text(CHINESE)

    assert "exact" not in line or exact == line["exact"] or exact.startswith(f"{line['exact']}（"), (
        exact,
        line["why"],
    )
    assert "said" not in line or figure.said.text(CHINESE) == line["said"], line["why"]


def test_the_report_agrees_with_counting_row_by_row(year: Year) -> None:
    rows = year.rows
    schedules = {row["id"]: row["key"] for row in rows["schedule"]}
    occurrences = {row["id"]: row for row in rows["occurrence"]}
    accepted = {row["obligation_id"]: row for row in rows["confirmation"] if row["state"] == "accepted"}
    entries = [
        row["fields"]
        for row in rows["register_entry"]
        if row["register"] == "publicity" and row["state"] == "accepted"
    ]

    def of(schedule: str, part: str) -> list[Mapping[str, Any]]:
        found = [row for row in rows["obligation"] if row["part"] == part]
        return [
            row
            for row in found
            if schedules[occurrences[row["occurrence_id"]]["schedule_id"]] == schedule
            and occurrences[row["occurrence_id"]]["held_on"].year == 2026
        ]

    present = sum(row["mark"] == "present" for row in of("friday-study", "make_up"))
    asked = sum(row["mark"] in ("present", "absent") for row in of("friday-study", "make_up"))
    in_time = sum(
        row["done_on"] is not None and row["done_on"] <= row["due_on"]
        for row in of("welfare-publication", "")
    )
    counted = {
        "study-held": sum(row["id"] in accepted for row in of("friday-study", "record")),
        "study-people": present,
        "centre-group": sum(row["id"] in accepted for row in of("centre-group", "")),
        "events": len(entries),
        "leaflets": sum(int(fields["leaflets"][0]) for fields in entries),
        "event-people": sum(int(fields["people"][0]) for fields in entries),
    }

    assert {key: year.report.figures[key].result.number for key in counted} == {
        key: 100 * n for key, n in counted.items()
    }
    rate, welfare = year.report.figures["study-rate"].result, year.report.figures["welfare"].result
    assert (rate.part, rate.whole) == (100 * present, 100 * asked)
    assert (welfare.part, welfare.whole) == (100 * in_time, 100 * len(of("welfare-publication", "")))


def test_every_rule_has_a_reason_in_words() -> None:
    lines = [line for part in ("due", "told", "silent", "counts", "figures") for line in EXPECTED[part]]

    assert all(len(line["why"]) > 3 for line in lines)
    assert len({_name(line) for line in lines}) == len(lines), "a line stands twice"
