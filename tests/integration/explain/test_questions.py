"""What is answered beside the reasons: days counted, digests, what nobody may read, one message, one schedule, wrong names."""

import json
from datetime import date

import pytest
from post import DUTY, said

from schedules.errors import NotFound, Refused
from tasks.days.by_hand import move, skip
from tasks.delivery.outcomes import Outcome

TUESDAY, WEDNESDAY = "2026-11-24 08:40", "2026-11-25 09:00"
TWO = DUTY + DUTY.replace("report:", "other:").replace("情况报送", "另一件事")


def numbers(answer) -> list[int]:
    return [each["id"] for each in answer["messages"]]


def test_a_holiday_in_between_is_named_and_not_counted(post, ask):
    post.begin("2026-09-28 08:00")
    post.at("2026-09-29 08:40")

    item = ask.item("2026-09-29 09:00", key="2026-10-09")

    assert item["verdict"] == "told"
    rung = item["rung"]
    assert "从期限10月9日（周五）往前数3个工作日（当天不算），是9月29日（周二）。" in rung["sentences"]
    assert "未计入的休息日：10月1日至10月7日（国庆节）。" in rung["sentences"]
    assert rung["skipped"] == [f"2026-10-0{n}" for n in range(1, 8)]


def test_the_same_is_said_in_english(post, ask):
    post.begin()
    post.at(TUESDAY)

    item = ask.item("2026-11-24 09:00", lang="en")

    assert item["sentences"][0].startswith(
        "Told Tue 24 Nov 08:40 by local outbox (app); the provider accepted it"
    )
    assert item["rung"]["sentences"] == [
        "Counted back 3 working days from the due day, Fri 27 Nov, which itself does not count: Tue 24 Nov."
    ]


def test_last_and_next_stand_beside_a_day_without_a_reminder(post, ask):
    post.begin()
    post.at(TUESDAY)

    item = ask.item(WEDNESDAY)

    assert (item["last"]["at"], item["last"]["label"]) == ("2026-11-24T08:40+08:00", "期限前3个工作日")
    assert (item["next"]["at"], item["next"]["label"]) == ("2026-11-26T08:40+08:00", "期限前1个工作日")


def test_a_digest_names_how_many_duties_it_tells(post, ask):
    post.begin(duty=TWO)
    post.at(TUESDAY)

    answer = ask.person("2026-11-24 09:00")

    assert answer["told"] == 2
    assert all("一条消息合并了2件事。" in each["sentences"] for each in answer["items"])
    (message,) = answer["messages"]
    assert message["carries"] == ["情况报送", "另一件事"]


def test_of_a_sealed_matter_nothing_is_said_but_that_there_is_one(post, ask):
    post.begin(duty=DUTY.replace("done:", "privacy: sealed\n  done:"))
    post.at(TUESDAY)
    post.silence(WEDNESDAY, "2026-12-02", schedule="report")

    answer = ask.person(WEDNESDAY, on="2026-11-26")

    (item,) = answer["items"]
    assert (item["title"], item["schedule"], item["key"]) == ("不公开事项", None, None)
    text = json.dumps(
        [answer, ask.message(WEDNESDAY, numbers(ask.person("2026-11-24 09:00"))[0])], ensure_ascii=False
    )
    for secret in ("情况报送", "report", "系统迁移"):
        assert secret not in text


def test_no_number_of_a_phone_is_ever_said(post, ask):
    post.begin()
    post.at(TUESDAY)

    text = json.dumps([ask.person(WEDNESDAY), ask.schedule(WEDNESDAY), ask.message(WEDNESDAY, 1)])

    assert "138000001" not in text


def test_whom_a_schedule_does_not_name_is_told_whom_it_names(post, ask):
    post.begin()

    answer = ask.person(WEDNESDAY, who="liwen", schedule="report")

    assert answer["items"] == []
    assert answer["notes"] == ["李雯不在“情况报送”的范围内，它的范围是：江涛。"]


def test_who_comes_later_is_not_told_before(post, ask):
    people = post.world.files["people.csv"]
    row = "xinren,新人,城建办,科员,机关工作人员,,13800000199,xinren,xinren@example.cn,2026-12-01\n"
    post.world.files["people.csv"] = people + row
    post.begin()

    assert ask.person(WEDNESDAY, who="新人")["notes"] == ["新人12月1日到岗，之前不提醒此人。"]


