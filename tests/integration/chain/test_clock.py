"""The clock of a case stands still, runs on, is extended once, and a case is corrected, handed over, or ended early."""

from datetime import date

import pytest

from schedules.errors import NotFound, Refused
from tasks.events import chain
from tasks.reporting.overdue import overdue


@pytest.fixture
def filed(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    return case


def test_what_is_stopped_does_not_count(filed, local_time):
    stopped = filed.pause(local_time("2026-09-20 10:00"), on="2026-09-20")

    assert stopped == 1
    row = filed.step("decide")
    assert (row.state, row.next_at) == ("paused", None)
    assert filed.world.at("2026-11-16 08:40") == [] or all(
        "作出决定" not in m.body for _, m in filed.world.sent[-3:]
    )
    with pytest.raises(Refused, match="its clock is stopped"):
        filed.do("decide", local_time("2026-10-01 10:00"), on="2026-09-30", decided_on="2026-09-30")

    days = filed.resume(local_time("2026-10-20 10:00"), on="2026-10-20")

    row = filed.step("decide")
    assert days == [30]
    assert (row.state, row.due_on, row.internal_on) == ("open", date(2026, 12, 30), date(2026, 12, 15))
    assert row.next_at is not None
    (change,) = filed.trail("decide")
    assert (change.kind, change.old_due_on, change.new_due_on) == (
        "resume",
        date(2026, 11, 30),
        date(2026, 12, 30),
    )
    assert (change.reason, change.basis) == ("鉴定：30天不计入", "行政处罚法60条")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": "出差"}, "'出差' does not stop the clock; allowed: 公告, 鉴定"),
        ({"basis": " "}, "name the rule that allows it"),
        ({"agreed": "zhaogang"}, "only 主任 can agree"),
        ({"agreed": None}, "主任 has to agree; say who did"),
        ({"on": "2026-08-31"}, "between 1 Sep and today"),
        ({"on": "2026-09-21"}, "between 1 Sep and today"),
    ],
)
def test_why_a_clock_is_not_stopped(filed, local_time, change, sentence):
    with pytest.raises(Refused, match=sentence):
        filed.pause(local_time("2026-09-20 10:00"), **({"on": "2026-09-20"} | change))
    assert filed.step("decide").state == "open"


def test_a_clock_is_stopped_once_and_only_within_its_term(filed, local_time):
    filed.pause(local_time("2026-09-20 10:00"), on="2026-09-20")
    with pytest.raises(Refused, match="no clock runs here"):
        filed.pause(local_time("2026-09-21 10:00"), on="2026-09-21")
    with pytest.raises(Refused, match="runs again between 20 Sep and today"):
        filed.resume(local_time("2026-09-25 10:00"), on="2026-09-19")
    filed.resume(local_time("2026-09-25 10:00"), on="2026-09-25")
    with pytest.raises(Refused, match="no clock stands still"):
        filed.resume(local_time("2026-09-26 10:00"), on="2026-09-26")
    with pytest.raises(Refused, match="its term ended on 5 Dec"):
        filed.pause(local_time("2026-12-10 10:00"), on="2026-12-08")


def test_one_extension_asked_for_in_time_and_granted(filed, local_time):
    filed.ask_longer(local_time("2026-11-30 23:59"))
    assert filed.step("decide").due_on == date(2026, 11, 30), "the old day counts until it is granted"

    with pytest.raises(Refused, match="only 主任 can agree"):
        filed.decide_longer(local_time("2026-12-01 09:00"), grant=True, by="zhaogang")
    assert filed.decide_longer(local_time("2026-12-01 09:00"), grant=True) == "granted"

    row = filed.step("decide")
    assert (row.due_on, row.epoch) == (date(2026, 12, 30), 1)
    (change,) = filed.trail("decide")
    assert (change.kind, change.reason, change.basis) == ("extension", "案情复杂", "行政处罚法60条")
    with pytest.raises(Refused, match="extended once to 30 Dec 2026; there is no second time"):
        filed.ask_longer(local_time("2026-12-02 09:00"))


