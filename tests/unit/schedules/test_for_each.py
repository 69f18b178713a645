"""One entry for several schedules: what it is written out to, and where its mistakes are."""

from collections.abc import Callable
from datetime import date

import jsonschema
import pytest
from unit.schedules.schemas import as_json, entries

from schedules.loader import Loaded
from schedules.preview import preview

Small = Callable[..., Loaded]
Said = Callable[..., list[str]]
DAYS = """\
days:
  title: 主题宣传
  for_each:
    "3·15": {on: "03-15", title: 消费者权益日, owner: {unit: 司法所}}
    "12·4": {on: ["12-04", "12-10"], title: 国家宪法日, who: {role: keeper}, privacy: open}
  when: {yearly: on}
  remind: []
"""


def test_each_item_becomes_a_schedule(small: Small) -> None:
    loaded = small(DAYS)
    assert [problem.text() for problem in loaded.problems] == []
    assert loaded.office is not None
    consumers, law = loaded.office.schedules

    assert (consumers.id, consumers.title) == ("days.3·15", "主题宣传：消费者权益日")
    assert (consumers.who.unit, consumers.privacy) == ("司法所", "internal")
    assert (law.id, law.who.role, law.privacy) == ("days.12·4", "keeper", "open")
    assert loaded.office.families == {"days": ("days.3·15", "days.12·4")}
    assert loaded.office.sources["days.12·4"] == ("s.yaml", 5)


def test_the_family_is_named_in_place_of_its_schedules(small: Small) -> None:
    office = small(DAYS).office
    assert office is not None
    year = date(2026, 1, 1), date(2026, 12, 31)
    keys = [(item["schedule"], item["key"]) for item in preview(office, ["days"], *year)]

    assert keys == [("days.3·15", "2026-03-15"), ("days.12·4", "2026-12-04"), ("days.12·4", "2026-12-10")]
    assert [item["key"] for item in preview(office, ["days", "days.3·15"], *year)] == [key for _, key in keys]


def test_an_item_needs_no_title_and_no_day(small: Small) -> None:
    office = small(
        "a:\n  for_each: {law: {}, team: {title: 执法, when: {weekly: 周一}}}\n"
        "  title: 周报\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n"
    ).office
    assert office is not None

    assert [schedule.title for schedule in office.schedules] == ["周报：law", "周报：执法"]
    assert [schedule.when.weekly for schedule in office.schedules] == [4, 0]  # type: ignore[union-attr]


def test_an_entry_without_a_title_of_its_own_takes_the_titles_of_its_items(small: Small) -> None:
    text = "a:\n  for_each: {x: {title: 一}, y: {}}\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n"
    office = small(text).office
    assert office is not None

    assert [schedule.title for schedule in office.schedules] == ["一", "y"]


BASE = "a:\n  title: 周报\n  for_each:\n    x: {ITEM}\n    y: {on: '04-01'}\n  when: {WHEN}\n  who: {roles: [staff]}\n"


@pytest.mark.parametrize(
    ("item", "when", "sentences"),
    [
        ("on: '02-30'", "yearly: on", ["s.yaml:4:13: a.x: '02-30' is not a day of every year; allowed: \"01-01\"–\"12-31\""]),
        ("title: x", "yearly: on", ["s.yaml:4:8: a: 'on' is missing"]),
        (
            "on: '03-01', owner: {unit: law}, who: {roles: [staff]}",
            "yearly: on",
            ["s.yaml:4:22: a: 'owner' does not go with 'who'"],
        ),
        ("on: '03-01', owner: {unit: 财政所}", "yearly: on", ["s.yaml:4:36: a.x: there is no unit '财政所'"]),
        ("on: '03-01', colour: red", "yearly: on", ["s.yaml:4:22: a: unknown key 'colour'"]),
        ("on: '03-01', title: 5", "yearly: on", ["s.yaml:4:29: a.x: 'title' must be text, found 5"]),
        (
            "on: '03-01'",
            "weekly: 周五",
            [
                "s.yaml:4:9: a: 'on' needs 'when: {yearly: on}' beside it",
                "s.yaml:5:9: a: 'on' needs 'when: {yearly: on}' beside it",
            ],
        ),
        ("on: '03-01'", "yearly: on, colour: red", ["s.yaml:6:22: a: unknown key 'colour'"]),
        ("on: '03-01'", "yearly: [on, '06-31']", ["s.yaml:6:23: a: '06-31' is not a day of every year"]),
        ("on: '03-01', id: z", "yearly: on", ["s.yaml:4:22: a: unknown key 'id'"]),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_once_where_it_stands(
    said: Said, item: str, when: str, sentences: list[str]
) -> None:
    found = said(BASE.replace("ITEM", item).replace("WHEN", when))

    assert len(found) == len(sentences), found
    assert all(each.startswith(sentence) for each, sentence in zip(found, sentences, strict=True)), found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a:\n  for_each: {}\n  title: x\n", "s.yaml:2:13: a: 'for_each' must be a mapping"),
        ("a:\n  for_each: [x]\n  title: x\n", "s.yaml:2:13: a: 'for_each' must be a mapping"),
        ("a:\n  for_each: {x: 03-15}\n  title: x\n", "s.yaml:2:17: a: 'x' must be a mapping"),
        ("a:\n  for_each: {x: {}}\n  who: {roles: [staff]}\n", "s.yaml:2:17: a.x: 'when' is missing"),
        (
            "a:\n  for_each: {x: {}}\n  title: 5\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n",
            "s.yaml:3:10: a: 'title' must be text, found 5",
        ),
        (
            "a:\n  for_each: {'x y': {}}\n  title: x\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n",
            "s.yaml:2:21: a.x y: 'a.x y' is not a name",
        ),
        (
            "a.x: {title: x, when: {weekly: 周五}, who: {roles: [staff]}}\n"
            "a: {title: x, for_each: {x: {}}, when: {weekly: 周五}, who: {roles: [staff]}}\n",
            "s.yaml:2:26: a.x: the id 'a.x' is already taken at s.yaml:1",
        ),
        (
            "a: {title: x, when: {weekly: 周五}, who: {roles: [staff]}}\n",
            None,
        ),
    ],
)
def test_what_for_each_cannot_be(said: Said, text: str, sentence: str | None) -> None:
    found = said(text)

    assert any(each.startswith(sentence) for each in found) if sentence else found == [], found


def test_the_schema_of_a_family() -> None:
    entries().validate(as_json(DAYS))

    for old, new in (("for_each", "for_all"), ("owner:", "owners:"), ("title: 主题", "titel: 主题")):
        with pytest.raises(jsonschema.ValidationError):
            entries().validate(as_json(DAYS.replace(old, new)))
