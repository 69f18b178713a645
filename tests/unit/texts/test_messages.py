"""What people read, compared with the texts the office's people asked for."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from schedules.words import Words
from tasks.delivery import links
from tasks.delivery.payloads import (
    Contact,
    GroupMessage,
    PersonMessage,
    ReminderLine,
    Rendered,
    SummaryMessage,
    evidence_hint,
    plain,
)
from tasks.duties.standing import ShownFigure
from tasks.reporting.overdue import Figures, Item, OverdueReport, UnitFigures
from tasks.wording.message_templates import environment
from tasks.wording.texts import LIMIT, Texts, known_language, size

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTACT = Contact("王敏", "8123")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def at(day: date, hour: int = 18) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI).astimezone(UTC)


def line(due: date, today: date = TODAY, **more: Any) -> ReminderLine:
    late = max(0, (today - due).days)
    values: dict[str, Any] = {
        "schedule_key": "duty", "occurrence_key": "1", "title": "月度排查汇总", "phase": "before", "due_on": due, "due_at": at(due),
        "today": today, "days_left": max(0, (due - today).days), "days_late": late, "workdays_late": late,
    }  # fmt: skip
    return ReminderLine(**{**values, **more})


def study(due: date, today: date, **more: Any) -> ReminderLine:
    session = {
        "schedule_key": "friday-study",
        "schedule_kind": "session",
        "title": "周五集中学习",
        "starts_at": at(date(2026, 11, 27), 15),
    }
    return line(due, today, **{**session, **more})


def certificate(days: int, **more: Any) -> ReminderLine:
    expiry = date(2027, 5, 20)
    return line(
        expiry, expiry - timedelta(days=days), title="行政执法证换证", schedule_key="certificate", schedule_kind="credential",
        anchor="expiry", **more,
    )  # fmt: skip


def activities(today: date, **more: Any) -> ReminderLine:
    figures = (
        ShownFigure("events", "", 200, 400),
        ShownFigure("entrance", "六进", 100, 300, ("社区", "企业")),
    )
    given = {"title": "年度普法活动数量", "schedule_key": "quota", "schedule_kind": "figures", "figures": figures, "target": 10000,
             "anchor": "milestone:06-30", "anchor_on": date(2026, 6, 30), "party_title": "司法所", "party_kind": "unit"}  # fmt: skip
    return line(date(2026, 12, 31), today, **{**given, **more})


def hours(today: date, progress: int, **more: Any) -> ReminderLine:
    quota = {
        "title": "执法人员年度培训",
        "schedule_key": "training",
        "schedule_kind": "quota",
        "target": 6000,
        "progress": progress,
    }
    return line(date(2026, 12, 31), today, **{**quota, **more})


@pytest.fixture
def person(texts: Texts) -> Callable[..., Rendered]:
    def render(*lines: ReminderLine, name: str = "张三", lang: str = "zh_CN", **more: Any) -> Rendered:
        return texts.message(
            PersonMessage(recipient_name=name, lines=lines, tz=SHANGHAI, contact=CONTACT, **more), lang
        )

    return render


@pytest.fixture
def group(texts: Texts) -> Callable[..., Rendered]:
    def render(*lines: ReminderLine, lang: str = "zh_CN", **more: Any) -> Rendered:
        return texts.message(GroupMessage(lines=lines, tz=SHANGHAI, contact=CONTACT, **more), lang)

    return render


Render = Callable[..., Rendered]
THURSDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 30)


def test_the_group_hears_of_the_session_the_day_before(group: Render) -> None:
    told = group(
        study(MONDAY, THURSDAY, part="record", anchor="start", party_kind="role", party_title="学习秘书")
    )

    assert told == Rendered(
        "【预告】周五集中学习",
        "明天11月27日（周五）15:00，周五集中学习。请准时参加并签到；不能参加的，请提前请假。\n联系人：王敏",
    )


def test_the_clerks_own_words_replace_the_instruction(group: Render) -> None:
    told = group(study(MONDAY, THURSDAY, part="record", anchor="start", text="三楼会议室，今天17:30前请假"))

    assert told.body.startswith("明天11月27日（周五）15:00，周五集中学习。三楼会议室，今天17:30前请假。")


def test_of_a_leader_whoever_is_told_reads_neutral_words(person: Render) -> None:
    told = person(
        line(MONDAY, date(2026, 12, 2), title="述法报告", party_title="林海峰", unit_title="领导班子", to_kind="unit-head", own=False,
             days_late=2, workdays_late=2, of_leaders=True),
        name="秦岚",
    )  # fmt: skip

    assert told.title == "【提醒】述法报告"
    assert told.body.startswith("“述法报告”由林海峰承办，应于")
    assert "请按需提示。" in told.body
    assert "您负责的" not in told.body
    assert "督促" not in told.body


def test_brackets_do_not_stand_in_brackets(person: Render) -> None:
    told = person(line(MONDAY, THURSDAY, title="年度报告", basis="国务院规定（第24条）"))

    assert "（国务院规定〔第24条〕）" in told.body


def test_a_step_of_a_renewal_is_told_with_whose_certificate_it_is(person: Render) -> None:
    step = certificate(
        60,
        part="submit",
        part_title="报送区司法局",
        subject="孙涛",
        party_kind="role",
        party_title="证件管理员",
    )

    told = person(step)

    assert told.title == "【提醒】行政执法证换证（孙涛）：报送区司法局"
    assert "“行政执法证换证（孙涛）：报送区司法局”应于" in told.body


def test_who_was_away_is_told_where_to_object(person: Render) -> None:
    told = person(study(date(2026, 12, 11), MONDAY, part="make_up", anchor="recorded", phase="after"))

    assert told.title == "【补学】周五集中学习"
    assert told.body.splitlines() == [
        "11月27日周五集中学习您未到会，请于12月11日（周五）18:00前补学并登记。已请假或登记有误的，请与联系人核对。",
        f"办理：{links.LINK}",
        "联系人：王敏 8123",
    ]


def test_a_missing_record_is_asked_for_and_late_only_after_its_day(person: Render) -> None:
    wanted = study(MONDAY, MONDAY, part="record", anchor="start", phase="after", text="请登记签到")

    assert person(wanted).body.startswith("11月27日周五集中学习，请于今天18:00前登记到会情况。请登记签到。")
    late = study(MONDAY, MONDAY + timedelta(days=1), part="record", anchor="start", phase="after")
    assert "应于11月30日（周一）18:00前登记，已逾期1天。" in person(late).body


def test_hours_behind_say_how_many_by_when_and_how_many_are_missing(person: Render) -> None:
    behind = hours(date(2026, 9, 10), 3200, anchor="milestone", anchor_on=date(2026, 9, 30), threshold=4500)

    assert person(behind).body.splitlines()[0] == (
        "您本年已认定32学时，9月30日（周三）应达45学时，还差13学时。已学未登记的，请补传证明。"
    )


@pytest.mark.parametrize(
    ("cycle", "chinese", "english"),
    [
        ("calendar-year", "本年", "this year"),
        ("calendar-half", "本半年", "this half-year"),
        ("calendar-quarter", "本季度", "this quarter"),
        ("calendar-month", "本月", "this month"),
    ],
)
def test_the_time_of_a_figure_is_named(person: Render, cycle: str, chinese: str, english: str) -> None:
    begun = hours(date(2026, 12, 1), 0, phase="open", cycle=cycle)

    assert f"{chinese}应完成60学时" in person(begun).body
    assert (
        f"您{chinese}已认定32学时" in person(hours(date(2026, 9, 10), 3200, threshold=4500, cycle=cycle)).body
    )
    assert english in person(begun, lang="en").body


def test_what_is_counted_is_not_learned(person: Render) -> None:
    counted = hours(date(2026, 9, 10), 100, threshold=400, counted_in="count")

    assert "已办未登记的，请补登记。" in person(counted).body
    assert "学" not in person(counted).body.replace("执法人员年度培训", "").partition("\n")[0]
    assert "please record it" in person(counted, lang="en").body


def test_half_hours_are_said(person: Render) -> None:
    assert "已认定32.5学时" in person(hours(date(2026, 9, 10), 3250, threshold=4500)).body


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (90, "您的证件将于2027年5月20日（周四）到期，还有90天。"),
        (0, "您的证件今天到期。"),
        (-1, "您的证件已于2027年5月20日（周四）到期，过期1天。"),
    ],
)
def test_a_certificate_is_named_with_its_year(person: Render, days: int, said: str) -> None:
    assert person(certificate(days)).body.startswith(said)


def test_the_keeper_gets_one_list(person: Render) -> None:
    cards = [replace(certificate(178), party_title=name, as_list=True) for name in ("赵刚", "马超")]

    told = person(*cards, name="孙丽")

    assert told.body.splitlines()[:3] == [
        "以下2人的证件即将到期，请统一办理换证：",
        "1.赵刚，2027年5月20日（周四）到期，还有178天",
        "2.马超，2027年5月20日（周四）到期，还有178天",
    ]


def test_the_holder_is_never_taken_for_the_keeper(person: Render) -> None:
    card = certificate(90, party_title="赵刚")

    assert person(card, name="赵刚").body.startswith("您的证件")
    assert person(card, name="孙丽").body.startswith("赵刚的证件将于")


def test_a_leader_reads_who_how_late_how_often_and_why(person: Render) -> None:
    late = line(
        date(2026, 11, 18), workdays_late=3, title="案件〔2026〕15号", part="publish", part_title="决定书公示", schedule_kind="steps",
        phase="after", to_kind="deputy-leader", party_title="赵刚", unit_title="综合执法大队", urged=2, late_reason="网站账号停用。",
        new_date=date(2026, 11, 25),
    )  # fmt: skip

    assert person(late, name="张建国").body.splitlines()[0] == (
        "张建国：您分管的综合执法大队有1项逾期：案件〔2026〕15号：决定书公示，应于11月18日（周三）18:00前完成，承办人赵刚，"
        "已逾期5天（3个工作日），已催2次，原因：网站账号停用，拟11月25日（周三）完成。请督促今天处理，并填报原因和新时限。"
    )


def test_a_legal_day_ends_at_24(person: Render) -> None:
    due = date(2026, 12, 1)
    told = person(line(due, due_at=at(due + timedelta(days=1), 0), basis="处罚法第60条"))

    assert "应于12月1日（周二）24:00前办结（处罚法第60条），还有8天。" in told.body


def test_a_provisional_date_says_so(person: Render) -> None:
    assert "日期暂定，以放假通知为准。" in person(line(date(2027, 1, 4), provisional=True)).body
    assert "2027年1月4日（周一）" in person(line(date(2027, 1, 4), provisional=True)).body


def test_a_late_message_never_speaks_of_a_deadline_to_come(person: Render) -> None:
    delayed = line(TODAY - timedelta(days=1), phase="before")

    assert person(delayed).title == "【逾期】月度排查汇总"
    assert "已逾期1天" in person(delayed).body
    assert "还有" not in person(delayed).body


def test_several_duties_make_one_message_the_most_urgent_first(person: Render) -> None:
    told = person(
        line(TODAY + timedelta(days=9), title="乙", schedule_key="b"),
        line(TODAY - timedelta(days=2), title="甲", schedule_key="a", workdays_late=0),
        line(TODAY, title="丙", schedule_key="c"),
    )

    assert told.title == "【督办】您有3项事项"
    assert told.body.splitlines()[:3] == [
        "1.【逾期】甲：应11月21日（周六）18:00前，逾期2天（0个工作日）",
        "2.【今天到期】丙：今天18:00前",
        "3.【提醒】乙：12月2日（周三）18:00前，还有9天",
    ]
    assert told.body.count(links.LINK) == 1


def test_other_peoples_duties_are_put_together(person: Render) -> None:
    absent = [
        study(
            TODAY - timedelta(days=1),
            TODAY,
            part="make_up",
            to_kind="unit-head",
            party_title=f"职工{n}",
            unit_title="民主社区",
        )
        for n in range(6)
    ]

    told = person(*absent, line(TODAY, schedule_key="own"), name="陈霞")

    assert len(told.body.splitlines()) == 4
    assert "职工0、职工1、职工2、职工3等6人未完成11月27日周五集中学习补学，逾期1天" in told.body


def test_one_person_with_several_things_is_named_once(person: Render) -> None:
    several = [
        line(
            TODAY,
            title="承接事项",
            to_kind="unit-head",
            party_title=f"职工{n % 2}",
            party_kind="person",
            as_list=True,
        )
        for n in range(6)
    ]

    told = person(*several, line(TODAY, schedule_key="own"), name="陈霞")

    assert told.body.count("职工0") == 1, told.body


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("count", [1, 2, 30, 500])
def test_a_message_keeps_within_what_a_channel_takes(
    person: Render, group: Render, count: int, lang: str
) -> None:
    lines = [
        line(TODAY + timedelta(days=n), title=f"第{n}项" + "情况" * 20, schedule_key=f"s{n}")
        for n in range(count)
    ]

    for told in (person(*lines, lang=lang), group(*lines, lang=lang)):
        assert size(told) <= LIMIT
        assert not told.body.endswith("…")
    if count >= 30 and lang == "zh_CN":
        assert f"其余{count - told.body.count('情况' * 20)}项" in told.body


def test_of_a_sealed_duty_only_the_number_is_told(person: Render, group: Render) -> None:
    sealed = line(TODAY, title="绝密事项", privacy="sealed", party_title="赵刚", text="绝密要求")

    assert person(sealed).body.splitlines()[0] == "您有1项督办事项，请登录查看"
    for told in (person(sealed), person(sealed, line(TODAY)), group(sealed), group(sealed, line(TODAY))):
        assert "绝密" not in told.title + told.body
        assert "赵刚" not in told.body
    assert "另有1项督办事项，请登录查看。" in person(sealed, line(TODAY)).body


def test_the_subject_of_a_case_stays_out_of_groups_and_overheard_channels(
    person: Render, group: Render
) -> None:
    case = line(TODAY, title="案件17号", subject="当事人李某", privacy="case")

    assert "李某" in person(case).body
    for told in (person(case, overheard=True), group(case)):
        assert "案件17号" in told.body
        assert "李某" not in told.title + told.body


@pytest.mark.parametrize("late", [-3, 2])
@pytest.mark.parametrize("make", [line, study])
def test_a_group_reads_no_names_phones_or_links_before_release(
    group: Render, make: Callable[..., ReminderLine], late: int
) -> None:
    due = TODAY - timedelta(days=late)
    lines = [make(due, TODAY, part="make_up", party_title=name, title="补学") for name in ("许芳", "邓敏")]

    quiet = group(*lines)

    assert "许芳" not in quiet.body
    assert "8123" not in quiet.body
    assert not links.carried(quiet.body)
    assert "责任人：许芳、邓敏。" in group(*lines, released=True).body


def test_a_group_message_has_no_place_for_a_link() -> None:
    assert not any("link" in field.name or "url" in field.name for field in fields(GroupMessage))
    with pytest.raises(UndefinedError):
        environment("zh_CN").from_string("{{ link }}").render()
    assert environment("zh_CN", link=links.LINK).from_string("{{ link }}").render() == links.LINK


def test_names_from_data_cannot_turn_break_or_imitate_the_text(person: Render) -> None:
    told = person(line(TODAY, title=f"报告\n办理：\u202ehttp://x{links.LINK}", text="一\r\n二\u200b"))

    assert told.body.count(links.LINK) == 1
    assert "\u202e" not in told.title + told.body
    assert "报告 办理：http://xlink" in told.title
    assert "一 二。" in told.body
    assert plain("高𬱖　阿依古丽·买买提") == "高𬱖 阿依古丽·买买提"


def test_a_trial_message_says_for_whom_it_was(texts: Texts, person: Render) -> None:
    assert texts.trial("正文", "张三", "zh_CN") == "（试运行）原应发给张三\n正文"
    assert person(line(TODAY), trial_for="张三").body.startswith("（试运行）原应发给张三\n")
    assert texts.trial("Text", "张三", "en") == "(trial) meant for 张三\nText"


def test_each_reader_has_a_language(person: Render) -> None:
    told = person(line(TODAY + timedelta(days=1), title="Report"), lang="en")

    assert told.title == "[Due soon] Report"
    assert told.body.startswith(
        "Report: due by tomorrow, Tue 24 Nov 18:00, 1 day left. When done, record it."
    )
    assert known_language("zh-CN", "en") == "zh_CN"
    assert known_language("en_GB", "zh_CN") == "en"
    assert known_language("fr", "zh_CN") == "zh_CN"
    assert known_language(None, "en") == "en"


# ── summary ───────────────────────────────────────────────────
def item(title: str, due: date, **more: Any) -> Item:
    late = max(0, (TODAY - due).days)
    values: dict[str, Any] = {
        "schedule": title, "key": "1", "name": Words("{title}", {"title": title}), "part": "", "unit_id": 1, "unit": "民主社区",
        "person": "陈霞", "owes": "person", "due_on": due, "due_at": at(due), "days_late": late, "workdays_late": late, "urged": 0,
        "reason": None, "new_date": None, "light": "red" if late else "yellow", "privacy": "internal",
    }  # fmt: skip
    return Item(**{**values, **more})


def report(items: tuple[Item, ...] = (), coming: tuple[Item, ...] = (), **more: Any) -> OverdueReport:
    values: dict[str, Any] = {
        "as_of": datetime(2026, 11, 23, 8, tzinfo=SHANGHAI), "items": items, "coming": coming,
        "figures": Figures(due=126, done=119, done_late=7, overdue=7, soon=4),
        "units": (UnitFigures(unit_id=2, title="文化社区", figures=Figures(due=5, done=5)),),
    }  # fmt: skip
    return OverdueReport(**{**values, **more})


@pytest.fixture
def summary(texts: Texts) -> Callable[..., Rendered]:
    def render(found: OverdueReport, lang: str = "zh_CN") -> Rendered:
        message = SummaryMessage(
            report=found,
            recipient_name="张建国",
            tz=SHANGHAI,
            answer_by=at(TODAY),
            released_by="党政办王敏",
            contact=CONTACT,
        )
        return texts.message(message, lang)

    return render


def test_a_summary_has_the_form_the_leader_asked_for(summary: Render) -> None:
    told = summary(
        report(
            (
                item(
                    "10月问题整改",
                    date(2026, 10, 30),
                    urged=4,
                    reason="等物业进场。",
                    new_date=date(2026, 12, 4),
                ),
                item("10月网格摸排汇总", date(2026, 11, 19), urged=1),
            ),
            (item("集中研判问题清单", TODAY),),
        )
    )

    assert told.title == "【督办提示】截至11月23日（周一）8:00"
    assert told.body.splitlines() == [
        "本年应办结126项，已办结119项（按期112、逾期办结7），按期办结率88.8%；逾期未办7项，临期4项。",
        "一、逾期（按天数）",
        "1.【红】10月问题整改|民主社区|陈霞|应10月30日|逾期24天|催4次|等物业进场，拟12月4日",
        "2.【红】10月网格摸排汇总|民主社区|陈霞|应11月19日|逾期4天|催1次|未说明原因",
        "二、临期",
        "1.【黄】集中研判问题清单|民主社区|陈霞|11月23日",
        "三、较好：文化社区本年无逾期。",
        "请责任单位11月23日（周一）18:00前在系统填报原因和新时限。",
        f"附表：{links.LINK}",
        "（天数为自然日；本表由系统汇总，党政办王敏核发）",
    ]


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_summary_of_two_hundred_late_duties_keeps_within_what_a_channel_takes(
    summary: Render, lang: str
) -> None:
    many = tuple(
        item(
            f"第{n}项市容环境专项整治情况报送和问题清单",
            date(2026, 5, 7) + timedelta(days=n),
            unit="城市管理和综合行政执法大队",
            reason="等物业公司进场施工，正在与产权单位协调施工时间" * 3,
        )
        for n in range(200)
    )

    told = summary(report(many, many[:60]), lang=lang)

    assert size(told) <= LIMIT
    shown = [text for text in told.body.splitlines() if "专项整治" in text]
    assert shown
    assert any(str(200 - n) in told.body for n in range(1, len(shown) + 1)), told.body
    assert links.LINK in told.body


def test_a_long_summary_ends_with_the_rest_in_the_list(summary: Render) -> None:
    many = tuple(
        item(f"第{n}项专项整治情况报送", date(2026, 10, 1) + timedelta(days=n), reason="正在协调")
        for n in range(50)
    )

    told = summary(report(many))

    assert size(told) <= LIMIT
    assert "其余40项逾期4至43天，见附表。" in told.body


def test_three_who_owe_the_same_make_one_line(summary: Render) -> None:
    same = tuple(
        item("周五集中学习补学", date(2026, 11, 20), person=name) for name in ("许芳", "邓敏", "田甜")
    )
    reasoned = item("周五集中学习补学", date(2026, 11, 20), person="吕燕", reason="住院")

    body = summary(report((*same, reasoned))).body

    assert "1.【红】周五集中学习补学|民主社区|3人|应11月20日|逾期3天|未说明原因" in body
    assert "2.【红】周五集中学习补学|民主社区|吕燕|应11月20日|逾期3天|住院" in body


def test_a_summary_is_never_empty(summary: Render) -> None:
    ahead = UnitFigures(
        unit_id=2, title="文化社区", figures=Figures(due=5, done=5), next=item("集中研判", date(2026, 12, 23))
    )

    told = summary(report(figures=Figures(due=5, done=5), units=(ahead,)))
    nothing = summary(report(figures=Figures(), units=()))

    assert "没有逾期事项。\n接下来：集中研判（民主社区），12月23日到期。" in told.body
    assert "请责任单位" not in told.body
    assert "没有应办结的事项" in nothing.body
    assert "按期办结率" not in nothing.body, "there is no rate of nothing"
    assert "目前没有其他未办事项。" in nothing.body


def test_a_summary_in_english(summary: Render) -> None:
    told = summary(report((item("Report", date(2026, 10, 30), urged=1),)), lang="en")

    assert told.title == "[Overdue] as of Mon 23 Nov 8:00"
    assert (
        "1. [red] Report | 民主社区 | 陈霞 | due 30 Oct | 24 days late | reminded 1 time | no reason given"
        in told.body
    )


@pytest.mark.parametrize(
    ("done", "late", "due", "rate"),
    [
        (119, 7, 126, 88.8),
        (13, 0, 14, 92.8),
        (0, 0, 0, None),
        (3, 0, 3, 100.0),
        (2999, 0, 3000, 99.9),
        (1, 1, 1, 0.0),
        (2, 0, 3, 66.6),
    ],
)
def test_the_rate_is_cut_after_one_decimal_and_is_full_only_for_all(
    done: int, late: int, due: int, rate: float | None
) -> None:
    assert Figures(due=due, done=done, done_late=late).on_time_rate == rate


def test_evidence_hints_are_the_labels_of_required_fields() -> None:
    assert evidence_hint({}) == ()


COUNTED = "“年度普法活动数量”到6月30日（周二）的进度：次数2/4，六进1/3（缺社区、企业）"


def test_several_figures_are_told_as_they_stand_with_what_is_missing(person):
    said = person(activities(date(2026, 7, 1)))
    late = person(activities(date(2027, 1, 4), anchor="due", anchor_on=None))

    assert said.title == "【进度】年度普法活动数量"
    assert COUNTED + "。已办未登记的，请补登记。" in said.body
    assert "12月31日（周四）的进度" in late.body
    assert "，已逾期4天" in late.body


def test_supervisors_digests_lists_and_groups_speak_of_the_same_figures(person, group):
    july = date(2026, 7, 1)
    boss = person(activities(july, to_kind="unit-head", unit_title="司法所", own=False))
    digest = person(activities(july), line(date(2026, 7, 3), july))
    others = [activities(july, as_list=True, own=False, party_title=name) for name in ("司法所", "友谊社区")]
    listed = person(*others)
    posted = group(activities(july))

    assert "司法所承办的" + COUNTED in boss.body
    assert COUNTED in digest.body
    assert "友谊社区，次数2/4，六进1/3（缺社区、企业）" in listed.body
    assert COUNTED + "，请抓紧。" in posted.body


def test_in_english_too(person):
    said = person(activities(date(2026, 7, 1)), lang="en").body

    assert "so far events 2 of 4, 六进 1 of 3 (missing: 社区, 企业)" in said


def test_a_register_that_may_be_empty_asks_for_a_declared_zero(person):
    said = person(line(date(2026, 12, 1), schedule_kind="declared")).body

    assert "有的请登记台账，没有的请作零报告。" in said
