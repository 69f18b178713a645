"""The starter office's rosters, units, roles and holidays agree with each other and with a second calendar.

Reads the files with csv, json and yaml alone, so that the loader cannot hide a mistake in the data.
"""

import csv
import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
import yaml

OFFICE = Path(__file__).parents[2] / "schedules" / "office"
YEARS = range(2023, 2027)
PEOPLE_COLUMNS = ["工号", "姓名", "单位", "职务", "角色", "标签", "手机号", "企业微信", "邮箱", "入职日期"]
FILES = ["people.csv", "credentials.csv", "office.yaml", *(f"calendar/{year}.json" for year in YEARS)]
CREDENTIAL_COLUMNS = ["证件编号", "证件种类", "持证人工号", "发证日期", "有效期至", "发证机关", "状态"]

Row = dict[str, str]


def rows(name: str, columns: list[str]) -> list[Row]:
    """The rows of a roster; its columns must be exactly `columns`, and every row as long as the header."""
    with (OFFICE / name).open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == columns
    return [dict(zip(columns, line, strict=True)) for line in lines]


@pytest.fixture(scope="module")
def people() -> list[Row]:
    """The roster."""
    return rows("people.csv", PEOPLE_COLUMNS)


@pytest.fixture(scope="module")
def credentials() -> list[Row]:
    """The certificates."""
    return rows("credentials.csv", CREDENTIAL_COLUMNS)


@pytest.fixture(scope="module")
def office() -> dict[str, Any]:
    """The office file as plain YAML."""
    content: dict[str, Any] = yaml.safe_load((OFFICE / "office.yaml").read_text(encoding="utf-8"))
    return content


def roles_of(person: Row) -> list[str]:
    return [role for role in person["角色"].split("、") if role]


def holiday_days(year: int) -> dict[date, bool]:
    """The notice of `year`: date -> whether it is off."""
    notice = json.loads((OFFICE / "calendar" / f"{year}.json").read_text(encoding="utf-8"))
    assert notice["year"] == year
    assert notice["papers"]
    days = {date.fromisoformat(day["date"]): bool(day["isOffDay"]) for day in notice["days"]}
    assert len(days) == len(notice["days"]), "a date stands twice in one notice"
    assert all(day["name"] for day in notice["days"])
    return days


@pytest.fixture(scope="module")
def off_days() -> dict[date, bool]:
    """All notices joined."""
    return {day: off for year in YEARS for day, off in holiday_days(year).items()}


