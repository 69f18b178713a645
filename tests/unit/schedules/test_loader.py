"""What a clerk gets wrong in a schedule or in office.yaml: every mistake in one go, at its place, with what is allowed."""

from collections.abc import Callable
from datetime import date

import pytest
from bad_terms import ALLOWED, BAD_TERMS
from unit.schedules.offices import CREDENTIALS_CSV, OFFICE_YAML, PEOPLE_CSV

from schedules.loader import Loaded, SourceFile, load

Said = Callable[..., list[str]]
Small = Callable[..., Loaded]


def entry(**changes: str) -> str:
    """A schedule in flow style with some of its keys changed; an empty value leaves the key out."""
    keys = {"title": "周报", "when": "{weekly: 周五}", "who": "{roles: [staff]}"} | {
        k.replace("__", "-"): v for k, v in changes.items()
    }
    return "a:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items() if value)


def test_the_starter_office_is_fine(starter: object) -> None:
    assert starter is not None


def test_the_small_office_is_fine(said: Said) -> None:
    assert said() == []
    assert said(entry()) == []


def test_an_office_without_office_yaml(said: Said) -> None:
    (only,) = said(entry(), office_yaml="")
    assert only.startswith(
        "office.yaml:1:1: there is no office.yaml in this folder; allowed: a folder that `duban init` wrote"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"when": "{expiry: enforcement, opens: 5}"}, "a: a term needs a number and a unit, found 5"),
        ({"when": "{weekly: 5}"}, "a: '5' is not a day of the week"),
        (
            {"record": "{by: {role: staff}, within: 1 workday, counts: {x: [1]}}"},
            "a: 'x' must be a whole number, found [1]",
        ),
        ({"title": ""}, "s.yaml:2:3: a: 'title' is missing"),
        (
            {"title": "no"},
            "s.yaml:2:10: a: write 'no' in quotes; without them other programs read it as a number, a time or yes/no",
        ),
        (
            {"title": "2026"},
            "s.yaml:2:10: a: 'title' must be text, found 2026; write it in quotes if it is text",
        ),
        ({"title": "'  '"}, "s.yaml:2:10: a: 'title' is empty"),
        ({"title": '"a\\u202eb"'}, "s.yaml:2:10: a: 'title' holds the invisible character U+202E"),
        ({"title": "长" * 201}, "a: 'title' is 201 characters long; allowed: at most 200 characters"),
        ({"titel": "x"}, "s.yaml:5:3: a: unknown key 'titel'; allowed: title, when, who"),
        ({"id": "x"}, "s.yaml:5:3: a: the id stands before the colon; there is no key 'id'"),
        (
            {"when": "{weekly: 周五, monthly: 3}"},
            "s.yaml:3:9: a: 'weekly' and 'monthly' do not go together; allowed: weekly, monthly, quarterly",
        ),
        ({"when": "{time: '08:40'}"}, "s.yaml:3:9: a: needs exactly one of weekly"),
        ({"when": "周五"}, "s.yaml:3:9: a: needs exactly one of weekly"),
        ({"when": "{weekly: 周五, time: 15:00}"}, 's.yaml:3:28: a: write the time in quotes: "15:00"'),
        ({"when": "{weekly: 周五, time: '24:00'}"}, "s.yaml:3:28: a: '24:00' is not a time of day"),
        ({"when": "{weekly: 周五, colour: red}"}, "s.yaml:3:22: a: unknown key 'colour'"),
        (
            {"when": "{weekly: 周五, on_holiday: skipp}"},
            "a: 'on_holiday' cannot be 'skipp'; allowed: skip, previous-workday",
        ),
        ({"when": "{weekly: 周五, min_gap: 3 day}"}, "s.yaml:3:31: a: '3 day': say 'days'"),
        (
            {"when": "{monthly: 32}"},
            "s.yaml:3:19: a: '32' is not a day of a month; allowed: 1–31, last-workday",
        ),
        ({"when": "{yearly: 02-30}"}, "s.yaml:3:18: a: '02-30' is not a day of every year"),
        ({"when": "{yearly: 02-29}"}, "s.yaml:3:18: a: '02-29' is not a day of every year"),
        ({"when": "{yearly: []}"}, "s.yaml:3:18: a: 'yearly' is empty"),
        ({"when": "{dates: [2026-13-01]}"}, "s.yaml:3:18: a: there is no day 2026-13-01"),
        ({"when": "{dates: [soon]}"}, "s.yaml:3:18: a: 'soon' is not a date; allowed: 2026-11-27"),
        ({"when": "{dates: ['2026-02-30']}"}, "s.yaml:3:18: a: there is no day 2026-02-30"),
        ({"when": "{dates: 2026-02-28}"}, "s.yaml:3:17: a: 'dates' must be a list: [a, b]"),
        ({"when": "{cron: '0 0 8 * * *'}"}, "s.yaml:3:16: a: cron '0 0 8 * * *' has 6 fields, not five"),
        ({"when": "{cron: 5}"}, "s.yaml:3:16: a: 'cron' must be text, found 5"),
        ({"when": "{cron: '0 8 * * *', time: '08:00'}"}, "a: the time of day comes from the cron expression"),
        (
            {"when": "{cron: '0 8 30 2 *'}"},
            "s.yaml:3:9: a: this rule never fires: it names no day that takes place",
        ),
        ({"when": "{yearly: 10-01, on_holiday: skip}"}, "s.yaml:3:9: a: this rule never fires"),
        ({"when": "{dates: [2026-10-01], on_holiday: skip}"}, "s.yaml:3:9: a: this rule never fires"),
        ({"when": "{window: [13]}"}, "s.yaml:3:19: a: 'window' must be at most 12, found 13"),
        ({"when": "{window: [0]}"}, "s.yaml:3:19: a: 'window' must be at least 1, found 0"),
        ({"when": "{window: [x]}"}, "s.yaml:3:19: a: 'window' must be a whole number, found x"),
        (
            {"when": "{weekly: 周五, effective_from: 2026-02-01, effective_to: 2026-01-01}"},
            "a: the rule ends on 2026-01-01, before it begins on 2026-02-01",
        ),
        (
            {"when": "{weekly: 周五, effective_to: 1990-01-02, effective_from: 1990-01-01}"},
            "a: this rule never fires",
        ),
        ({"who": "{}"}, "s.yaml:4:8: a: names nobody; allowed: roles, role, units"),
        ({"who": "[staff]"}, "s.yaml:4:8: a: 'who' must be a mapping: {key: value}"),
        (
            {"who": "{roles: [staf]}"},
            "s.yaml:4:17: a: there is no role 'staf'; allowed: staff, clerk, keeper; did you mean staff?",
        ),
        ({"who": "{role: boss}"}, "s.yaml:4:15: a: there is no role 'boss'"),
        (
            {"who": "{roles: [sta ff]}"},
            "s.yaml:4:17: a: 'sta ff' is not a name; allowed: letters, digits, '-', '_', '·', '.'",
        ),
        ({"who": "{roles: [5]}"}, "s.yaml:4:17: a: 'roles' must be a name, found 5"),
        ({"who": "{units: [财政所]}"}, "s.yaml:4:17: a: there is no unit '财政所'"),
        ({"who": "{unit: 财政所}"}, "s.yaml:4:15: a: there is no unit '财政所'"),
        ({"who": "{tags: [团员]}"}, "s.yaml:4:16: a: nobody has the tag '团员'; allowed: 党员"),
        (
            {"who": "{people: [eve]}"},
            "s.yaml:4:18: a: there is no person 'eve'; allowed: alice, bob, carol, dave",
        ),
        (
            {"who": "{credential: lawyer}"},
            "a: nobody has a certificate of the kind 'lawyer'; allowed: enforcement",
        ),
        (
            {"who": "{credential: enforcement, valid: 1}"},
            "a: 'valid' must be true or false, found 1; allowed: true, false",
        ),
        ({"who": "{roles: [staff], except: {roles: [x]}}"}, "a: there is no role 'x'"),
        ({"who": "{holder: true}"}, "s.yaml:4:17: a: 'holder' only goes with 'when: {expiry: …}'"),
        (
            {"who": "{roles: [staff], prorate: by-month}"},
            "a: 'prorate' only goes with 'who: {credential: …}, done: {sum: …}'",
        ),
        ({"who": "{responsible: {role: x}, assist: {units: [y]}}"}, "a: there is no role 'x'"),
        ({"who": "{responsible: {role: staff}, assist: {units: [y]}}"}, "a: there is no unit 'y'"),
        ({"done": "{through: attendance, make_up: 3 days}"}, "s.yaml:2:3: a: 'record' is missing"),
        ({"done": "{through: attendance, make_up: 3 days}"}, "s.yaml:3:9: a: 'time' is missing"),
        (
            {"record": "{by: {role: staff}, within: 1 workday}"},
            "a: 'record' only goes with 'done: {through: attendance}'",
        ),
        ({"record": "{by: {role: x}, within: 1 workday}"}, "s.yaml:5:23: a: there is no role 'x'"),
        ({"done": "{credential: later-expiry}"}, "a: 'credential' only goes with 'when: {expiry: …}'"),
        ({"done": "{sum: hours, reach: 0}"}, "a: 'reach' must be at least 1, found 0"),
        ({"done": "{sum: hours, reach: 60, approve: {role: x}}"}, "a: there is no role 'x'"),
        ({"done": "{all: [x]}"}, "a: there is no step 'x'"),
        ({"done": "{evidence: {f: picture}}"}, "a: 'kind' cannot be 'picture'"),
        (
            {"milestones": "[{by: 03-31, reach: 3}]"},
            "a: 'milestones' only goes with 'done: {sum: …}, {register: …, reach: …}, {topics: […]}'",
        ),
        ({"on_time": "x"}, "s.yaml:5:12: a: there is no step 'x'"),
        ({"pending": "{after: x, quiet: 3 workdays}"}, "s.yaml:5:20: a: there is no step 'x'"),
        (
            {"effect": "{after: x, block: y}"},
            "a: 'x' is nothing to count from here; allowed: due, held_on, on, open",
        ),
        (
            {"remind": "{use: weely}"},
            "s.yaml:5:17: a: there is no ladder 'weely' in office.yaml; allowed: weekly, certificate",
        ),
        (
            {"remind": "{use: certificate}"},
            "a: no reminder of the ladder 'certificate' fits this schedule; allowed: due, open",
        ),
        ({"remind": "{use: monthly-task, to: [x]}"}, "a: there is no role 'x'; allowed: absent, assignee"),
        ({"remind": "[{}]"}, "s.yaml:5:12: a: needs exactly one of before, on, after, at"),
        ({"remind": "[{on: due, by: 3 days}]"}, "a: 'by' needs 'before|after' beside it"),
        (
            {"remind": "[{before: dew, by: 3 days}]"},
            "s.yaml:5:21: a: 'dew' is nothing to count from here; allowed: due, held_on, on, open; did you mean due?",
        ),
        ({"remind": "[{before: start, by: 3 days}]"}, "a: 'start' is nothing to count from here"),
        ({"remind": "[{on: due, to: boss}]"}, "s.yaml:5:26: a: there is no role 'boss'"),
        ({"remind": "[{on: due, to: recorder}]"}, "a: 'recorder' only goes with 'record'"),
        (
            {"remind": "[{on: due, to: responsible}]"},
            "a: 'responsible' only goes with 'who: {responsible: …}'",
        ),
        ({"remind": "[{on: due, to: absent}]"}, "a: nobody is known to be absent before the record is made"),
        (
            {"remind": "[{on: due, when_behind: true}]"},
            "a: 'when_behind' only goes with 'done: {sum: …}, {register: …, reach: …}, {topics: […]}'",
        ),
        ({"remind": "[{on: due, channel: sms}]"}, "a: there is no channel 'sms'; allowed: group, personal"),
        (
            {"remind": "[{on: due}, {on: due}]"},
            "s.yaml:5:23: a: this reminder stands here twice; give one of them an 'id'",
        ),
        ({"remind": "[{on: due, id: x}, {before: due, id: x}]"}, "a: this reminder stands here twice"),
        (
            {"basis": "{text: x, kind: rumour}"},
            "a: 'kind' cannot be 'rumour'; allowed: law, default, custom",
        ),
        ({"basis": "5"}, "s.yaml:5:10: a: 'basis' must be a mapping"),
    ],
)
def test_a_mistake_in_a_schedule(said: Said, changes: dict[str, str], sentence: str) -> None:
    found = said(entry(**changes))

    assert any(sentence in each for each in found), found