def test_what_is_not_open_yet_says_when_it_opens(post, ask):
    post.begin()
    post.at(TUESDAY)

    answer = ask.person(WEDNESDAY)

    (opening,) = answer["openings"]
    assert (opening["reason"], opening["key"]) == ("not-opened", "2026-12-04")
    assert opening["sentences"][0].startswith("还没有开启，")


def test_what_will_be_open_by_a_day_to_come_says_what_it_tells_then(post, ask):
    post.begin()
    post.at(TUESDAY)

    answer = ask.person(TUESDAY, on="2026-12-07")

    found = {(each["schedule"], each["key"]) for each in answer["openings"] if each["reason"] == "foreseen"}
    open_now = {(each["schedule"], each["key"]) for each in answer["items"]}
    post.at("2026-12-07 23:00")
    then = [each for each in ask.person("2026-12-07 23:00")["items"] if each["verdict"] == "told"]
    assert (
        found == {(each["schedule"], each["key"]) for each in then} - open_now == {("report", "2026-12-04")}
    )


def test_what_was_skipped_by_hand_is_said_on_its_day(post, ask):
    post.begin()
    with post.world.writing() as (session, live):
        skip(
            session, live, schedule="report", key="2026-12-04", reason="区里统一部署", actor="cli:test", now=post.local(WEDNESDAY)
        )  # fmt: skip

    answer = ask.person(WEDNESDAY, on="2026-12-04")

    (said,) = [each for each in answer["openings"] if each["reason"] == "skipped"]
    assert "区里统一部署" in said["sentences"][0]
    assert "这一次不办" in said["sentences"][0]


def test_what_was_moved_by_hand_says_where_to_and_why(post, ask):
    post.begin()
    post.at(TUESDAY)
    with post.world.writing() as (session, live):
        move(
            session, live, schedule="report", key="2026-11-27", to=date(2026, 11, 30), reason="会议改期", actor="cli:test",
            now=post.local(WEDNESDAY),
        )  # fmt: skip

    (occurrence,) = [each for each in ask.schedule(WEDNESDAY)["occurrences"] if each["key"] == "2026-11-27"]

    assert "11月25日（周三）09:00人工调整到11月30日（周一）：会议改期" in occurrence["sentences"]


def test_somebody_whom_nothing_concerns_is_told_so(post, ask):
    post.begin()

    answer = ask.person(WEDNESDAY, who="李雯")

    assert (answer["items"], answer["messages"], answer["next"]) == ([], [], None)


def test_the_head_of_a_unit_learns_what_will_be_told_about_others(post, ask):
    post.begin(duty=DUTY.replace("{after: due, by: 1 workday}", "{after: due, by: 1 workday, to: unit-head}"))
    post.at(TUESDAY)

    item = ask.item(WEDNESDAY, who="zhenghua", on="2026-11-30")

    assert (item["verdict"], item["owed_by"]) == ("will-be-told", "江涛")
    assert item["rung"]["to"] == "发科室负责人"


def test_a_head_who_owes_it_is_not_told_about_it_once_more(post, ask):
    post.begin(
        duty=DUTY.replace(
            "{after: due, by: 1 workday}", "{after: due, by: 1 workday, to: unit-head}"
        ).replace("people: [jiangtao]", "people: [jiangtao, zhenghua]")
    )
    post.at(TUESDAY)

    (occurrence,) = ask.schedule(WEDNESDAY)["occurrences"]

    *_, above = [
        (each["verdict"], each["reason"], each["who"])
        for rung in occurrence["rungs"]
        for each in rung["outcomes"]
    ]
    assert above == ("not-told", "nobody", ["郑华"])


def test_a_head_who_owed_it_had_nobody_above_and_was_no_one_without_a_channel(post, ask):
    post.begin(
        duty=DUTY.replace(
            "{after: due, by: 1 workday}", "{after: due, by: 1 workday, to: unit-head}"
        ).replace("people: [jiangtao]", "people: [jiangtao, zhenghua]")
    )
    post.at("2026-11-30T09:00")

    (occurrence,) = ask.schedule("2026-11-30T10:00", key="2026-11-27")["occurrences"]

    assert [(each["reason"], each["who"]) for each in occurrence["rungs"][-1]["outcomes"]] == [
        ("sent", ["郑华"]),
        ("nobody", ["郑华"]),
    ]