def every_day(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def worked(day: date, off_days: dict[date, bool]) -> bool:
    return not off_days.get(day, day.weekday() >= 5)


@pytest.mark.parametrize("name", FILES)
def test_files_are_plain_utf8_with_lf(name: str) -> None:
    data = (OFFICE / name).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.decode("utf-8").endswith("\n")


@pytest.mark.parametrize("column", ["工号", "手机号", "企业微信", "邮箱"])
def test_no_two_people_share(people: list[Row], column: str) -> None:
    values = Counter(person[column] for person in people if person[column])
    assert values
    assert [value for value, count in values.items() if count > 1] == []


def test_ids_phones_and_addresses_are_well_formed_and_fictional(people: list[Row]) -> None:
    for person in people:
        assert re.fullmatch(r"[a-z]+[0-9]?", person["工号"]), person
        assert re.fullmatch(r"1990000\d{4}|13800000\d{3}", person["手机号"]), person
        assert person["邮箱"] in {"", f"{person['工号']}@example.cn"}
        assert person["姓名"] == person["姓名"].strip() != ""


def test_two_people_joined_in_2026(people: list[Row]) -> None:
    joined = [date.fromisoformat(person["入职日期"]) for person in people if person["入职日期"]]
    assert sum(day.year == 2026 for day in joined) == 2
    assert max(joined) < date(2026, 11, 23)


def test_the_roster_holds_the_names_that_break_programs(people: list[Row]) -> None:
    namesakes = [person for person in people if person["姓名"] == "李伟"]
    assert len({person["单位"] for person in namesakes}) == 2
    assert any("·" in person["姓名"] for person in people)
    assert any(ord(char) > 0xFFFF for person in people for char in person["姓名"])


def test_units_of_people_exist_and_have_head_and_leader(people: list[Row], office: dict[str, Any]) -> None:
    units = {unit["title"]: unit for unit in office["units"].values()}
    assert len(units) == len(office["units"]), "two units share a title"
    ids = {person["工号"] for person in people}
    for title in {person["单位"] for person in people}:
        assert units[title]["head"] in ids
        assert units[title]["leader"] in ids
    for unit in office["units"].values():
        assert {unit[key] for key in ("head", "leader") if key in unit} <= ids
        assert unit.get("parent", "sections") in office["units"]


def test_communities_are_led_by_their_secretary(people: list[Row], office: dict[str, Any]) -> None:
    communities = [unit for unit in office["units"].values() if unit.get("parent") == "communities"]
    heads = {unit["title"]: unit["head"] for unit in communities}
    secretaries = {person["单位"]: person["工号"] for person in people if person["职务"] == "社区书记"}
    assert len(heads) == 6
    assert heads == secretaries


def test_every_role_is_declared_and_held(people: list[Row], office: dict[str, Any]) -> None:
    held = {role for person in people for role in roles_of(person)}
    assert held == {role["title"] for role in office["roles"].values()}


def test_the_main_leader_is_the_director(people: list[Row], office: dict[str, Any]) -> None:
    director = office["roles"]["director"]["title"]
    directors = [person["工号"] for person in people if director in roles_of(person)]
    assert directors == [office["posts"]["leader"]["person"]]


def test_cards_are_unique_and_held_by_people_of_the_roster(people: list[Row], credentials: list[Row]) -> None:
    ids = {person["工号"] for person in people}
    assert len({card["证件编号"] for card in credentials}) == len(credentials)
    assert len({card["持证人工号"] for card in credentials}) == len(credentials)
    assert {card["持证人工号"] for card in credentials} <= ids
    assert {(card["证件种类"], card["状态"]) for card in credentials} == {("enforcement", "有效")}


def test_every_card_runs_five_years(credentials: list[Row]) -> None:
    for card in credentials:
        issued, expires = date.fromisoformat(card["发证日期"]), date.fromisoformat(card["有效期至"])
        assert expires + timedelta(1) == issued.replace(year=issued.year + 5), card


def test_holders_are_enforcement_staff_and_never_temporary(people: list[Row], credentials: list[Row]) -> None:
    tagged = {person["工号"]: person["标签"].split("、") for person in people}
    holders = {card["持证人工号"] for card in credentials}
    assert holders == {person for person, tags in tagged.items() if "执法人员" in tags}
    assert not any("临聘" in tagged[holder] for holder in holders)


@pytest.mark.parametrize("year", YEARS)
def test_calendar_agrees_with_chinesecalendar_on_every_day(year: int, off_days: dict[date, bool]) -> None:
    different = [day for day in every_day(year) if worked(day, off_days) != chinese_calendar.is_workday(day)]
    assert different == []


@pytest.mark.parametrize(("year", "expected"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, expected: int, off_days: dict[date, bool]) -> None:
    assert sum(worked(day, off_days) for day in every_day(year)) == expected


def test_a_notice_only_reaches_back_into_december() -> None:
    strays = {day for year in YEARS for day in holiday_days(year) if day.year != year}
    assert strays == {date(2022, 12, 31)}


def test_worked_days_of_a_notice_are_weekend_days(off_days: dict[date, bool]) -> None:
    worked_days = [day for day, off in off_days.items() if not off]
    assert len(worked_days) == 7 + 8 + 5 + 6
    assert all(day.weekday() >= 5 for day in worked_days)