STEPS = "{window: [11]}"


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("x: {title: x, within: 3 days}", "a: 'within' needs 'after' beside it"),
        ("x: {title: x, due: window, after: y}", "a: 'after' needs 'within' beside it"),
        ("x: {title: x, due: window, from: y}", "a: 'from' needs 'after' beside it"),
        ("x: {title: x, due: 5}", "a: 'due' must be a mapping"),
        (
            "x: {title: x, due: tomorrow}",
            "s.yaml:6:24: a: 'at' cannot be 'tomorrow'; allowed: window, expiry, due, start",
        ),
        ("x: {title: x, due: {by: 3 days}}", "a: needs exactly one of before, after"),
        ("x: {title: x, due: expiry}", "a: 'expiry' is nothing to count from here; allowed: due"),
        ("x: {title: x, due: {before: y, by: 3 days}}", "s.yaml:6:33: a: 'y' is nothing to count from here"),
        ("x: {title: x, due: window, owed_by: assist}", "a: 'who' has no 'assist'"),
        ("x: {title: x, due: window, owed_by: responsible}", "a: 'who' has no 'responsible'"),
        (
            "x: {title: x, due: window, owed_by: boss}",
            "a: 'owed_by' cannot be 'boss'; allowed: assist, responsible",
        ),
        ("x: {title: x, due: window, owed_by: {role: boss}}", "a: there is no role 'boss'"),
        ("x: {title: x, after: y, within: 3 days}", "s.yaml:6:26: a: there is no step 'y'; allowed: x"),
        (
            "y: {title: why, due: window}\n    x: {title: x, after: y, from: d, within: 3 days}",
            "s.yaml:7:35: a: step 'y' records no date 'd'",
        ),
        (
            "x: {title: x, after: y, within: 3 days}\n    y: {title: why, after: x, within: 3 days}",
            "in a circle: x → y → x",
        ),
        (
            "w: {title: w, due: window}\n    y: {title: why, after: w, within: 3 days}\n"
            "    x: {title: x, due: {before: y, by: 3 days}}",
            "a: step 'y' has no day of its own before another step is done",
        ),
        (
            "due: {title: x, due: window}",
            "s.yaml:6:10: a: 'due' has a meaning of its own; give the step another name",
        ),
    ],
)
def test_a_mistake_in_a_step(said: Said, steps: str, sentence: str) -> None:
    found = said(entry(when=STEPS, steps=f"\n    {steps}"))

    assert any(sentence in each for each in found), found


