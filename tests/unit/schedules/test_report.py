"""The annual report in an office's files: what a figure may say, and every mistake in it at its place."""

import pytest

from schedules.json_schema import schedules_schema
from schedules.report import KINDS, OnTime, Total
from schedules.report_file import chapters_of
from schedules.report_kept import kept
from schedules.report_references import deciding_part

SCHEDULES = """\
study:
  title: 学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  record:
    by: {role: keeper}
    within: 1 workday
    evidence: {law: {kind: choice, from: [宪法, 无]}, people: number}
    counts: {law_sessions: "law != 无"}
  done: {by: each, through: attendance, make_up: 10 workdays}
  remind: [{before: start, by: 1 workday}]
laws:
  title: 必学
  when: {cycle: calendar-year}
  who: {role: keeper}
  done: {topics: [宪法], from: study.law}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
hours:
  title: 培训
  when: {cycle: calendar-year}
  who: {roles: [staff]}
  done: {sum: hours, reach: 60}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
meeting:
  title: 会议
  when: {by: "02-28"}
  who: {role: keeper}
  done: {evidence: {held_on: date, people: number, result: {kind: choice, from: [成, 不成]}, minutes: file}}
  remind: [{before: due, by: 1 workday}]
review:
  title: 研判
  when: {window: [7, 11], due: last-workday}
  who: {responsible: {role: keeper}}
  steps:
    meet: {title: 开会, due: window, evidence: {held_on: date}}
    minutes: {title: 纪要, after: meet, from: held_on, within: 5 workdays, evidence: {minutes: file}}
  children: {from: minutes, template: {title: 问题, owner: 单位, due: 时限}}
  done: {all: [minutes, children]}
  remind: [{before: due, by: 1 workday}]
case:
  title: 案件
  when: {event: case.filed, key: 案号, fields: {handlers: {label: 承办人, kind: people}}}
  who: {from_event: handlers}
  steps:
    check: {title: 审核, evidence: {checked_on: date}}
    wait: {title: 等, after: check, wait: 5 workdays}
    decide: {title: 决定, after: event, within: 90 days, evidence: {decided_on: date}, basis: {text: 内部, kind: custom}}
  on_time: decide
  remind: [{before: due, by: 1 workday}]
visits:
  title: 走访
  when: {once: {from: "2026-04-07", to: "2026-10-30"}}
  who: {role: keeper}
  remind: [{before: due, by: 1 workday}]
days:
  title: 主题日
  for_each:
    a: {on: "03-16", title: 甲}
    b: {on: "04-15", title: 乙}
  when: {yearly: on}
  who: {role: keeper}
  remind: [{before: due, by: 1 workday}]
registers:
  cleanup: {title: 整治, by: {role: keeper}, fields: {held_on: date, place: text, fixed: number, kind: {kind: choice, from: [甲, 乙]}}}
"""
FIGURES = """\
report:
  done:
    title: 履职情况
    sections:
      all:
        title: 全部
        text: 学习{held}，整治{cleanup}。
        figures:
          held: {label: 场次, measure: 场, gatherings: study}
          law: {label: 法治, counted: law_sessions, of: study}
          law-all: {label: 法治, counted: law_sessions}
          met: {label: 会议, records: meeting, where: result = 成}
          people: {label: 人数, records: meeting, sum: people}
          days: {label: 主题日, records: days}
          timely: {label: 按期, on_time: [meeting, case]}
          decided: {label: 按期, on_time: case, parts: decide}
          filed: {label: 立案, cases: case, count: closed, part: decide}
          order: {label: 先后, order: [check, decide], of: case}
          found: {label: 问题, children: review}
          visited: {label: 走访, campaign: visits}
          cleanup: {label: 整治, register: cleanup}
          fixed: {label: 摊点, register: cleanup, sum: fixed, where: kind = 甲}
          kinds: {label: 各类, register: cleanup, each: kind}
          places: {label: 路段, register: cleanup, by: place}
          trained: {label: 学时, hours: hours}
          cards: {label: 持证, credentials: enforcement}
          topics: {label: 必学, topics: laws}
          both: {label: 合计, total: [met, cleanup]}
          rate: {label: 比率, share: [met, both]}
  next:
    title: 下一步
"""


