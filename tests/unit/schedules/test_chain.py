"""What of a chain applies, begins, is shut, and remains; and the due days that follow."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from unit.schedules.chains import CASE

from schedules.anchors import slot_anchors
from schedules.chain import (
    Known,
    StepFact,
    applies,
    begins,
    dropped,
    fact_day,
    over,
    passed_over,
    result_field,
    shut,
    term_of,
    unmet,
)
from schedules.conditions import Condition, read_condition
from schedules.dues import Due, from_hour, in_hours, step_due
from schedules.grammar import Schedule
from schedules.ladder import Anchor, anchors_of, timeline
from schedules.occurrences import event_slot, holding, next_opening, slots
from schedules.office import OfficeSpec
from schedules.parts import parts
from schedules.serial import from_json, to_json

FILED = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
PLAIN = {"major": ("no",), "hearing": ("no",), "handlers": ("bob", "carol")}
MAJOR = PLAIN | {"major": ("yes",)}
HEARD = PLAIN | {"hearing": ("yes",)}
BOTH = HEARD | {"major": ("yes",)}


@pytest.fixture(scope="module")
def case(one) -> tuple[Schedule, OfficeSpec]:
    return one(CASE)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def done(on: str | None, **values: str) -> StepFact:
    return StepFact(
        done_on=day(on) if on else None, values={name: (value,) for name, value in values.items()}
    )


def known(fields=PLAIN, **facts: StepFact) -> Known:
    return Known(on=FILED, fields=fields, done=facts)


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("major", {"major": ("yes",)}, True),
        ("major", {"major": ("no",)}, False),
        ("major", {}, False),
        ("result = 同意", {"result": ("同意",)}, True),
        ("result=同意", {"result": ("修改",)}, False),
        ("law != 无", {"law": ("宪法", "民法典")}, True),
        ("law != 无", {"law": ("无",)}, False),
        ("law != 无", {}, True),
        ("amount <= 1000", {"amount": ("999.5",)}, True),
        ("amount <= 1000", {"amount": ("10000",)}, False),
        ("published_on <= 2026-11-18", {"published_on": ("2026-11-18",)}, True),
        ("published_on <= 2026-11-18", {"published_on": ("2026-11-19",)}, False),
        ("amount <= 1000", {}, False),
    ],
)
def test_a_condition_is_one_comparison(text, values, holds):
    condition = read_condition(text)

    assert condition.holds(values) is holds
    assert read_condition(condition) is condition
    assert read_condition(str(condition)) == condition


@pytest.mark.parametrize("text", ["a b", "= 同意", "!x = 1", 3, "a = "])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ValueError, match=r"condition|text"):
        read_condition(text)


def test_a_chain_survives_its_json(case):
    schedule, _ = case

    assert from_json(to_json(schedule)) == schedule
    assert str(schedule.steps["decide"].gate[2]) == "review=同意"
    assert str(schedule.steps["review"].after) == "found, wait"


def test_a_step_applies_when_its_condition_holds(case):
    schedule, _ = case

    assert applies(schedule, "notify", known())
    assert not applies(schedule, "review", known())
    assert applies(schedule, "review", known(MAJOR))


def test_a_condition_on_another_step_waits_for_its_record(case):
    schedule, _ = case

    assert not applies(schedule, "redo", known(MAJOR))
    assert not applies(schedule, "redo", known(MAJOR, review=done("10-01", result="同意")))
    assert applies(schedule, "redo", known(MAJOR, review=done("10-01", result="修改")))


@pytest.mark.parametrize(
    ("step", "facts", "expected"),
    [
        ("decide", known(), FILED),
        ("found", known(), FILED),
        ("serve", known(), None),
        ("serve", known(decide=done("11-20", decided_on="2026-11-18")), day("11-18")),
        ("serve", known(decide=done("11-20")), None),
        ("review", known(MAJOR, found=done("09-20")), day("09-20")),
        ("review", known(BOTH, found=done("09-20")), None),
        (
            "review",
            known(BOTH, found=done("09-20"), notify=done("09-21", served_on="2026-09-21")),
            day(
                "09-29"
            ),  # 5 working days after 21 September; the Mid-Autumn holiday of 25 to 27 September lies between
        ),
        ("close", known(), None),
        ("close", known(serve=done("12-01"), ask=done("11-30")), day("11-30")),
        ("close", known(serve=done("12-01")), day("12-01")),
    ],
)
def test_a_step_begins_when_what_it_follows_is_done(case, step, facts, expected):
    schedule, office = case

    assert begins(schedule, step, facts, office.calendar) == expected


def test_a_step_that_follows_only_what_does_not_apply_takes_its_place(one):
    schedule, office = one(
        "a: {title: a, when: {event: e, key: k, fields: {x: yes-no}}, who: {roles: [staff]}, remind: [], steps: {"
        "b: {title: b, if: x, after: event, within: 3 days}, c: {title: c, after: b, within: 2 days}}}\n"
    )

    assert begins(schedule, "c", Known(on=FILED, fields={"x": ("no",)}), office.calendar) == FILED
    assert begins(schedule, "c", Known(on=FILED, fields={"x": ("yes",)}), office.calendar) is None


def test_a_waiting_period_is_over_after_its_last_day(case):
    schedule, office = case
    heard = known(HEARD, notify=done("09-21", served_on="2026-09-21"))

    assert over(schedule, "wait", known(HEARD), office.calendar) is None
    assert over(schedule, "wait", heard, office.calendar) == day("09-29")
    assert over(schedule, "notify", heard, office.calendar) == day("09-21")
    assert over(schedule, "decide", heard, office.calendar) is None


@pytest.mark.parametrize(
    ("facts", "on", "words"),
    [
        (known(), "10-10", ["'事先告知' has to be done first"]),
        (known(notify=done("10-11")), "10-10", ["'事先告知' was done only on 11 Oct 2026"]),
        (known(notify=done("10-10")), "10-10", []),
        (known(notify=done(None)), "10-10", []),
        (known(HEARD), "10-10", ["'事先告知' has to be done first", "'听证申请期' has not begun yet"]),
        (
            known(HEARD, notify=done("09-21", served_on="2026-09-21")),
            "09-29",
            ["'听证申请期' lasts until 29 Sep 2026"],
        ),
        (known(HEARD, notify=done("09-21", served_on="2026-09-21")), "09-30", []),
        (
            known(MAJOR, notify=done("09-21"), review=done("09-22", result="修改")),
            "09-30",
            ["'法制审核' has to end with '同意'"],
        ),
        (known(MAJOR, notify=done("09-21"), review=done("09-22", result="同意")), "09-30", []),
        (known(MAJOR, notify=done("09-21"), review=done(None)), "09-30", []),
    ],
)
def test_a_gate_is_shut_until_what_comes_first_is_done(case, facts, on, words):
    schedule, office = case

    found = [str(each) for each in shut(schedule, "decide", facts, day(on), office.calendar)]

    assert found == words


def test_a_record_says_that_a_step_was_done_on_the_earliest_of_its_days(case):
    schedule, office = case
    late = known(notify=done("09-25", served_on="2026-09-21"))

    assert fact_day(schedule, "decide", day("09-22"), {"decided_on": ("2026-09-20",)}) == day("09-20")
    assert fact_day(schedule, "decide", day("09-22"), {}) == day("09-22")
    assert list(shut(schedule, "decide", late, day("09-22"), office.calendar)) == [], (
        "served before, recorded after"
    )


def test_what_remains_of_a_chain(case):
    schedule, _ = case

    assert unmet(schedule, known()) == ("found", "notify", "decide", "serve", "pay", "ask", "close")
    assert "review" in unmet(schedule, known(MAJOR))
    assert "wait" not in unmet(schedule, known(HEARD))
    assert unmet(
        schedule, known(found=done("09-02"), notify=done("09-03"), decide=done(None), ask=done("09-04"))
    ) == ("close",)


def test_what_follows_an_excused_step_never_begins(case):
    schedule, _ = case
    excused = known(decide=done(None))

    assert dropped(schedule, "serve", excused)
    assert dropped(schedule, "pay", excused)
    assert not dropped(schedule, "close", excused)
    assert not dropped(schedule, "decide", excused)


def test_what_will_not_come_is_passed_over(case):
    schedule, _ = case

    assert [key for key in schedule.steps if passed_over(schedule, key, known())] == ["wait", "review"]
    assert not passed_over(schedule, "redo", known(MAJOR)), "the review may still ask for it"
    assert passed_over(schedule, "redo", known(MAJOR, review=done("09-10", result="同意")))
    assert not passed_over(schedule, "redo", known(MAJOR, review=done("09-10", result="修改")))
    assert passed_over(schedule, "serve", known(decide=done(None)))


def test_due_days_of_a_case(case):
    schedule, office = case
    slot = event_slot(schedule, office, key="17", on=FILED, at=None, fields=PLAIN, opens_at=NOW)

    decide = step_due(schedule, "decide", slot, known(), office)
    assert decide is not None
    assert decide.internal is not None
    assert (decide.on, decide.internal.on) == (date(2026, 11, 30), date(2026, 11, 15))
    assert decide.at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)  # a legal term ends at 24:00
    assert step_due(schedule, "found", slot, known(), office) is None
    pay = step_due(schedule, "pay", slot, known(serve=done("09-18", served_on="2026-09-18")), office)
    assert pay is not None
    assert pay.on == day("10-08")  # 3 October is a holiday, so the last day rolls


def test_hours_count_from_the_instant_of_the_event(one):
    schedule, office = one(
        "a: {title: a, when: {event: e, key: k}, who: {roles: [staff]}, remind: [], steps: {"
        "b: {title: b, after: event, within: 24 hours}, c: {title: c, after: b, within: 2 hours}}}\n"
    )
    at = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
    timed = event_slot(schedule, office, key="1", on=FILED, at=at, fields={}, opens_at=NOW)
    untimed = event_slot(schedule, office, key="1", on=FILED, at=None, fields={}, opens_at=NOW)

    exact = step_due(schedule, "b", timed, Known(on=FILED), office)
    whole = step_due(schedule, "b", untimed, Known(on=FILED), office)
    after = step_due(schedule, "c", timed, Known(on=FILED, done={"b": done("09-02")}), office)

    assert exact is not None
    assert (exact.on, exact.at) == (day("09-02"), datetime(2026, 9, 2, 8, 30, tzinfo=UTC))
    assert whole is not None
    assert (whole.on, whole.at) == (day("09-02"), datetime(2026, 9, 2, 10, 0, tzinfo=UTC))
    assert after is not None
    assert after.on == day("09-03")
    assert [in_hours(schedule, key) for key in ("b", "c", "d")] == [True, True, False]
    assert from_hour(schedule)


def test_days_need_no_time_of_day(case):
    schedule, _ = case

    assert not from_hour(schedule)


def test_the_parts_of_a_case(case):
    schedule, office = case
    slot = event_slot(schedule, office, key="17", on=FILED, at=None, fields=MAJOR, opens_at=NOW)

    found = {part.key: part for part in parts(schedule, slot, office)}

    assert "wait" not in found, "a waiting period is nobody's"
    assert found["found"].opens == found["notify"].opens == found["decide"].opens == "at-open"
    assert found["review"].opens == "after:found, wait"
    assert found["redo"].opens == "after:review"
    assert found["decide"].owner.kind == "named"
    assert found["decide"].owner.keys == ("handlers",)
    assert (found["review"].owner.kind, found["review"].owner.keys, found["review"].owner.but) == (
        "role", ("keeper",), "handlers",
    )  # fmt: skip
    assert found["pay"].waits_for == "party"
    assert found["ask"].waits_for == "law"
    assert found["review"].due_by(None) is found["review"]
    due = Due(day("11-20"), NOW, internal=Due(day("11-10"), NOW))
    moved = found["decide"].due_by(due)
    assert (moved.due_on, moved.internal) == (due.on, due.internal)
    assert found["decide"].due_by(replace(due, internal=None)).internal == found["decide"].internal
    assert found["found"].waits_for == ""


def test_a_step_of_a_unit_and_of_the_handlers(one):
    schedule, office = one(
        "a: {title: a, when: {event: e, key: k}, who: {from_event: h}, remind: [], steps: {"
        "b: {title: b, owed_by: {unit: 执法队}}, c: {title: c, owed_by: handlers}, d: {title: d, if: c.x = 1, evidence: {y: text}},"
        "e: {title: e}}}\n".replace(
            "c: {title: c, owed_by: handlers}", "c: {title: c, owed_by: handlers, evidence: {x: text}}"
        )
    )
    slot = event_slot(schedule, office, key="1", on=FILED, at=None, fields={}, opens_at=NOW)

    found = {part.key: part for part in parts(schedule, slot, office)}

    assert (found["b"].owner.kind, found["b"].owner.keys) == ("units", ("team",))
    assert found["c"].owner.kind == "named"
    assert found["d"].opens == "after:c.x = 1"


def test_an_event_without_steps_has_a_term_of_its_own(one):
    schedule, office = one(
        "a: {title: 信访, when: {event: petition, key: 编号}, who: {from_event: h}, done: {by: each, within: 15 days}, remind: []}\n"
    )
    slot = event_slot(schedule, office, key="1", on=FILED, at=None, fields={}, opens_at=NOW)

    (part,) = parts(schedule, slot, office)

    assert (part.key, part.due_on) == ("", day("09-16"))


def test_an_event_comes_when_it_is_recorded_and_by_no_calendar(case):
    schedule, office = case

    assert slots(schedule, office, date(2020, 1, 1), date(2030, 1, 1)) == ()
    assert next_opening(schedule, office, after=NOW) is None
    assert holding(schedule, office, NOW) == ()


def test_rungs_before_the_internal_deadline(one):
    schedule, office = one(
        CASE.replace("remind: []", "remind: [{before: internal, by: 3 workdays}, {before: due, by: 15 days}]")
    )
    slot = event_slot(schedule, office, key="17", on=FILED, at=None, fields=PLAIN, opens_at=NOW)
    due = step_due(schedule, "decide", slot, known(), office)
    assert due is not None
    assert due.internal is not None
    (part,) = [part for part in parts(schedule, slot, office) if part.key == "decide"]
    anchors = slot_anchors(schedule, slot, part, office)
    assert anchors["internal"] == Anchor(due.internal.on, due.internal.at)

    rungs = timeline(schedule, "decide", anchors, office, opens_at=NOW)

    assert [(str(rung.label), rung.at.date().isoformat()) for rung in rungs] == [
        ("3 working days before the internal deadline", "2026-11-11"),
        ("15 days before the due day", "2026-11-13"),
    ]
    assert [rung.to for rung in rungs] == ["assignee", "assignee"]


def test_anchors_of_a_chain(case):
    schedule, _ = case

    assert "internal" in anchors_of(schedule)
    assert "wait" not in anchors_of(schedule)


def test_how_a_step_ends(case, one):
    schedule, _ = case
    other, _ = one(
        "a: {title: a, when: {event: e, key: k}, who: {roles: [staff]}, remind: [], steps: {b: {title: b, evidence: "
        "{x: {kind: choice, from: [好]}, y: {kind: choice, from: [好]}}}, c: {title: c, evidence: {x: {kind: choice, from: [好]}}}}}\n"
    )

    assert result_field(schedule.steps["review"]) == "result"
    assert result_field(other.steps["b"]) is None
    assert result_field(other.steps["c"]) == "x"
    term = term_of(schedule.steps["pay"])
    assert term is not None
    assert term.roll == "next-workday"
    assert term_of(schedule.steps["found"]) is None
    assert Condition("x").field == "x"


def test_a_term_counts_from_a_date_of_the_event(one):
    schedule, office = one(
        "a: {title: a, when: {event: e, key: k, fields: {served_on: date}}, who: {roles: [staff]}, remind: [], steps: {"
        "b: {title: b, after: event, from: served_on, within: 5 days}}}\n"
    )

    assert begins(schedule, "b", Known(on=FILED), office.calendar) is None
    assert begins(
        schedule, "b", Known(on=FILED, fields={"served_on": ("2026-09-03",)}), office.calendar
    ) == day("09-03")