@pytest.mark.parametrize(
    ("children", "sentence"),
    [
        (
            "{from: y, template: {title: t}, remind: {use: monthly-task}}",
            "a: there is no step 'y'; allowed: x",
        ),
        ("{from: x, template: {titel: t}}", "a: 'titel' cannot be 'titel'"),
        ("{from: x, template: {title: t}, closed_by: {approve: {role: z}}}", "a: there is no role 'z'"),
        (
            "{from: x, template: {title: t}, remind: {use: weekly}}",
            "a: no reminder of the ladder 'weekly' fits",
        ),
        (
            "{from: x, template: {title: t}, remind: [{before: x, by: 1 workday}]}",
            "a: 'x' is nothing to count from here",
        ),
    ],
)
def test_a_mistake_in_children(said: Said, children: str, sentence: str) -> None:
    found = said(entry(when=STEPS, steps="{x: {title: x, due: window}}", children=children))

    assert any(sentence in each for each in found), found


@pytest.mark.parametrize(
    ("milestones", "sentence"),
    [
        (
            "[{by: 06-30, reach: 30}, {by: 03-31, reach: 40}]",
            "a: milestones must follow each other in date and figure",
        ),
        (
            "[{by: 03-31, reach: 30}, {by: 06-30, reach: 20}]",
            "a: milestones must follow each other in date and figure",
        ),
        ("[{by: 03-31, reach: 61}]", "s.yaml:6:35: a: 'reach' must be at most 60, found 61"),
    ],
)
def test_a_mistake_in_milestones(said: Said, milestones: str, sentence: str) -> None:
    found = said(entry(when="{cycle: calendar-year}", done="{sum: hours, reach: 60}", milestones=milestones))

    assert any(sentence in each for each in found), found