def test_an_extension_after_the_due_day_is_refused(filed, local_time):
    with pytest.raises(Refused, match="before the due day 30 Nov was over"):
        filed.ask_longer(local_time("2026-12-01 00:00"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"basis": ""}, "name the rule that allows it"),
        ({"by": "chenxia"}, "this duty belongs to"),
        ({"part": "found"}, "this duty is closed"),
    ],
)
def test_why_there_is_no_extension(filed, local_time, change, sentence):
    with pytest.raises(Refused, match=sentence):
        filed.ask_longer(local_time("2026-11-20 10:00"), **change)


def test_a_refused_extension_says_why_and_can_be_asked_for_again(filed, local_time):
    now = local_time("2026-11-20 10:00")
    with pytest.raises(Refused, match="nobody has asked"):
        filed.decide_longer(now, grant=True)
    filed.ask_longer(now)
    with pytest.raises(Refused, match="not decided yet"):
        filed.ask_longer(now)
    with pytest.raises(Refused, match="why it is refused"):
        filed.decide_longer(now, grant=False)

    assert filed.decide_longer(now, grant=False, words="材料不全") == "refused"
    assert filed.step("decide").due_on == date(2026, 11, 30)
    filed.ask_longer(now)


def test_a_stopped_and_extended_term_grows_by_both(filed, local_time):
    filed.pause(local_time("2026-09-20 10:00"), on="2026-09-20")
    filed.ask_longer(local_time("2026-09-25 10:00"))
    filed.resume(local_time("2026-09-30 10:00"), on="2026-09-30")

    filed.decide_longer(local_time("2026-10-08 10:00"), grant=True)

    assert filed.step("decide").due_on == date(2027, 1, 9)  # 30 November, 10 days stopped, 30 days longer
    assert [change.kind for change in filed.trail("decide")] == ["resume", "extension"]


def test_a_hearing_asked_for_later_joins_the_case(filed, local_time):
    now = local_time("2026-09-12 10:00")
    filed.do("found", now, on="2026-09-10", closed_on="2026-09-10")
    filed.do("notify", now, on="2026-09-11", served_on="2026-09-11")
    assert filed.steps("review") == filed.steps("ask") == []

    filed.amend(now, hearing="yes", major="yes")

    # 5 working days of the waiting period end on Friday 18 September, 5 more on the 24th: Sunday the 20th is worked
    assert filed.step("review").due_on == date(2026, 9, 24)
    assert filed.step("ask").waits_for == "qusifaju"
    filed.amend(now, major="no")
    assert (filed.step("review").state, filed.step("review").closed_why) == ("cancelled", "undone")
    filed.amend(now, major="yes")
    assert filed.step("review").state == "open"
    filed.do("review", local_time("2026-09-22 10:00"), on="2026-09-22", result="同意")
    with pytest.raises(Refused, match="'法制审核' has been recorded"):
        filed.amend(local_time("2026-09-23 10:00"), major="no")


def test_a_step_that_begins_on_another_day_after_a_correction_begins_anew(filed, local_time):
    now = local_time("2026-09-14 10:00")
    filed.amend(now, hearing="yes", major="yes")
    filed.do("found", now, on="2026-09-10", closed_on="2026-09-10")
    assert filed.steps("review") == []
    filed.do("notify", now, on="2026-09-11", served_on="2026-09-11")
    assert filed.step("review").due_on == date(2026, 9, 24)

    filed.amend(now, hearing="no")

    # no waiting period any more: five working days from the end of the inquiry on the 10th
    again = filed.step("review")
    assert (again.state, again.due_on) == ("open", date(2026, 9, 17))
    assert again.next_at is not None

    filed.undo("notify", local_time("2026-09-15 10:00"))
    filed.amend(local_time("2026-09-15 11:00"), hearing="yes")

    assert (filed.step("review").state, filed.step("review").closed_why) == ("cancelled", "undone")


