"""Which steps of a case open and close, in chains of a test's own: passed over, waited for, corrected, taken back, excused, ended."""

from datetime import date

import pytest

from schedules.errors import Refused
from tasks.roster.absences import add_absence

TWO = """\
decide: {title: 决定, after: event, within: 90 days}
serve: {title: 送达, after: decide, within: 30 days}
"""
FINDS = """\
find: {title: 检查, after: event, within: 30 days}
write: {title: 报告, after: find, within: 20 days}
"""
ITEMS = """\
  children:
    from: find
    template: {title: 问题名称, owner: 牵头单位, due: 完成时限}
  branches: {withdrawn: 撤案}
  remind: {use: statute}
"""
BRANCHES = "  branches: {withdrawn: 撤案}\n  remind: {use: statute}\n"


@pytest.mark.parametrize(
    "first",
    [
        "accept: {title: 网上受理, if: hearing, after: event, within: 5 days}\nhandle: {title: 办理, after: accept, within: 20 days}\n",
        "accept: {title: 公示期, after: event, wait: 5 workdays}\nhandle: {title: 办理, after: accept, within: 20 days}\n",
        "accept: {title: 受理, after: event, within: 5 days}\nhandle: {title: 办理, after: {earlier: [event, accept]}, within: 20 days}\n",
    ],
    ids=["after one passed over", "after a waiting period", "from the earlier of the event and a step"],
)
def test_a_step_that_can_begin_at_filing_opens_then(chain_of, local_time, first):
    case = chain_of(first)
    case.file(local_time("2026-09-01 10:00"), hearing="no")

    assert case.step("handle").state == "open"


def test_an_item_is_closed_before_its_day_and_has_no_steps_of_the_case(chain_of, local_time):
    case = chain_of(FINDS, ITEMS)
    case.file(local_time("2026-09-01 10:00"))
    item = case.find("find", local_time("2026-09-02 10:00"), item="问题一", owner="综治办", due="2026-09-30")

    item.do("child", local_time("2026-09-10 10:00"), on="2026-09-10")

    assert (item.step("child").state, item.occurrence().state, item.steps("write")) == ("done", "closed", [])


def test_a_case_that_ends_early_ends_its_items(chain_of, local_time):
    case = chain_of(FINDS, ITEMS)
    case.file(local_time("2026-09-01 10:00"))
    item = case.find("find", local_time("2026-09-02 10:00"), item="问题一", owner="综治办", due="2026-09-30")

    assert case.end(local_time("2026-09-03 10:00"), branch="withdrawn", on="2026-09-03") == 2

    assert (item.step("child").state, item.occurrence().state) == ("cancelled", "cancelled")


def test_nothing_of_a_case_that_ended_early_is_taken_back(chain_of, local_time):
    case = chain_of(TWO, BRANCHES)
    case.file(local_time("2026-09-01 10:00"))
    case.do("decide", local_time("2026-09-02 10:00"), on="2026-09-02")
    case.end(local_time("2026-09-03 10:00"), branch="withdrawn", on="2026-09-03")

    with pytest.raises(Refused, match="撤案"):
        case.undo("decide", local_time("2026-09-04 10:00"))

    assert case.step("decide").state == "done"


@pytest.mark.parametrize(
    ("excused", "done", "fields"),
    [
        ("notify", {"found": "closed_on"}, {"hearing": "yes"}),
        ("found", {"notify": "served_on"}, {"major": "yes"}),
    ],
)
def test_what_waits_for_an_excused_step_holds_nothing_up(case, local_time, excused, done, fields):
    case.file(local_time("2026-09-01 10:00"), **fields)
    now = local_time("2026-09-10 10:00")
    for step, day in done.items():
        case.do(step, now, on="2026-09-10", **{day: "2026-09-10"})
    case.waive(excused, now)

    case.do("decide", now, on="2026-09-10", decided_on="2026-09-10")

    assert case.step("decide").state == "done"


def test_a_correction_that_leaves_nothing_to_do_closes_the_case_and_one_more_opens_it(chain_of, local_time):
    case = chain_of("""\
        found: {title: 调查, after: event, within: 90 days}
        review: {title: 审核, if: major, after: found, within: 5 workdays, approve: {role: director}}
        """)
    case.file(local_time("2026-09-01 10:00"), major="yes")
    case.do("found", local_time("2026-09-02 10:00"), on="2026-09-02")
    case.do("review", local_time("2026-09-03 10:00"), on="2026-09-03")

    case.amend(local_time("2026-09-03 11:00"), major="no")
    assert (case.step("review").state, case.occurrence().state) == ("cancelled", "closed")

    case.amend(local_time("2026-09-03 12:00"), major="yes")
    assert (case.step("review").state, case.occurrence().state) == ("open", "open")
    case.do("review", local_time("2026-09-04 10:00"), on="2026-09-04")
    assert case.step("review").state == "submitted"


def test_a_case_given_away_and_back_belongs_to_the_first_again(chain_of, local_time):
    case = chain_of(TWO)
    case.file(local_time("2026-09-01 10:00"))
    first = case.step("decide").party_id
    case.do("decide", local_time("2026-09-02 10:00"), on="2026-09-02")
    case.undo("decide", local_time("2026-09-03 10:00"))
    case.amend(local_time("2026-09-03 11:00"), handlers=["suntao", "guoliang"])
    case.do("decide", local_time("2026-09-04 10:00"), on="2026-09-04")

    case.amend(local_time("2026-09-05 11:00"), handlers=["zhaogang", "machao"])

    (mine,) = [row for row in case.steps("serve") if row.state == "open"]
    assert mine.party_id == first