def test_all_mistakes_of_all_files_come_at_once(said: Said) -> None:
    found = said(
        entry(
            titel="x",
            who="{roles: [staf], units: [财政], x: 1}",
            remind="[{use: 1, to: boss}, {to: [x]}, {before: due, by: 3}]",
        ),
        t_yaml="a: 5\nb: [1]\n",
        people_csv=PEOPLE_CSV.replace("司法所,督办员", "司法局,督办员"),
        credentials_csv=CREDENTIALS_CSV.replace("2026-10-08", "2026.13.40"),
        calendar__2026_json='{"year": 2026, "days": []}',
    )

    assert len(found) >= 10
    assert found == sorted(
        found, key=lambda each: (each.split(":")[0], int(each.split(":")[1]), int(each.split(":")[2]))
    )
    files = {"calendar/2026.json", "credentials.csv", "people.csv", "s.yaml", "t.yaml"}
    assert {each.split(":")[0] for each in found} == files
    assert any("t.yaml:1:1: a: the id 'a' is already taken at s.yaml:1" in each for each in found)
    assert any("s.yaml:4:17: a: there is no role 'staf'" in each for each in found)
    assert any("s.yaml:4:32: a: there is no unit '财政'" in each for each in found)


@pytest.mark.parametrize(
    "broken",
    [
        {"office_yaml": OFFICE_YAML.replace("title: ", "title: [", 1)},
        {"people_csv": PEOPLE_CSV.replace("单位", "处所", 1)},
        {"people_csv": PEOPLE_CSV.replace("工号", "号", 1)},
        {"people_csv": PEOPLE_CSV.replace("司法所,督办员", "司法局,督办员")},
    ],
)
def test_a_broken_file_hides_no_mistake_of_a_roster(said: Said, broken: dict[str, str]) -> None:
    people = broken.get("people_csv", PEOPLE_CSV).replace("13800000001", "1.38E+10")

    found = said(**broken | {"people_csv": people, "credentials_csv": CREDENTIALS_CSV.encode("gbk")})

    assert len(found) == 3, found
    assert any("a spreadsheet turned into a number" in each for each in found)
    gbk = "credentials.csv:1:2: the file is GBK, not UTF-8; allowed: save it as UTF-8"
    assert any(each.startswith(gbk) for each in found)


