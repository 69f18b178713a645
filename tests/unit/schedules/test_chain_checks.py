"""What is asked of each step of a chain, and whether it was kept: the order of steps, and their terms."""

from datetime import date

import pytest
from unit.schedules.chains import CASE

from schedules.chain import Known, StepFact
from schedules.chain_checks import checks, told_day

FILED = date(2026, 9, 1)
TODAY = date(2026, 11, 23)
MAJOR = {"major": ("yes",), "hearing": ("yes",), "handlers": ("bob", "carol")}
PLAIN = {"major": ("no",), "hearing": ("no",), "handlers": ("bob", "carol")}


@pytest.fixture(scope="module")
def case(one):
    return one(CASE)


def day(text):
    return date.fromisoformat(f"2026-{text}")


def done(on, **values):
    return StepFact(
        done_on=day(on) if on else None, values={name: (value,) for name, value in values.items()}
    )


def looked_at(case, fields, dues=None, *, today=TODAY, **facts):
    schedule, office = case
    known = Known(on=FILED, fields=fields, done=facts)
    days = {step: day(text) for step, text in (dues or {}).items()}
    return {
        (each.step, each.kind): (each.verdict, [str(what) for what in each.found], str(each.asked))
        for each in checks(schedule, known, days, office.calendar, today=today)
    }


def test_a_decision_comes_after_what_it_waits_for(case):
    found = looked_at(case, MAJOR)

    assert found["decide", "order"] == (
        "open",
        [],
        "'作出决定' only after: 事先告知, 听证申请期, 法制审核 (同意)",
    )
    assert ("wait", "order") not in found


def test_a_step_that_does_not_belong_is_not_asked_for(case):
    found = looked_at(case, PLAIN)

    assert found["decide", "order"][2] == "'作出决定' only after: 事先告知"
    assert not any(step == "review" for step, _ in found)


def test_in_order_is_kept(case):
    found = looked_at(
        case, PLAIN, notify=done("09-03", served_on="2026-09-03"), decide=done("09-20", decided_on="2026-09-20"),
        serve=done("09-22", served_on="2026-09-22"),
    )  # fmt: skip

    assert found["decide", "order"][:2] == ("kept", [])
    assert found["serve", "order"] == ("kept", [], "'送达' only after: 作出决定")


def test_a_decision_before_the_review_is_out_of_order(case):
    found = looked_at(
        case, MAJOR, notify=done("09-03", served_on="2026-09-03"), found=done("09-02"),
        review=done("10-10", result="同意"), decide=done("10-08", decided_on="2026-10-08"),
    )  # fmt: skip

    verdict, wrong, _ = found["decide", "order"]
    assert verdict == "broken"
    assert wrong == ["'法制审核' was done only on 10 Oct 2026"]


def test_a_paper_served_before_it_was_decided_is_out_of_order(case):
    found = looked_at(
        case, PLAIN, notify=done("09-03"), decide=done("09-20", decided_on="2026-09-20"), serve=done("09-19", served_on="2026-09-18"),
    )  # fmt: skip

    assert found["serve", "order"][:2] == ("broken", ["'送达' was done on 18 Sep 2026, before 20 Sep 2026"])


def test_a_step_in_time_is_kept_and_one_after_its_day_is_late(case):
    kept = looked_at(case, PLAIN, {"decide": "11-30"}, decide=done("11-30", decided_on="2026-11-30"))
    late = looked_at(case, PLAIN, {"serve": "10-09"}, serve=done("10-12", served_on="2026-10-13"))

    assert kept["decide", "term"] == ("kept", [], "'作出决定' within 90 days, by 30 Nov 2026")
    assert late["serve", "term"] == (
        "broken", ["done on 13 Oct 2026, 4 days late (3 working days)"], "'送达' within 7 working days, by 9 Oct 2026",
    )  # fmt: skip


def test_what_is_not_done_is_open_until_its_day_and_late_after_it(case):
    on_its_day = looked_at(case, PLAIN, {"decide": "11-23"})
    after = looked_at(case, PLAIN, {"decide": "11-20"})

    assert on_its_day["decide", "term"][0] == "open"
    assert after["decide", "term"][:2] == ("broken", ["not done, 3 days late (1 working days)"])


def test_what_is_excused_and_what_hangs_on_it_is_asked_for_no_more(case):
    found = looked_at(case, PLAIN, {"decide": "09-10", "serve": "09-20"}, decide=done(None))

    assert not any(step in ("decide", "serve") for step, _ in found)


def test_a_day_without_a_term_is_told_as_a_day(one):
    schedule, office = one(
        """\
        review:
          title: 研判
          when: {window: [7, 11]}
          who: {role: keeper}
          steps:
            collect: {title: 报送, due: {before: due, by: 5 workdays}}
            meet: {title: 开会, due: due}
        """
    )
    known = Known(on=day("11-01"), fields={}, done={})

    found = checks(schedule, known, {"collect": day("11-20")}, office.calendar, today=TODAY)

    assert [(each.step, str(each.asked)) for each in found] == [("collect", "'报送' by 20 Nov 2026")]


@pytest.mark.parametrize(
    ("step", "fact", "told"),
    [
        ("serve", done("10-12", served_on="2026-10-13"), "10-13"),
        ("serve", done("10-12"), "10-12"),
        ("review", done("10-12", result="同意"), "10-12"),
    ],
    ids=["the date in the record", "none was given", "none is asked for"],
)
def test_the_day_of_a_fact_is_the_one_that_its_record_names(case, step, fact, told):
    assert told_day(case[0].steps[step], fact) == day(told)
