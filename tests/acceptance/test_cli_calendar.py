"""`duban calendar`: a notice is shown first, then taken in; a year as a picture; what cannot be right is refused with its line."""

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kept import Kept
from small_office import SCHEDULES, Terminal, write_office

from tasks.live import current
from tasks.open import open_due
from worker.cli import calendar as calendar_module
from worker.cli import loading as loading_module
from worker.clock import step

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office
CHRISTMAS = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)  # a Friday, 10:00 at the office
YEAR_END = """\
year-end:
  title: 年终自查
  when: {yearly: "12-21"}
  who: {roles: [staff]}
  done: {by: each, within: 20 workdays}
  remind: [{before: due, by: 5 workdays}]
"""
SPANS = {
    "元旦": ("2027-01-01", "2027-01-03"), "春节": ("2027-02-05", "2027-02-12"), "清明节": ("2027-04-03", "2027-04-05"),
    "劳动节": ("2027-05-01", "2027-05-05"), "端午节": ("2027-06-09", "2027-06-09"), "中秋节": ("2027-09-15", "2027-09-15"),
    "国庆节": ("2027-10-01", "2027-10-07"),
}  # fmt: skip
WORKED = {"2026-12-26": "元旦", "2027-02-20": "春节", "2027-10-09": "国庆节"}


def off() -> Mapping[date, str]:
    found = {}
    for name, (first, last) in SPANS.items():
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            found[day] = name
            day += timedelta(days=1)
    return found


def as_csv() -> str:
    rows = [f"{day},否,{name}" for day, name in off().items()] + [
        f"{day},是,{name}" for day, name in WORKED.items()
    ]
    return "\n".join(["日期,是否上班,名称", *rows, ""])


@pytest.fixture
def terminal(tmp_path: Path, database_url: str, kept: Kept) -> Terminal:
    """The small office in force on Christmas 2026, with a duty that runs into the new year."""
    office = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + YEAR_END})
    found = Terminal(office, tmp_path / "data", database_url)

    def begin() -> None:
        found.stand_at(MONDAY)
        done = found.run("apply", str(office), "--yes")
        assert done.exit_code == 0, done.output
        with found.writing() as session:
            step(session, CHRISTMAS)
            open_due(session, current(session), now=CHRISTMAS)

    kept.begin("the small office on Christmas", begin)
    return found


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "放假2027.csv"
    path.write_text(as_csv(), encoding="utf-8")
    return path


def reach(terminal: Terminal) -> Any:
    shown: Any = terminal.json("calendar", "show", "2027")
    return shown["valid_to"], shown["announced"]


def test_a_notice_is_shown_first_and_then_taken_in(terminal: Terminal, notice: Path) -> None:
    before = (terminal.office / "calendar").glob("*")
    names = sorted(path.name for path in before)

    dry = terminal.run("calendar", "import", str(notice))

    assert dry.exit_code == 0, dry.output
    assert dry.stdout.splitlines() == [
        "Notice of 2027: 28 days off, 3 worked weekends",
        "8 open duties would be counted anew, 4 on another day; 4 people would be told.",
        "Nothing was changed; say --yes to do it.",
    ]
    assert reach(terminal) == ("2026-12-31", False)
    assert sorted(path.name for path in (terminal.office / "calendar").glob("*")) == names

    done = terminal.run("calendar", "import", str(notice), "--yes")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1:] == [
        "8 open duties counted anew, 4 on another day; 4 people are told.", "Imported and in force."
    ]  # fmt: skip
    assert reach(terminal) == ("2027-12-31", True)
    assert "是" not in (terminal.office / "calendar/2027.json").read_text(encoding="utf-8")
    again = terminal.run("calendar", "import", str(notice), "--yes")
    assert "No change" in again.stdout
    assert terminal.run("plan", str(terminal.office)).stdout.startswith("No change")
    deadline: Any = terminal.json(
        "deadline", "--office", str(terminal.office), "--start", "2026-12-25", "--term", "5 workdays"
    )
    assert (deadline["due"], deadline["provisional"]) == ("2026-12-31", False)


def test_a_json_as_holiday_cn_has_it_keeps_its_papers(terminal: Terminal, tmp_path: Path) -> None:
    days = ",".join(f'{{"name": "{name}", "date": "{day}", "isOffDay": true}}' for day, name in off().items())
    text = f'{{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [{days}]}}'
    file = tmp_path / "new.json"
    file.write_text(text, encoding="utf-8")

    done = terminal.run("calendar", "import", str(file), "--apply")

    assert done.exit_code == 0, done.output
    assert (terminal.office / "calendar/2027.json").read_text(encoding="utf-8") == text


