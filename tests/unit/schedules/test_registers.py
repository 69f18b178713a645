"""Registers in an office's files: what they may say, what feeds them, what counts them; every mistake at its place."""

import pytest

from schedules.errors import NotFound
from schedules.register_references import feeding_parts
from schedules.registers import HELD_ON

QUOTA = """\
quota:
  title: 年度数量
  when: {cycle: calendar-year}
  who: {unit: 司法所}
  done: {register: publicity, reach: {events: 10, leaflets: 700, each: {entrance: 1}}}
  milestones: [{by: "06-30", reach: {events: 4}}]
  remind: [{after: milestone, by: 1 workday, when_behind: true}]
"""
DAY = """\
day:
  title: 主题日
  when: {yearly: "03-16"}
  who: {responsible: {role: keeper}}
  steps:
    plan: {title: 方案, due: {before: start, by: 10 workdays}, evidence: {plan: file}}
    report: {title: 情况, due: start, evidence: {held_on: date, leaflets: number, entrance: {kind: choice, from: [机关, 社区]}}}
  register: publicity
  remind: [{before: report, by: 1 workday}]
"""
BOOKS = """\
registers:
  publicity: {title: 宣传, by: {units: [law, 执法队]}, fields: {held_on: {label: 活动日期, kind: date}, leaflets: number, entrance: choice}}
  cleanup: {title: 整治, by: {role: keeper}, fields: {place: text}}
"""
STUDY = """\
study:
  title: 学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  record: {by: {role: keeper}, within: 1 workday, evidence: {law: {kind: choice, from: [宪法, 民法典, 无]}, people: number}}
  done: {by: each, through: attendance, make_up: 10 workdays}
  remind: [{before: start, by: 1 workday}]
laws:
  title: 必学
  when: {cycle: calendar-year}
  who: {role: keeper}
  done: {topics: [宪法, 民法典], from: study.law}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
"""


def test_a_register_is_read_with_its_fields_and_who_records(small):
    office = small(QUOTA + DAY + BOOKS).office

    book = office.register("publicity")
    assert (book.title, book.by.who().units) == ("宣传", ("law", "执法队"))
    assert list(book.beside_day) == ["leaflets", "entrance"]
    assert office.register_or_none("nothing") is None
    with pytest.raises(NotFound, match="cleanup"):
        office.register("clean")
    assert book.in_order({"new", "entrance", HELD_ON}) == [HELD_ON, "entrance", "new"]


def test_a_choice_without_a_list_takes_over_the_choices_of_what_feeds_it(small):
    assert small(DAY + BOOKS).office.register("publicity").options() == {"entrance": ("机关", "社区")}
    own = BOOKS.replace("entrance: choice", "entrance: {kind: choice, from: [学校]}")
    assert small(DAY + own).office.register("publicity").options() == {"entrance": ("学校",)}


def test_the_step_that_records_what_the_register_needs_feeds_it(small):
    office = small(DAY + STUDY + BOOKS).office
    books = {each.id: each for each in office.registers}

    assert feeding_parts(office.schedule("day"), books) == {"report": "publicity"}
    assert feeding_parts(office.schedule("study"), books) == {}


def test_a_step_and_a_gathering_and_a_plain_duty_may_feed(small):
    step = DAY.replace("  register: publicity\n", "").replace(
        "[机关, 社区]}}}", "[机关, 社区]}}, register: publicity}"
    )
    plain = "p: {title: 整治, when: {weekly: 周五}, who: {roles: [staff]}, done: {by: any, evidence: {place: text}}, register: cleanup, "
    plain += "remind: [{before: due, by: 1 workday}]}\n"
    head = BOOKS + "  heads: {title: 人数, fields: {people: number}}\n"
    office = small(
        step
        + plain
        + STUDY.replace("  remind: [{before: start", "  register: heads\n  remind: [{before: start")
        + head
    ).office
    books = {each.id: each for each in office.registers}

    found = {each.id: feeding_parts(each, books) for each in office.schedules}
    assert found == {
        "day": {"report": "publicity"},
        "p": {"": "cleanup"},
        "study": {"record": "heads"},
        "laws": {},
    }


