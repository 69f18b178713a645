"""Mistakes in chains: each is told with its place and what would be right."""

from collections.abc import Callable

import pytest
from unit.schedules.chains import CASE

Said = Callable[..., list[str]]
HEAD = "a:\n  title: a\n  when: {event: e, key: k, fields: {major: yes-no, n: number}}\n  who: {from_event: h}\n  remind: []\n"


def test_the_case_of_the_tests_is_right(said: Said) -> None:
    assert said(CASE) == []


def test_a_post_may_agree(said: Said) -> None:
    assert (
        said(CASE.replace("basis: required, approve: {role: keeper}}", "approve: {role: deputy-leader}}"))
        == []
    )


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ("x: {title: x, within: 3 days}", "s.yaml:7:8: a: 'within' needs 'after' beside it"),
        ("x: {title: x, wait: 3 days}", "a: 'wait' needs 'after' beside it"),
        ("x: {title: x, from: d}", "a: 'from' needs 'after' beside it"),
        ("x: {title: x, internal: 3 days}", "a: 'internal' needs 'within' beside it"),
        ("x: {title: x, after: event, within: 3 days, internal: 3 days}", "a: 'internal' has to be shorter than 'within'"),
        ("x: {title: x, roll: next-workday}", "a: 'roll' needs 'within' beside it"),
        ("x: {title: x, extend: {once: 3 days}}", "a: 'extend' needs 'within|due' beside it"),
        ("x: {title: x, after: event, within: 3 days, wait: 3 days}", "a: needs at most one of due, within, wait"),
        ("x: {title: x, after: event, due: due}", "a: 'after' needs 'within' beside it"),
        ("x: {title: x, after: event, from: d, within: 3 days}", "a: the event records no date 'd'"),
        (
            "y: {title: yy}\n    z: {title: z}\n    x: {title: x, after: [y, z], from: d, within: 3 days}",
            "a: 'from' names one date; 'after' names y, z",
        ),
        ("x: {title: x, after: event, wait: 3 days, gate: x}", "a waiting period is nobody's"),
        ("x: {title: x, after: {all: [event], earlier: [event]}}", "a: needs exactly one of all, earlier"),
        ("x: {title: x, after: nothing}", "s.yaml:7:26: a: there is no step 'nothing'; allowed: x"),
        ("x: {title: x, gate: [nothing]}", "s.yaml:7:26: a: there is no step 'nothing'; allowed: x"),
        ("y: {title: yy}\n    x: {title: x, gate: 'y='}", "a: 'y=' names no result; allowed: step, step=result"),
        ("y: {title: yy}\n    x: {title: x, gate: y=好}", "a: step 'y' cannot end with '好'"),
        (
            "y: {title: yy, evidence: {r: {kind: choice, from: [好, 差]}}}\n    x: {title: x, gate: y=中}",
            "a: step 'y' cannot end with '中'; allowed: 好、差",
        ),
        ("x: {title: x, if: minor}", "s.yaml:7:23: a: nothing records 'minor'; allowed: major"),
        ("x: {title: x, if: x.d = 1, evidence: {d: text}}", "a: nothing records 'x.d'"),
        ("x: {title: x, if: a b}", "a: 'a b' is not a condition; allowed: field, field = value"),
        ("x: {title: x, owed_by: {unit: 财务科}}", "s.yaml:7:35: a: there is no unit '财务科'"),
        ("x: {title: x, owed_by: {external: 财务科}}", "a: there is no unit '财务科'"),
        ("x: {title: x, owed_by: {role: boss, not: handlers}}", "a: there is no role 'boss'"),
        ("x: {title: x, after: event, within: 3 days, extend: {once: 3 days, approve: {role: boss}}}", "a: there is no role 'boss'"),
        ("x: {title: x, approve: {role: unit-head}}", "a: there is no role 'unit-head'"),
        ("x: {title: x, after: event, within: 3 days, extend: {once: 0 days}}", "a: an extension of 0 gives nothing"),
        ("event: {title: x}", "a: 'event' has a meaning of its own; give the step another name"),
        (
            "x: {title: x, after: y, within: 1 workday}\n    y: {title: yy, gate: z}\n    z: {title: z, if: x.d = 1}",
            "s.yaml:7:8: a: steps wait for each other in a circle: x → y → z → x",
        ),
        ("x: {title: x, after: x, within: 1 workday}", "in a circle: x → x"),
        ("x: {title: x, after: event, within: 0 workdays}", "'0 workdays' can mean two things"),
        ("x: {title: x, after: event, within: 3}", "a term needs a number and a unit, found 3"),
        ("x: {title: x, after: event, within: 3 day}", "'3 day': say 'days' (natural days) or 'workdays'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_step_of_a_chain(said: Said, steps: str, sentence: str) -> None:
    found = said(f"{HEAD}  steps:\n    {steps}\n")

    assert any(sentence in each for each in found), found


def test_a_circle_is_told_once(said: Said) -> None:
    found = said(f"{HEAD}  steps:\n    x: {{title: x, gate: 'y'}}\n    y: {{title: yy, gate: x}}\n")

    assert [each for each in found if "circle" in each] == [
        "s.yaml:7:8: a: steps wait for each other in a circle: x → y → x"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("who: {from_event: major}", "a: the field 'major' names nobody: its kind is yes-no; allowed: people, person, unit"),
        ("who: {roles: [staff], at_least: 2}", "a: 'at_least' only goes with 'from_event'"),
        ("who: {roles: [staff], valid_on: event}", "a: 'valid_on' only goes with 'from_event'"),
        ("who: {from_event: h}\n  steps: {x: {title: x, owed_by: assist}}", "a: 'who' has no 'assist'"),
        ("who: {roles: [staff]}\n  steps: {x: {title: x, owed_by: handlers}}", "a: 'who' has no 'from_event'"),
        (
            "who: {roles: [staff]}\n  steps: {x: {title: x, owed_by: {role: keeper, not: handlers}}}",
            "a: 'who' has no 'from_event'",
        ),
        ("who: {from_event: h}\n  pause: {allow: [鉴定], stops: [x]}", "a: there is no step 'x'"),
        ("who: {from_event: h}\n  pause: {allow: [鉴定], stops: [], approve: {role: boss}}", "a: there is no role 'boss'"),
    ],
)  # fmt: skip
def test_a_mistake_about_the_event(said: Said, text: str, sentence: str) -> None:
    found = said(
        f"a:\n  title: a\n  when: {{event: e, key: k, fields: {{major: yes-no}}}}\n  {text}\n  remind: []\n"
    )

    assert any(sentence in each for each in found), found