def test_a_step_that_opens_again_speaks_again(chain_of, local_time):
    case = chain_of(TWO.replace("30 days", "6 workdays"), "  remind: {use: monthly-task}\n")
    case.file(local_time("2026-09-01 10:00"))
    case.do("decide", local_time("2026-09-02 10:00"), on="2026-09-02")
    for moment in ("02 15:00", "03 08:40", "04 08:40", "07 08:40", "08 08:40", "09 08:40"):
        case.world.at(f"2026-09-{moment}")
    case.undo("decide", local_time("2026-09-09 10:00"))
    case.do("decide", local_time("2026-09-14 10:00"), on="2026-09-14")
    case.world.sent.clear()

    for day in range(14, 23):
        case.world.at(f"2026-09-{day} 08:40")

    assert [message for _, message in case.world.sent if "送达" in message.title + message.body]


def test_a_step_that_opens_again_has_no_old_stop_and_no_old_grant(chain_of, local_time):
    case = chain_of(
        """\
        decide: {title: 决定, after: event, within: 90 days}
        serve: {title: 送达, after: decide, within: 6 workdays, extend: {once: 5 workdays}}
        """,
        "  pause: {allow: [鉴定], stops: [serve]}\n  remind: {use: statute}\n",
    )
    case.file(local_time("2026-09-01 10:00"))
    case.do("decide", local_time("2026-09-02 10:00"), on="2026-09-02")
    case.ask_longer(local_time("2026-09-03 09:00"), basis="", part="serve")
    case.pause(local_time("2026-09-03 10:00"), on="2026-09-03", agreed=None, basis="")
    case.undo("decide", local_time("2026-09-04 10:00"))
    case.do("decide", local_time("2026-09-07 10:00"), on="2026-09-07")

    assert (case.step("serve").state, case.step("serve").due_on) == ("open", date(2026, 9, 15))
    case.rest_day("2026-09-10", local_time("2026-09-08 10:00"))
    assert case.step("serve").due_on == date(2026, 9, 16)
    case.pause(local_time("2026-09-08 11:00"), on="2026-09-08", agreed=None, basis="")


def test_what_was_over_before_the_start_goes_on_once_it_is_settled(world, chain_of, local_time):
    office = world.files["office.yaml"]
    world.files["office.yaml"] = office.replace("# start_on: 2026-11-23", "start_on: 2026-08-31")
    case = chain_of(TWO.replace("90 days", "10 days"))
    case.file(local_time("2026-09-01 10:00"), on="2026-08-10")
    assert case.step("decide").state == "history"

    case.settle("decide", local_time("2026-09-01 11:00"), "done", on="2026-08-20")

    assert (case.step("serve").state, case.occurrence().state) == ("open", "open")


def test_what_was_over_before_the_start_and_is_dropped_ends_the_case(world, chain_of, local_time):
    office = world.files["office.yaml"]
    world.files["office.yaml"] = office.replace("# start_on: 2026-11-23", "start_on: 2026-08-31")
    case = chain_of(TWO.replace("90 days", "10 days"))
    case.file(local_time("2026-09-01 10:00"), on="2026-08-10")

    case.settle("decide", local_time("2026-09-01 11:00"), "drop")

    assert case.occurrence().state == "closed"


def test_what_is_given_back_is_told_with_its_reason(chain_of, local_time):
    case = chain_of("found: {title: 调查, after: event, within: 3 days, approve: {role: director}}\n")
    case.file(local_time("2026-09-01 10:00"))
    case.do("found", local_time("2026-09-14 10:00"), on="2026-09-14")
    case.world.sent.clear()

    case.give_back("found", local_time("2026-09-15 10:00"), reason="照片看不清")
    case.world.at("2026-09-15 10:01")

    told = {message.recipient_key for _, message in case.world.sent if "照片看不清" in message.body}
    assert told == {"zhaogang", "machao"}


def test_a_deputy_decides_on_a_longer_term(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    case.ask_longer(local_time("2026-09-20 10:00"))
    with case.world.writing() as (session, live):
        add_absence(
            session, live, person_id=case.person(session, "linhaifeng"), from_on=date(2026, 9, 21), until_on=date(2026, 9, 30),
            kind="leave", deputy_id=case.person(session, "zhangjianguo"), by=None, now=local_time("2026-09-20 11:00"),
        )  # fmt: skip

    assert case.decide_longer(local_time("2026-09-22 10:00"), grant=True, by="zhangjianguo") == "granted"


def test_where_hours_count_the_time_of_day_is_asked_for_and_its_end_is_late(chain_of, local_time):
    case = chain_of(
        "visit: {title: 到场核实, after: event, within: 24 hours}\n",
        "  remind: [{after: due, by: 2 hours}]\n",
    )
    with pytest.raises(Refused, match="give the time of day"):
        case.file(local_time("2026-09-01 10:00"))
    case.file(local_time("2026-09-01 10:00"), at=local_time("2026-09-01 08:30"))
    assert case.step("visit").due_at == local_time("2026-09-02 08:30")

    sent = [
        message for message in case.world.at("2026-09-02 10:30") if "到场核实" in message.title + message.body
    ]

    assert sent
    assert all(message.title.startswith("【逾期】") for message in sent), [message.title for message in sent]
    assert all("已超过时限" in message.body for message in sent), [message.body for message in sent]