EVERYTHING = QUOTA + DAY + STUDY + BOOKS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{place: text}", "{events: number}", "cleanup: 'events' has a meaning of its own; give the field another name"),
        ("{label: 活动日期, kind: date}", "text", "publicity: 'held_on' is the day of the fact: a date; allowed: date"),
        ("[law, 执法队]", "[nowhere]", "publicity: there is no unit 'nowhere'"),
        ("cleanup: {title: 整治, by: {role: keeper}", "cleanup: {title: 整治, by: {role: clrk}", "cleanup: there is no role 'clrk'"),
        ("by: {role: keeper}, fields", "by: {unit: x, roles: [y]}, fields", "cleanup: there is no unit 'x'"),
        ("title: 整治", "titel: 整治", "cleanup: unknown key 'titel'; allowed: title"),
        ("cleanup: {", "day: {", "day: the id 'day' is already taken at s.yaml"),
        ("  register: publicity\n", "  register: publicty\n", "day: there is no register 'publicty'; allowed: publicity, cleanup; did you"),
        ("leaflets: number, entrance: {kind", "entrance: {kind",
         "day: nothing here records what the register 'publicity' asks for: leaflets"),
        ("leaflets: number, entrance: {kind", "leaflets: text, entrance: {kind",
         "day: nothing here records what the register 'publicity' asks for: leaflets"),
        ("plan: {title: 方案, due: {before: start, by: 10 workdays}, evidence: {plan: file}}",
         "plan: {title: 方案, due: {before: start, by: 10 workdays}, evidence: {plan: file}, register: cleanup}",
         "day: nothing here records what the register 'cleanup' asks for: place"),
        ("evidence: {plan: file}}", "evidence: {plan: file}, register: x}", "day: there is no register 'x'; allowed: cleanup, publicity"),
        ("evidence: {plan: file}}", "evidence: {leaflets: number, entrance: {kind: choice, from: [机关]}}}",
         "day: several steps could feed 'publicity'; say 'register' at the step; allowed: plan, report"),
        ("done: {register: publicity,", "done: {register: publicty,",
         "quota: there is no register 'publicty'; allowed: publicity, cleanup; did you mean publicity?"),
        ("{events: 10, leaflets: 700,", "{events: 10, flyers: 700,",
         "quota: the register 'publicity' has no number 'flyers'; allowed: each, events, leaflets"),
        ("each: {entrance: 1}", "each: {leaflets: 1}", "quota: the register 'publicity' has no choice 'leaflets'; allowed: entrance"),
        ("each: {entrance: 1}", "each: {}", "quota: 'each' is empty"),
        ("leaflets: 700", "leaflets: 0", "quota: 'leaflets' must be at least 1, found 0"),
        ("reach: {events: 10, leaflets: 700, each: {entrance: 1}}", "reach: {events: 10}, declared: true",
         "quota: needs exactly one of reach, declared"),
        ("reach: {events: 4}}]", "reach: 4}]", "quota: 'reach' must be written like {events: 4} here"),
        ("reach: {events: 4}}]", "reach: {events: 11}}]", "quota: 'events' must be at most 10, found 11"),
        ("reach: {events: 4}}]", "reach: {people: 4}}]",
         "quota: 'people' is no figure of 'done'; allowed: events, leaflets, each: entrance"),
        ("reach: {events: 4}}]", "reach: {events: 4}}, {by: \"09-30\", reach: {events: 3}}]",
         "quota: milestones must follow each other in date and figure"),
        ("from: study.law}", "from: studdy.law}", "laws: there is no schedule 'studdy'; write SCHEDULE.FIELD; allowed: study, day"),
        ("from: study.law}", "from: law}", "laws: there is no schedule 'law'; write SCHEDULE.FIELD"),
        ("from: study.law}", "from: study.lawn}", "laws: the records of 'study' have no field 'lawn'; allowed: law, people; did"),
        ("topics: [宪法, 民法典]", "topics: [宪法, 党章]", "laws: 'law' of 'study' cannot be '党章'; allowed: 宪法、民法典、无"),
    ],
)  # fmt: skip
def test_a_mistake_about_registers(said_of, old, new, words):
    assert any(words in line for line in said_of(old, new)), said_of(old, new)


@pytest.fixture
def said_of(said):
    def read(old: str, new: str) -> list[str]:
        assert old in EVERYTHING, old
        return said(EVERYTHING.replace(old, new, 1))

    return read


def test_it_is_right_as_it_stands(said):
    assert said(EVERYTHING) == []


def test_a_choice_that_nobody_lists_cannot_be_asked_for(said):
    assert any("'entrance' has no list of choices ('from')" in line for line in said(QUOTA + BOOKS))


def test_of_an_entry_that_cannot_be_read_nothing_else_is_said(said):
    broken = EVERYTHING.replace("title: 宣传", "titel: 宣传").replace("title: 学习", "titel: 学习")
    lines = said(broken)

    assert not any("there is no register" in line or "there is no schedule" in line for line in lines), lines


def test_steps_do_not_go_with_figures(said):
    text = DAY.replace("  register: publicity\n", "  done: {register: cleanup, declared: true}\n") + BOOKS
    assert any("'steps' only goes with" in line for line in said(text))


def test_a_declared_register_has_neither_milestones_nor_who_is_behind(said):
    text = QUOTA.replace("reach: {events: 10, leaflets: 700, each: {entrance: 1}}", "declared: true") + BOOKS
    lines = said(text)

    assert any("'milestones' only goes with" in line for line in lines)
    assert any("'when_behind' only goes with" in line for line in lines)
