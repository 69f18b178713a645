"""Whom a rung would tell and by which channel: supervisors, roles, the group, and each level of reach."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from unit.schedules.offices import OFFICE_YAML

from schedules.grammar import Schedule
from schedules.office import OfficeSpec
from schedules.preview import iter_preview, preview

One = Callable[..., tuple[Schedule, OfficeSpec]]
Told = dict[str, tuple[list[str] | None, dict[str, int]]]
RUNGS = "  remind: [{before: due, by: 1 workday, to: [assignee, unit-head, deputy-leader, leader, clerk, deputy, group]}]\n"
EACH = "a:\n  title: 甲\n  when: {monthly: 20}\n  who: {roles: [staff]}\n" + RUNGS
# cai leads her own unit's leader's units; fu is the first leader and sits in a unit of his own.
PEOPLE = """\
工号,姓名,单位,角色,手机号,邮箱
an,安,司法所,工作人员,13800000001,an@example.cn
bo,博,司法所,工作人员、督办员,,
cai,蔡,执法队,工作人员,13800000003,
fu,傅,领导,,13800000004,
gu,顾,领导,,13800000005,
"""
OFFICE = OFFICE_YAML.replace(
    "  law: {title: 司法所, parent: all, head: alice, leader: bob}\n  team: {title: 执法队, parent: all, head: bob}\n",
    "  law: {title: 司法所, parent: all, head: an, leader: cai}\n"
    "  team: {title: 执法队, parent: all, head: cai}\n"
    "  top: {title: 领导, parent: all, head: gu}\n",
).replace("person: bob", "person: fu")
JUNE = date(2026, 6, 1), date(2026, 6, 30)


def told(one: One, schedule: str, office: str = OFFICE) -> Told:
    """By audience who is told, and by which channels, of the one occurrence in June."""
    found = one(schedule, office_yaml=office, people_csv=PEOPLE, credentials_csv="")[1]
    (shown,) = preview(found, [], *JUNE)
    return {rung["to"]: (rung["recipients"], rung["channels"]) for rung in shown["rungs"]}


def test_supervisors_are_told_of_others_and_never_of_themselves(one: One) -> None:
    assert told(one, EACH) == {
        "assignee": (None, {"personal": 3}),  # exactly those who owe it
        "unit-head": (["an"], {"personal": 1}),  # of bo; an and cai head their own units
        "deputy-leader": (["cai"], {"personal": 1}),  # of an and bo; the team has no leader
        "leader": (["fu"], {"personal": 1}),
        "role:clerk": (["bo"], {"personal": 1}),
        "deputy": ([], {}),
        "group": ([], {"group": 1}),
    }


def test_what_leaders_owe_goes_no_higher_than_the_head_of_their_unit(one: One) -> None:
    found = told(one, EACH.replace("{roles: [staff]}", "{people: [cai, fu]}"))

    assert found["unit-head"] == (["gu"], {"personal": 1})
    assert found["deputy-leader"] == found["leader"] == ([], {})


def test_a_unit_is_its_head_and_a_role_is_counted_to_the_unit_of_its_first(one: One) -> None:
    unit = told(one, EACH.replace("{roles: [staff]}", "{unit: 司法所}"))
    role = told(one, EACH.replace("{roles: [staff]}", "{role: clerk}"))

    assert unit["assignee"] == (None, {"personal": 1})
    assert unit["deputy-leader"] == (["cai"], {"personal": 1})
    assert "unit-head" in role
    assert role["unit-head"] == (["an"], {"personal": 1})


@pytest.mark.parametrize(
    ("reach", "assignees", "head", "group"),
    [
        ("{level: paper, group: group}", {"@paper": 3}, {"@paper": 1}, {"@paper": 1}),
        ("{level: group, group: group}", {"group": 2, "@paper": 1}, {"@paper": 1}, {"group": 1}),
        ("{people: mail, group: group}", {"mail": 1, "@none": 2}, {"mail": 1}, {"group": 1}),
        ("{people: personal}", {"personal": 3}, {"personal": 1}, {}),
    ],
)
def test_the_channel_follows_from_the_level_of_reach_and_the_roster(
    one: One, reach: str, assignees: dict[str, int], head: dict[str, int], group: dict[str, int]
) -> None:
    office = OFFICE.replace("reach: {people: personal, group: group}", f"reach: {reach}").replace(
        "channels:\n", 'channels:\n  mail: {url: "outbox://mail-{email}"}\n'
    )
    rungs = EACH if group else EACH.replace(", group]", "]")

    found = told(one, rungs, office)

    assert found["assignee"][1] == assignees
    assert found["unit-head"][1] == head
    assert found.get("group", ([], {}))[1] == group


@pytest.mark.parametrize(
    ("reach", "rung", "release"),
    [
        ("{level: group, group: group}", "after: due, by: 1 workday, to: assignee, release: auto", "clerk"),
        ("{level: group, group: group}", "before: due, by: 1 workday, to: assignee", "auto"),
        ("{level: group, group: group}", "after: due, by: 1 workday, to: clerk", "auto"),
        ("{people: personal, group: group}", "after: due, by: 1 workday, to: assignee", "auto"),
        ("{people: personal, group: group}", "after: due, by: 1 workday, to: leader", "clerk"),
    ],
)
def test_naming_in_the_group_who_is_late_waits_for_the_clerk(
    one: One, reach: str, rung: str, release: str
) -> None:
    office = OFFICE.replace("reach: {people: personal, group: group}", f"reach: {reach}")
    text = EACH.replace(RUNGS, f"  remind: [{{{rung}}}]\n")
    _schedule, spec = one(text, office_yaml=office, people_csv=PEOPLE, credentials_csv="")

    (shown,) = preview(spec, [], *JUNE)

    assert [each["release"] for each in shown["rungs"]] == [release]


def test_whoever_owes_what_only_opens_in_the_span_is_named_where_it_is_shown_whole(one: One) -> None:
    _schedule, office = one(
        EACH.replace("20}", "20, opens: 9 workdays before}"),
        office_yaml=OFFICE,
        people_csv=PEOPLE,
        credentials_csv="",
    )
    (shown,) = preview(office, [], *JUNE)
    opens = datetime.fromisoformat(shown["opens_at"])
    span = opens, opens + timedelta(minutes=1)
    after = opens + timedelta(minutes=1), opens + timedelta(minutes=2)

    def people(told: tuple[datetime, datetime], *, whole: bool) -> list[str]:
        (found,) = iter_preview(office, [], *JUNE, told=told, whole=whole)
        return list(found["assignees"])

    assert people(span, whole=True) == ["an", "bo", "cai"]
    assert people(span, whole=False) == people(after, whole=True) == []


def test_a_rung_with_a_channel_of_its_own_uses_it(one: One) -> None:
    own = EACH.replace("clerk, deputy, group]}", "deputy, group], channel: group}")

    found = told(one, own)

    assert found["assignee"] == (None, {"group": 3})
    assert found["group"] == ([], {"group": 1})
    assert found["deputy"] == ([], {})


def test_an_office_without_a_first_leader_tells_none(one: One) -> None:
    office = OFFICE.replace("posts: {leader: {title: 主要领导, person: fu}}\n", "")

    found = told(one, EACH.replace(", leader, clerk", ", clerk"), office)

    assert found["deputy-leader"] == (["cai"], {"personal": 1})


def test_a_role_that_nobody_holds_any_more_tells_nobody(one: One) -> None:
    _schedule, office = one(
        EACH.replace("{roles: [staff]}", "{role: clerk}"),
        office_yaml=OFFICE,
        people_csv=PEOPLE,
        credentials_csv="",
    )
    people = tuple(each for each in office.people if "clerk" not in each.roles)

    (shown,) = preview(replace(office, people=people), [], *JUNE)

    found = {rung["to"]: rung["recipients"] for rung in shown["rungs"]}
    assert (shown["assignees"], found["assignee"], found["unit-head"]) == ([], [], [])


def test_every_occurrence_is_answered_alike(one: One) -> None:
    _schedule, office = one(EACH, office_yaml=OFFICE, people_csv=PEOPLE, credentials_csv="")

    may, june = preview(office, [], date(2026, 5, 1), date(2026, 6, 30))

    assert [each["recipients"] for each in may["rungs"]] == [each["recipients"] for each in june["rungs"]]