def test_a_step_that_counts_from_the_event_joins_and_moves_with_its_fields(case, local_time):
    now = local_time("2026-09-02 10:00")
    case.world.files["case.yaml"] = (
        case.world.files["case.yaml"]
        .replace("hearing: yes-no}", "hearing: yes-no, sealed_on: date}")
        .replace(
            "  pause:",
            "    tell: {title: 通知家属, if: major, after: event, within: 1 workday}\n"
            "    unseal: {title: 解除查封, after: event, from: sealed_on, within: 30 days}\n  pause:",
        )
    )
    case.world.apply(now)
    case.file(now, sealed_on="2026-09-01", major="no")
    assert case.steps("tell") == []
    assert case.step("unseal").due_on == date(2026, 10, 1)

    case.amend(now, major="yes", sealed_on="2026-09-02")

    assert (case.step("tell").state, case.step("tell").due_on) == ("open", date(2026, 9, 2))
    assert (case.step("unseal").state, case.step("unseal").due_on) == ("open", date(2026, 10, 2))


def test_a_granted_day_survives_a_correction(filed, local_time):
    filed.ask_longer(local_time("2026-09-20 10:00"))
    filed.decide_longer(local_time("2026-09-20 11:00"), grant=True)
    granted = filed.step("decide").due_on

    filed.amend(local_time("2026-09-21 10:00"), hearing="yes", major="yes")

    assert (filed.step("decide").state, filed.step("decide").due_on) == ("open", granted)


def test_other_handlers_take_over_what_is_open(filed, local_time):
    filed.do("found", local_time("2026-09-10 10:00"), on="2026-09-10", by="zhaogang", closed_on="2026-09-10")

    filed.amend(local_time("2026-09-11 10:00"), handlers=["suntao", "guoliang"])

    assert filed.owner("decide") == ("people", "guoliang+suntao")
    assert filed.owner("found") == ("people", "machao+zhaogang"), "what is done stays with who did it"
    assert filed.step("decide").epoch == 1
    sent = filed.world.at("2026-11-13 08:40")
    assert {m.recipient_key for m in sent if "作出决定" in m.title + m.body} >= {"suntao", "guoliang"}
    assert not {m.recipient_key for m in sent if "作出决定" in m.title + m.body} & {"zhaogang", "machao"}


def test_a_case_is_ended_early_by_a_branch(filed, local_time):
    now = local_time("2026-09-20 10:00")
    for change, sentence in (
        ({"branch": "lost"}, "cannot end by 'lost'; allowed: transferred, withdrawn"),
        ({"on": "2026-09-21"}, "between 1 Sep and today"),
        ({"reason": " "}, "why it ends"),
    ):
        with pytest.raises(Refused, match=sentence):
            filed.end(now, **({"branch": "withdrawn", "on": "2026-09-20"} | change))

    assert filed.end(now, branch="withdrawn", on="2026-09-20") == 3

    occurrence = filed.occurrence()
    assert (occurrence.state, occurrence.closed_as) == ("closed", "withdrawn")
    assert {filed.step(part).state for part in ("found", "notify", "decide")} == {"cancelled"}
    with pytest.raises(Refused, match="closed already"):
        filed.end(now, branch="withdrawn", on="2026-09-20")


def test_there_is_no_such_chain(filed):
    with filed.world.writing() as (session, _), pytest.raises(NotFound, match="there is no 'case' 18"):
        chain(session, "case", "18")


def test_nobody_of_ours_is_late_with_what_an_outside_body_owes(case, local_time):
    case.file(local_time("2026-09-01 10:00"), hearing="yes")
    case.do("found", local_time("2026-09-10 10:00"), on="2026-09-10", closed_on="2026-09-10")
    now = local_time("2026-10-20 10:00")

    with case.world.writing() as (session, live):
        report = overdue(session, live, now=now)

    assert case.step("ask").due_on == date(2026, 9, 20)
    assert [item for item in report.items if item.schedule == "case"] == []


def test_the_case_is_named_with_its_number_and_both_handlers(filed, local_time):
    now = local_time("2026-12-03 10:00")

    with filed.world.writing() as (session, live):
        report = overdue(session, live, now=now)

    (item,) = [item for item in report.items if item.schedule == "case"]
    assert str(item.name) == "行政处罚案件 (17): 作出决定"
    assert (item.person, item.unit, item.days_late) == ("赵刚、马超", "综合执法大队", 3)


STOPPED = "  pause: {allow: [鉴定], stops: [STEPS]}\n  remind: {use: statute}\n"