def test_holders_are_looked_up_only_in_a_roster_that_could_be_read(said: Said) -> None:
    found = said(
        people_csv=PEOPLE_CSV.replace("工号", "号", 1), credentials_csv=CREDENTIALS_CSV.replace("C-1", "")
    )

    assert [each.split(": ")[0] for each in found] == ["credentials.csv:3:1", "people.csv:1:1"]


def test_a_ladder_that_is_not_there_is_missed_in_a_broken_schedule_too(said: Said) -> None:
    found = said(entry(titel="x", remind="{use: weely}"))

    assert any("there is no ladder 'weely'" in each for each in found)


def test_a_schedule_without_reminders_needs_a_ladder_that_fits(said: Said) -> None:
    office = OFFICE_YAML.replace("  monthly-task:", "  other:")

    assert said(entry(), office_yaml=office) == [
        "s.yaml:2:3: a: there is no ladder 'monthly-task' in office.yaml; allowed: certificate, other, statute, weekly"
    ]
    assert said(entry(remind="[]"), office_yaml=office) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title: 小单位": "short: 小"}, "office.yaml:1:1: 'title' is missing"),
        (
            {"title: 小单位": "title: 小单位\ntimezone: Asia/Jiaozuo"},
            "office.yaml:2:11: 'Asia/Jiaozuo' is not a time zone",
        ),
        (
            {"title: 小单位": "title: 小单位\nsending: ['15:00', '08:40']"},
            "office.yaml:2:10: times must rise",
        ),
        ({"title: 小单位": "title: 小单位\nsending: []"}, "office.yaml:2:10: 'sending' is empty"),
        (
            {"title: 小单位": "title: 小单位\nclerk: staf"},
            "office.yaml:2:8: there is no role 'staf' to be the clerk; allowed: staff, clerk, keeper; did you mean staff?",
        ),
        (
            {"title: 小单位": "title: 小单位\nclerk: boss", "roles: {": "roles: {boss: {title: B}, "},
            "nobody holds the role 'boss' (B)",
        ),
        (
            {"head: alice": "head: alise"},
            "office.yaml:8:40: there is no person 'alise'; allowed: alice, bob, carol, dave; did you mean alice?",
        ),
        ({"leader: bob}": "leader: eve}"}, "there is no person 'eve'"),
        (
            {"parent: all, head: bob": "parent: al, head: bob"},
            "there is no unit 'al'; allowed: all, law, team; did you mean all?",
        ),
        (
            {"all: {title: 各科室}": "all: {title: 各科室, parent: law}"},
            "units stand above each other in a circle",
        ),
        ({"title: 司法所": "title: 执法队"}, "the units 'law' and 'team' have the same title"),
        ({"person: bob": "person: eve"}, "office.yaml:11:39: there is no person 'eve'"),
        (
            {"reach: {people: personal": "reach: {people: sms"},
            "office.yaml:5:17: there is no channel 'sms'; allowed: personal",
        ),
        (
            {"reach: {people: personal": "reach: {people: group"},
            "the channel 'group' is for groups; allowed: personal",
        ),
        ({"group: group}": "group: personal}"}, "the channel 'personal' is for people; allowed: group"),
        (
            {'url: "outbox://{id}"': f'url: "{"x" * 1001}"'},
            "'url' is too long; allowed: at most 1000 characters",
        ),
        ({'url: "outbox://{id}"': 'url: ""'}, "'url' is empty"),
        (
            {"statute: [{on: due}]": "statute: [{on: due, to: boss}]"},
            "office.yaml:15:27: there is no role 'boss'",
        ),
        ({"statute: [{on: due}]": "statute: [{on: due}, {on: due}]"}, "this reminder stands here twice"),
        (
            {"leader: {title": "chief: {title"},
            "'chief' cannot be 'chief'; allowed: unit-head, deputy-leader, leader",
        ),
    ],
)
def test_a_mistake_in_the_office_file(said: Said, changes: dict[str, str], sentence: str) -> None:
    text = OFFICE_YAML
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    found = said(office_yaml=text)

    assert any(sentence in each for each in found), found