def test_single_days_need_a_reason_and_are_kept_beside_the_notices(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "days.csv"
    file.write_text("日期,是否上班,名称,原因\n2026-12-31,否,停工,\n昨天,是,,值班\n", encoding="utf-8")

    assert terminal.refused("calendar", "import", str(file), "--yes")[:2] == [
        f"{file}:2:4: 2026-12-31: 2026-12-31 needs a reason",
        f"{file}:3:1: 昨天: '昨天' is not a date; write one like 2026-11-27",
    ]
    assert "2026-12-31 needs a reason" in (tmp_path / "days.refused.csv").read_text(encoding="utf-8")

    file.write_text("日期,是否上班,名称,原因\n2026-12-31,否,停工,暴雪停工通知\n", encoding="utf-8")
    done = terminal.run("calendar", "import", str(file), "--yes")

    assert done.exit_code == 0, done.output
    shown: Any = terminal.json("calendar", "show", "2026")
    assert shown["days"][-1] == {
        "date": "2026-12-31",
        "is_workday": False,
        "name": "停工",
        "source": "override",
    }
    assert "暴雪停工通知" in (terminal.office / "calendar/overrides.json").read_text(encoding="utf-8")
    assert terminal.run("check", str(terminal.office)).exit_code == 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.json", "{", "x.json:1:2: this is not JSON"),
        ("x.json", "[]", "x.json:1:1: not a holiday notice"),
        ("x.json", '{"year": 2027, "days": []}', "x.json:1:16: the notice names no day"),
        ("x.json", '{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}]}', "x.json:1:1: 2027-02-05 is a holiday by law"),
        ("x.csv", "日期,是否上班\n2027-01-01,否\n2027-01-01,否\n", "x.csv:3:1: 2027-01-01: 2027-01-01 stands here twice"),
        ("x.csv", "日期,是否上班\n2027-01-01,否\n2025-01-01,否\n", "x.csv:3:1: 2025-01-01: 2025-01-01 is outside the notice of 2027"),
        ("x.xlsx", "not a workbook", "x.xlsx:1:1: this is not an xlsx file"),
        ("x.txt", "", "x.txt is neither .json, .csv nor .xlsx."),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_and_changes_nothing(
    terminal: Terminal, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    lines = terminal.refused("calendar", "import", str(tmp_path / name), "--yes")

    assert said in lines[0]
    assert reach(terminal) == ("2026-12-31", False)


def test_a_folder_that_cannot_be_written_leaves_the_database_as_it_was(
    terminal: Terminal, notice: Path
) -> None:
    calendar = terminal.office / "calendar"
    (calendar / "2027.json").mkdir()

    done = terminal.run("calendar", "import", str(notice), "--yes")

    assert done.exit_code == 1
    assert reach(terminal) == ("2026-12-31", False)


def test_a_year_as_a_picture(terminal: Terminal) -> None:
    announced = terminal.run("calendar", "show", "2026", lang="zh_CN").stdout
    estimated = terminal.run("calendar", "show", "2027", lang="zh_CN").stdout

    assert announced.startswith("2026年：工作日248天\n")
    assert "16休 17休 18休 19休 20休 21休 22休" in announced
    assert "14班 15休" in announced
    assert "  春节  2月15日–2月23日  9天" in announced
    assert "调休上班：1月4日、2月14日、2月28日、5月9日、9月20日、10月10日" in announced
    assert estimated.startswith("2027年（暂定：放假安排尚未公布，只计法定节假日）")
    assert "班" not in estimated.split("休 放假")[0]
    assert "工作日历有效至2026-12-31" in estimated


def test_without_an_office_in_force_the_folder_is_shown_and_nothing_is_imported(
    tmp_path: Path, notice: Path
) -> None:
    bare = Terminal(write_office(tmp_path / "office"), tmp_path / "data")

    assert reach(bare) == ("2026-12-31", False)
    assert "no office is in force" in bare.refused("calendar", "import", str(notice), "--yes")[0]


def test_the_year_of_a_folder_begins_at_its_own_midnight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tmp_path / "office"
    bare = Terminal(write_office(office), tmp_path / "data")
    for module in (calendar_module, loading_module):
        monkeypatch.setattr(module, "machine_now", lambda: datetime(2025, 12, 31, 16, 30, tzinfo=UTC))

    shown = bare.json("calendar", "show")
    assert isinstance(shown, dict)
    assert shown["year"] == 2026

    shutil.rmtree(office / "calendar")
    assert "calendar/2026.json" in " ".join(bare.refused("check"))