def test_a_step_is_stopped_once_for_a_day_and_not_before_it_began(chain_of, local_time):
    case = chain_of(
        """\
        decide: {title: 决定, after: event, within: 90 days}
        serve: {title: 送达, after: decide, within: 30 days}
        """,
        STOPPED.replace("STEPS", "decide, serve"),
    )
    case.file(local_time("2026-09-01 10:00"))
    now = local_time("2026-09-20 10:00")
    case.pause(now, on="2026-09-05", agreed=None, basis="")
    case.resume(now, on="2026-09-15")
    day = case.step("decide").due_on

    with pytest.raises(Refused, match="between 15 Sep and today"):
        case.pause(now, on="2026-09-05", agreed=None, basis="")
    assert case.step("decide").due_on == day

    case.do("decide", now, on="2026-09-20")
    with pytest.raises(Refused, match="between 20 Sep and today"):
        case.pause(local_time("2026-09-21 10:00"), on="2026-09-16", agreed=None, basis="")


def test_what_was_stopped_rolls_once(chain_of, local_time):
    """15 days from 18 September end on 3 October, a holiday, and roll to the 8th; 10 days later is the 13th."""
    case = chain_of(
        """\
        serve: {title: 送达, after: event, within: 5 days}
        pay: {title: 缴款, after: serve, within: 15 days, roll: next-workday}
        """,
        STOPPED.replace("STEPS", "pay"),
    )
    case.file(local_time("2026-09-18 10:00"), on="2026-09-18")
    case.do("serve", local_time("2026-09-18 10:00"), on="2026-09-18")
    assert case.step("pay").due_on == date(2026, 10, 8)

    for first, again in (("2026-09-20", "2026-09-25"), ("2026-09-25", "2026-09-30")):
        now = local_time(f"{again} 10:00")
        case.pause(now, on=first, agreed=None, basis="")
        case.resume(now, on=again)

    assert case.step("pay").due_on == date(2026, 10, 13)


def test_a_longer_term_keeps_the_day_inside_it(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    case.pause(local_time("2026-09-20 10:00"), on="2026-09-20")
    case.resume(local_time("2026-10-20 10:00"), on="2026-10-20")
    case.ask_longer(local_time("2026-10-21 10:00"))
    case.decide_longer(local_time("2026-10-21 11:00"), grant=True)

    assert case.step("decide").internal_on == date(2026, 12, 15)
    assert any("internal" in name for _, name in case.rungs("decide"))


def test_a_granted_day_stays_and_its_ladder_follows_the_calendar(chain_of, local_time):
    case = chain_of(
        "decide: {title: 决定, after: event, within: 20 workdays, extend: {once: 5 days}}\n",
        "  remind: {use: monthly-task}\n",
    )
    case.file(local_time("2026-09-01 10:00"))
    case.ask_longer(local_time("2026-09-03 10:00"), basis="")
    granted = case.step("decide").due_on
    (day,) = [day for day, name in case.rungs("decide") if name.startswith("before due 1 workdays")]

    case.rest_day(day.isoformat(), local_time("2026-09-08 10:00"))

    assert case.step("decide").due_on == granted
    (moved,) = [day for day, name in case.rungs("decide") if name.startswith("before due 1 workdays")]
    assert moved < day


def test_a_step_after_a_waiting_period_is_still_told_of_when_the_calendar_changes(chain_of, local_time):
    case = chain_of("""\
        notify: {title: 告知, after: event, within: 5 days}
        wait: {title: 听证申请期, after: notify, wait: 5 workdays}
        review: {title: 审核, after: wait, within: 20 workdays}
        """)
    case.file(local_time("2026-09-01 10:00"))
    case.do("notify", local_time("2026-09-02 10:00"), on="2026-09-02")
    first = case.step("review").next_at

    case.rest_day("2026-09-18", local_time("2026-09-03 10:00"))

    assert case.step("review").next_at == first


def test_a_day_that_moves_with_the_calendar_is_told_with_the_key_of_the_case(chain_of, local_time):
    case = chain_of("decide: {title: 决定, after: event, within: 20 workdays}\n")
    case.file(local_time("2026-09-01 10:00"))
    case.rest_day("2026-09-18", local_time("2026-09-08 10:00"))

    told = [message.body for message in case.world.at("2026-09-08 15:00") if "期限调整" in message.title]

    assert told
    assert all("案件（17）" in body for body in told), told