def test_an_office_without_a_group_cannot_tell_it(said: Said) -> None:
    office = OFFICE_YAML.replace(", group: group}", "}")

    assert said(entry(remind="[{on: due, to: group}]"), office_yaml=office) == [
        "s.yaml:5:26: a: the office has no group: office.yaml names none under 'reach'"
    ]


def test_a_role_nobody_holds(said: Said) -> None:
    people = PEOPLE_CSV.replace("、管理员", "")

    assert said(entry(who="{roles: [keeper]}"), people_csv=people) == [
        "s.yaml:4:17: a: nobody holds the role 'keeper' (管理员); allowed: clerk, staff"
    ]


def test_who_has_left_holds_nothing(said: Said) -> None:
    people = PEOPLE_CSV.replace("入职日期\n", "入职日期,离职日期\n").replace(
        "13800000002,", "13800000002,,2026-01-01"
    )

    assert any(
        "nobody holds the role 'keeper'" in each
        for each in said(entry(who="{roles: [keeper]}"), people_csv=people)
    )


SUMMARY = "summaries:\n  s: {title: 汇总, draft: {weekly: 周五, time: '16:30'}, send: {weekly: 周一, time: '08:15'}}\n"


def test_a_summary(said: Said) -> None:
    assert said(SUMMARY) == []