def test_every_kind_of_figure_is_read(small):
    office = small(SCHEDULES + FIGURES).office

    first, last = office.report
    assert (first.id, first.title, first.missing) == ("done", "履职情况", "error")
    assert {type(figure) for _, _, figure in first.figures()} == set(KINDS.values())
    assert last.sections == {}
    assert kept(office, office.report).left_out == ()
    assert kept(office, office.report).chapters == office.report


def test_the_report_of_the_starter_office_is_read_whole(starter, starter_files):
    text = next(each for each in starter_files if each.path == "report.yaml").data.decode()

    assert chapters_of(text) == starter.report
    found = kept(starter, starter.report)
    assert found.left_out == ()
    assert len(found.figures()) > 60
    with pytest.raises(ValueError, match="report"):
        chapters_of("report: [")


@pytest.mark.parametrize(
    ("figure", "what", "allowed"),
    [
        ("{label: x, gatherings: studi}", "there is no schedule 'studi'", "study"),
        ("{label: x, gatherings: [study, meeting]}", "the schedule 'meeting' keeps no attendance", ""),
        ("{label: x, cases: meeting}", "the schedule 'meeting' is not started by events", ""),
        ("{label: x, cases: case, part: decid}", "the schedule 'case' has no step 'decid'", "decide"),
        ("{label: x, children: meeting}", "the schedule 'meeting' finds no items", ""),
        ("{label: x, campaign: meeting}", "the schedule 'meeting' is no campaign", ""),
        ("{label: x, hours: meeting}", "the schedule 'meeting' counts no hours", ""),
        ("{label: x, topics: meeting}", "the schedule 'meeting' asks for no topics", ""),
        ("{label: x, order: [meet, decide], of: [review]}", "the schedule 'review' has no step 'decide'", "meet"),
        ("{label: x, order: [check, decide], of: [nothing]}", "there is no schedule 'nothing'", "case"),
        ("{label: x, on_time: case, parts: [decide, serve]}", "the schedule 'case' has no step 'serve'", "decide"),
        ("{label: x, records: study, part: wreck}", "the schedule 'study' has no step 'wreck'", "record"),
        ("{label: x, records: meeting, sum: peeple}", "'meeting' records no number 'peeple'", "people"),
        ("{label: x, records: meeting, sum: minutes}", "'meeting' records no number 'minutes'", "people"),
        ("{label: x, records: meeting, part: '', where: outcome = 成}", "is not a name", ""),
        ("{label: x, records: meeting, where: outcome = 成}", "'meeting' records no field 'outcome'", "held_on"),
        ("{label: x, records: meeting, where: result = 好}", "'result' cannot be '好'", "成、不成"),
        ("{label: x, register: cleanups}", "there is no register 'cleanups'", "cleanup"),
        ("{label: x, register: cleanup, sum: place}", "'cleanup' records no number 'place'", "fixed"),
        ("{label: x, register: cleanup, each: place}", "'cleanup' records no choice 'place'", "kind"),
        ("{label: x, register: cleanup, by: street}", "'cleanup' records no field 'street'", "held_on"),
        ("{label: x, credentials: driving}", "nobody holds a certificate 'driving'", "enforcement"),
        ("{label: x, counted: lessons}", "nothing counts to 'lessons'", "law_sessions"),
        ("{label: x, total: [met, later]}", "no figure 'later' stands before this one", "met"),
        ("{label: x, share: [met]}", "'share' must name two: [a, b]", ""),
        ("{label: x, total: []}", "'total' is empty", ""),
        ("{label: x, measure: 次}", "needs exactly one of gatherings, records", ""),
        ("{label: x, records: meeting, amount: 次}", "unknown key 'amount'", "measure"),
    ],
)  # fmt: skip
def test_a_figure_that_nothing_answers_to_is_a_mistake_at_its_place(said, figure, what, allowed):
    text = f"{SCHEDULES}report:\n  done:\n    title: 甲\n    sections:\n      s:\n        title: 乙\n        figures:\n"
    text += f"          met: {{label: m, records: meeting}}\n          x: {figure}\n          later: {{label: l, records: meeting}}\n"
    line = text.count("\n") - 1

    found = said(text)

    assert len(found) == 1, found
    assert found[0].startswith(f"s.yaml:{line}:")
    assert ": done: " in found[0]
    assert what in found[0]
    assert allowed in found[0]