def test_a_schedule_tells_its_version_its_rungs_and_who_was_told(post, ask):
    post.begin(duty=DUTY.replace("people: [jiangtao]", "people: [jiangtao, liwen]"))
    post.at(TUESDAY)
    post.confirm("liwen", WEDNESDAY)

    story = ask.schedule(WEDNESDAY)

    assert story["sentences"][0] == "第1版，11月23日（周一）08:00生效。"
    (occurrence,) = story["occurrences"]
    first, second, _ = occurrence["rungs"]
    assert first["outcomes"] == [
        {"verdict": "told", "reason": "sent", "sentence": "已告知", "who": ["李雯", "江涛"]}
    ]
    assert second["outcomes"] == [
        {"verdict": "will-be-told", "reason": "coming", "sentence": "将告知", "who": ["江涛"]},
        {"verdict": "not-told", "reason": "done", "sentence": "已办结", "who": ["李雯"]},
    ]


def test_an_occurrence_that_is_not_open_is_answered_by_its_key(post, ask):
    post.begin()
    post.at(TUESDAY)

    sentences = ask.schedule(WEDNESDAY, key="2026-12-04")["sentences"]

    assert any(each.startswith("还没有开启，") for each in sentences)


def test_names_that_nothing_answers_to_are_answered_with_the_nearest(post, ask):
    post.begin()

    with pytest.raises(NotFound, match="jiangtao"):
        ask.person(WEDNESDAY, who="jiangtoa")
    with pytest.raises(NotFound, match="report"):
        ask.schedule(WEDNESDAY, "reprot")
    with pytest.raises(NotFound, match="2026-11-27"):
        ask.schedule(WEDNESDAY, key="2026-11-28")
    with pytest.raises(NotFound, match="duban messages list"):
        ask.message(WEDNESDAY, 99_999)


def test_of_two_people_with_one_name_the_ids_are_asked_for(post, ask):
    people = post.world.files["people.csv"]
    row = "jiangtao2,江涛,综治办,科员,机关工作人员,,13800000199,jiangtao2,jiangtao2@example.cn,\n"
    post.world.files["people.csv"] = people + row
    post.begin()

    with pytest.raises(Refused, match=r"jiangtao \(城建办\), jiangtao2 \(综治办\)"):
        ask.person(WEDNESDAY, who="江涛")


def test_a_message_tells_each_attempt_the_fallback_and_whether_it_may_be_sent_again(post, ask):
    post.begin()
    post.says["app"] = said(Outcome.PERSON, "用户不在应用可见范围", code="60111")
    post.says["sms"] = said(Outcome.UNKNOWN)
    post.at(TUESDAY)
    number = numbers(ask.person("2026-11-24 09:00"))[0]

    story = ask.message("2026-11-24 09:00", number)

    assert (story["state"], story["verdict"], story["may_be_sent_again"]) == ("unknown", "not-told", True)
    assert [each["code"] for each in story["events"]] == [
        "written",
        "attempt:person",
        "fallback",
        "attempt:unknown",
    ]
    said_all = "".join(each["sentence"] for each in story["events"])
    assert "60111 用户不在应用可见范围" in said_all
    assert "改走下一个渠道：本机发件箱（sms）。" in said_all
    assert f"可以重发：`duban messages retry {number}`。" in story["sentences"]
    (carried,) = story["carries"]
    assert (carried["schedule"], carried["key"], carried["rung"]["label"]) == (
        "report",
        "2026-11-27",
        "期限前3个工作日",
    )


def test_asking_changes_nothing(post, ask):
    post.begin(duty=TWO)
    post.at(TUESDAY)
    before = post.messages("jiangtao"), post.reminders(), post.attempts()

    ask.person(WEDNESDAY)
    ask.schedule(WEDNESDAY)
    ask.message(WEDNESDAY, 1)

    assert (post.messages("jiangtao"), post.reminders(), post.attempts()) == before


def test_whom_the_group_names_was_told_in_the_group(post, ask):
    post.begin(reach="{level: group, people: [], group: group}")
    post.at(TUESDAY)

    told = ask.item("2026-11-24 09:00")
    later = ask.item(WEDNESDAY, on="2026-11-26")

    assert (told["verdict"], told["channel"]) == ("told", "group")
    assert (later["verdict"], later["reason"]) == ("will-be-told", "coming")
    assert "本机发件箱（group）" in later["sentences"][0]