def test_a_summary_that_ranks_units_every_month(said: Said) -> None:
    rhythm = "draft: {monthly: 1, time: '09:00'}, send: {monthly: last-workday, time: '14:30'}, rank: units"

    assert said(f"summaries:\n  s: {{title: 排名, {rhythm}}}\n") == []
    assert said(SUMMARY.replace("}}\n", "}, to: [unit-head, staff]}\n")) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (", time: '16:30'", "", "s.yaml:2:25: s: 'time' is missing"),
        ("'}}\n", "'}, to: [boss]}\n", "s: there is no role 'boss'; allowed: clerk, deputy-leader"),
        (
            "'}}\n",
            "'}, x: 1, to: [boss]}\n",
            "s: unknown key 'x'; allowed: title, draft, send, to, release, rank",
        ),
        ("'}}\n", "'}, rank: people}\n", "s: 'rank' cannot be 'people'; allowed: units"),
        ("draft: {weekly: ", "draft: {yearly: ", "s: needs exactly one of weekly, monthly"),
        ("  s: {title", "  a: 5\n  s: {title", "s.yaml:2:6: a: 'a' must be a mapping"),
    ],
)
def test_a_mistake_in_a_summary(said: Said, old: str, new: str, sentence: str) -> None:
    found = said(SUMMARY.replace(old, new))

    assert any(sentence in each for each in found), found


def test_a_gap_between_notices_is_a_problem(notices: list[SourceFile]) -> None:
    files = [source for source in notices if "2025" not in source.path]
    texts = [
        problem.text() for problem in load([*files, SourceFile("office.yaml", OFFICE_YAML.encode())]).problems
    ]

    assert (
        "calendar/2024.json:1:1: the working days of 2025 are missing; allowed: add calendar/2025.json"
        in texts
    )


def test_a_year_after_the_last_notice_is_no_mistake(notices: list[SourceFile]) -> None:
    files = [
        *notices,
        SourceFile("office.yaml", OFFICE_YAML.encode()),
        SourceFile("people.csv", PEOPLE_CSV.encode()),
        SourceFile("s.yaml", entry().encode()),
    ]

    assert load(files, today=date(2028, 1, 1)).problems == ()


def test_a_year_in_two_files(said: Said) -> None:
    text = '{"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}]}'

    assert said(other_json=text) == ["other.json:1:1: the year 2026 is already in calendar/2026.json"]


def test_an_office_without_rosters_and_notices() -> None:
    office = (
        OFFICE_YAML.replace("head: alice, leader: bob", "kind: x")
        .replace(", head: bob", "")
        .replace(", person: bob", "")
    )
    files = [SourceFile("office.yaml", office.encode())]
    texts = [problem.text() for problem in load(files, today=date(2026, 11, 23)).problems]

    assert load(files).problems == ()
    assert texts == [
        "calendar/2026.json:1:1: there is no calendar of working days; allowed: add calendar/2026.json",
        "people.csv:1:1: there is no roster of people in this folder; allowed: people.csv, people.xlsx, 花名册.csv, 花名册.xlsx",
        "schedules.yaml:1:1: there is no schedule in this folder; allowed: a file like schedules.yaml; `duban init` writes an "
        "office to begin with",
    ]


def test_a_folder_without_an_office_is_one_mistake() -> None:
    texts = [problem.text() for problem in load([], today=date(2026, 11, 23)).problems]

    assert len(texts) == 1
    assert texts[0].startswith("office.yaml:1:1: there is no office.yaml in this folder")