def test_a_choice_of_an_event_needs_its_options(said: Said) -> None:
    found = said(
        "a: {title: a, when: {event: e, key: k, fields: {c: choice}}, who: {roles: [staff]}, remind: []}\n"
    )

    assert found == ["s.yaml:1:52: a: a choice needs what it may be: 'from'; allowed: from"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("who: {from_event: h}", "a: 'from_event' only goes with 'when: {event: …}'"),
        ("who: {roles: [staff]}\n  branches: {x: 撤案}", "a: 'branches' only goes with 'when: {event: …}'"),
        (
            "who: {roles: [staff]}\n  pause: {allow: [鉴定], stops: []}",
            "a: 'pause' only goes with 'when: {event: …}'",
        ),
        (
            "who: {roles: [staff]}\n  steps: {x: {title: x, after: event, within: 3 days}}",
            "a: 'event' only goes with 'when: {event: …}'",
        ),
        (
            "who: {roles: [staff]}\n  steps: {x: {title: x, if: major}}",
            "a: nothing records 'major'",
        ),
    ],
)
def test_what_only_goes_with_an_event(said: Said, text: str, sentence: str) -> None:
    found = said(f"a:\n  title: a\n  when: {{window: [11]}}\n  {text}\n  remind: []\n")

    assert any(sentence in each for each in found), found


def test_the_unit_of_a_term_is_no_unit_of_the_office(said: Said) -> None:
    (found,) = said(HEAD + "  steps:\n    x: {title: x, after: event, within: {n: 15, unit: day}}\n")

    assert "workdays" in found