def test_a_sentence_names_only_figures_that_are_there(said):
    text = FIGURES.replace("{held}，", "{halt}，")

    (problem,) = said(SCHEDULES + text)

    assert "there is no figure 'halt'" in problem
    assert "held" in problem


def test_a_figure_stands_in_the_report_once(said):
    text = FIGURES.replace(
        "    title: 下一步",
        "    title: 下一步\n    sections: {s: {title: t, figures: {held: {label: x, gatherings: study}}}}",
    )

    (problem,) = said(SCHEDULES + text)

    assert "the figure 'held' stands in the report already" in problem
    assert ": next: " in problem


def test_of_a_schedule_that_could_not_be_read_nothing_is_said(said):
    broken = SCHEDULES.replace("{weekly: 周五, time", "{weekly: 周八, time")

    found = said(broken + FIGURES)

    assert all(": report" not in problem and ": done:" not in problem for problem in found), found


def test_what_the_office_does_not_keep_may_be_left_out(small):
    text = FIGURES.replace("title: 履职情况", "title: 履职情况\n    missing: leave-out")
    without = SCHEDULES.replace("study:\n", "other:\n").replace("from: study.law", "from: other.law")
    without = without.replace("  cleanup: {", "  sweeping: {").replace("case:\n", "file:\n", 1)

    office = small(without + text).office
    found = kept(office, office.report)

    kept_ones = found.figures()
    for gone in ("held", "law", "filed", "order", "cleanup", "fixed", "decided"):
        assert gone not in kept_ones
    assert "场次" in found.left_out
    timely, both = kept_ones["timely"], kept_ones["both"]
    assert isinstance(timely, OnTime)
    assert isinstance(both, Total)
    assert (timely.on_time, both.total) == (("meeting",), ("met",)), "of several what is there"
    assert "rate" in kept_ones
    assert "cards" in kept_ones
    assert kept(small(without + text, credentials_csv="").office, office.report).left_out[-1] != "比率"


def test_a_share_of_what_is_not_kept_is_left_out(small):
    text = FIGURES.replace("share: [met, both]", "share: [cleanup, met]").replace(
        "total: [met, cleanup]", "total: [cleanup, fixed]"
    )
    text = text.replace("title: 履职情况", "title: 履职情况\n    missing: leave-out")
    office = small(SCHEDULES.replace("  cleanup: {", "  sweeping: {") + text).office

    found = kept(office, office.report)

    assert {"合计", "比率"} <= set(found.left_out)


def test_which_part_says_that_it_took_place(small, starter):
    office = small(SCHEDULES).office

    wanted = {"study": "record", "meeting": "", "review": "minutes", "case": "decide", "visits": ""}
    assert {key: deciding_part(office.schedule(key)) for key in wanted} == wanted
    assert deciding_part(starter.schedule("publish-holders")) == "publish"
    assert deciding_part(starter.schedule("hiring")) == "contract"


def test_editors_are_told_of_the_report():
    schema = schedules_schema()

    assert schema["properties"]["report"]["else"]["additionalProperties"] == {"$ref": "#/definitions/Chapter"}
    chapter = schema["definitions"]["Chapter"]
    assert set(chapter["required"]) == {"title"}
    assert "id" not in chapter["properties"]


def test_a_schedule_may_be_called_report(small):
    owed = """\
report:
  title: 周报
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each}
  remind: [{before: start, by: 1 workday}]
"""

    loaded = small(owed)

    assert not loaded.problems
    assert [each.id for each in loaded.office.schedules] == ["report"]
    assert not loaded.office.report