def test_a_roster_that_tells_no_roles_is_one_mistake(notices: list[SourceFile]) -> None:
    rows = [line.split(",") for line in PEOPLE_CSV.splitlines()]
    at = rows[0].index("角色")
    people = "\n".join(",".join(cell for col, cell in enumerate(row) if col != at) for row in rows)
    files = [
        *notices, SourceFile("office.yaml", OFFICE_YAML.encode()), SourceFile("people.csv", people.encode()),
        SourceFile("s.yaml", entry(who="{roles: [staff]}").encode()),
    ]  # fmt: skip

    texts = [problem.text() for problem in load(files, today=date(2026, 11, 23)).problems]

    assert texts == ["people.csv:1:1: there is no column '角色'; allowed: 角色, roles"]


def test_a_broken_office_file_hides_no_mistake_of_a_schedule(said: Said) -> None:
    found = said(entry(titel="x") + SUMMARY.replace(", time: '16:30'", ""), office_yaml="title: 小\nx: 1\n")

    assert [each.partition(": ")[0] for each in found] == [
        "office.yaml:1:1", "office.yaml:1:1", "office.yaml:2:1", "s.yaml:5:3", "s.yaml:7:25",
    ]  # fmt: skip


def test_unknown_files_are_left_alone(said: Said) -> None:
    assert said(entry(), readme_txt=b"\xff\xff") == []


@pytest.mark.parametrize("name", ["people_csv", "s_yaml", "credentials_csv"])
def test_files_that_cannot_be_read(said: Said, name: str) -> None:
    found = said(**{name: b"\xff\xff\xff\xff"}) if name != "s_yaml" else said(b"\xff\xff\xff\xff")

    (only,) = found
    assert only.startswith(
        f"{name.replace('_', '.')}:1:1: the file is not UTF-8 text; allowed: save it as UTF-8: in "
    )


@pytest.mark.parametrize(("text", "sentence"), BAD_TERMS.items(), ids=BAD_TERMS)
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("when", "{weekly: 周五, min_gap: '"),
        ("done", "{by: each, within: '"),
        ("remind", "[{before: due, by: '"),
        ("steps", "{x: {title: t, due: {before: due, by: '"),
    ],
    ids=["gap", "within", "rung", "step"],
)
def test_a_bad_term_is_refused_at_its_place(
    said: Said, key: str, value: str, text: str, sentence: str
) -> None:
    brackets = "".join({"{": "}", "[": "]"}.get(letter, "") for letter in reversed(value))
    yaml = entry(**{key: f"{value}{text}'{brackets}"})
    line = next(n for n, each in enumerate(yaml.splitlines(), start=1) if each.startswith(f"  {key}:"))

    (problem,) = said(yaml)

    assert problem.startswith(f"s.yaml:{line}:{len(f'  {key}: {value}')}: a: {sentence}")
    assert problem.endswith(f"; allowed: {ALLOWED}")


def test_every_bad_term_is_told_in_one_go(said: Said) -> None:
    written = entry(
        when="{weekly: 周五, min_gap: 20}",
        done="{by: each, within: 0 workdays}",
        remind="[{before: due, by: 1 day}]",
    )

    assert [problem.split(": ")[0] for problem in said(written)] == [
        "s.yaml:3:31",
        "s.yaml:5:28",
        "s.yaml:6:30",
    ]


OVERRIDES = (
    '{"overrides": [{"date": "2026-09-03", "isOffDay": true, "name": "纪念日", "reason": "市政府通知"}]}'
)


def test_single_days_are_part_of_the_office(small: Small) -> None:
    loaded = small(overrides_json=OVERRIDES)
    assert loaded.office is not None
    assert [each.reason for each in loaded.office.day_overrides] == ["市政府通知"]
    assert [each.year for each in loaded.office.notices] == [2023, 2024, 2025, 2026]
    assert not loaded.office.calendar.is_workday(date(2026, 9, 3))


def test_a_day_overridden_in_two_files_is_refused(said: Said) -> None:
    assert said(a_json=OVERRIDES, b_json=OVERRIDES) == ["b.json:1:1: 2026-09-03 stands here twice"]
