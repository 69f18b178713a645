"""What people read of coloured notices, signatures, stand-ins and approvals."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schedules.words import phrase
from tasks.delivery.payloads import Contact, PersonMessage, ReminderLine, Rendered
from tasks.wording.texts import Texts

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
MONDAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def line(**more: Any) -> ReminderLine:
    values: dict[str, Any] = {
        "schedule_key": "duty", "occurrence_key": "1", "title": "月度排查汇总", "phase": "before", "due_on": MONDAY,
        "due_at": datetime.combine(MONDAY, time(18), tzinfo=SHANGHAI).astimezone(UTC), "today": TODAY, "days_left": 7,
        "party_title": "张三",
    }  # fmt: skip
    return ReminderLine(**{**values, **more})


def read(texts: Texts, *lines: ReminderLine, name: str = "张三", lang: str = "zh_CN") -> Rendered:
    message = PersonMessage(recipient_name=name, lines=lines, tz=SHANGHAI, contact=Contact("王敏", "8123"))
    return texts.message(message, lang)


def first(told: Rendered) -> str:
    return told.body.split("\n")[0]


@pytest.mark.parametrize(
    ("lang", "notice", "title"),
    [
        ("zh_CN", phrase("Red notice"), "【红色督办】月度排查汇总"),
        ("zh_CN", "挂牌督办", "【挂牌督办】月度排查汇总"),
        ("en", phrase("Red notice"), "[Red notice] 月度排查汇总"),
    ],
)
def test_a_coloured_notice_is_a_word_in_the_title(texts: Texts, lang: str, notice: Any, title: str) -> None:
    told = read(texts, line(notice=notice), lang=lang)

    assert told.title == title


def test_a_supervisor_reads_the_colour_before_anything_else(texts: Texts) -> None:
    told = read(
        texts, line(notice="红色督办", own=False, to_kind="unit-head", unit_title="综治办"), name="李四"
    )

    assert told.title == "【红色督办】月度排查汇总"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh_CN", "“月度排查汇总”应于11月30日（周一）18:00前办结，还有7天。请先打开链接签收。办结后请登记。"),
        ("en", "月度排查汇总: due by Mon 30 Nov 18:00, 7 days left. Please open the link and sign for it first. When done, record it."),
    ],
)  # fmt: skip
def test_a_signature_is_asked_for(texts: Texts, lang: str, words: str) -> None:
    assert first(read(texts, line(sign=True), lang=lang)) == words


@pytest.mark.parametrize(
    ("lang", "words"), [("zh_CN", "至今无人签收。"), ("en", "Nobody has signed for it.")]
)
def test_that_nobody_signed_is_said_to_the_head(texts: Texts, lang: str, words: str) -> None:
    told = read(
        texts,
        line(unsigned=True, own=False, to_kind="unit-head", unit_title="综治办"),
        name="李四",
        lang=lang,
    )

    assert words in first(told)


@pytest.mark.parametrize(
    ("lang", "words"), [("zh_CN", "代张三：“月度排查汇总”应于"), ("en", "For 张三: 月度排查汇总: due by")]
)
def test_who_stands_in_reads_for_whom_and_is_asked_to_act(texts: Texts, lang: str, words: str) -> None:
    told = read(texts, line(stands_for="张三"), name="李四", lang=lang)

    assert first(told).startswith(words)
    assert told.body.split("\n")[1].startswith("办理：" if lang == "zh_CN" else "")


@pytest.mark.parametrize(
    ("lang", "title", "words"),
    [
        ("zh_CN", "【待审】月度排查汇总", "“月度排查汇总”已由张三报办结，请审核。请核对后同意，或退回并说明原因。"),
        ("en", "[To approve] 月度排查汇总", "月度排查汇总, handed in by 张三, waits for your approval."),
    ],
)  # fmt: skip
def test_who_approves_is_asked_to_look_at_it(texts: Texts, lang: str, title: str, words: str) -> None:
    told = read(texts, line(phase="approve", own=False), name="李四", lang=lang)

    assert told.title == title
    assert first(told).startswith(words)


@pytest.mark.parametrize(
    ("lang", "heading", "row"),
    [
        ("zh_CN", "“月度排查汇总”以下2人已报办结，请审核：", "1.张三，已报办结"),
        ("en", "月度排查汇总, waiting for your approval (2):", "1. 张三, handed in"),
    ],
)
def test_several_who_handed_in_the_same_are_one_list(texts: Texts, lang: str, heading: str, row: str) -> None:
    waiting = [line(phase="approve", own=False, party_title=name) for name in ("张三", "王五")]

    told = read(texts, *waiting, name="李四", lang=lang).body.split("\n")

    assert told[0] == heading
    assert told[1] == row


def test_a_digest_marks_each_line(texts: Texts) -> None:
    told = read(
        texts,
        line(schedule_key="a", title="甲事", party_title="李四", notice="黄色预警", sign=True),
        line(schedule_key="b", title="乙事", stands_for="张三", due_on=date(2026, 12, 1)),
        line(schedule_key="c", title="丙事", phase="approve", own=False, due_on=date(2026, 12, 2), party_title="王五"),
        line(schedule_key="d", title="丁事", own=False, unsigned=True, due_on=date(2026, 12, 3), party_title="王五"),
        name="李四",
    )  # fmt: skip

    assert told.body.split("\n")[:4] == [
        "1.【黄色预警】甲事：11月30日（周一）18:00前，还有7天（请签收）",
        "2.【提醒】代张三：乙事：12月1日（周二）18:00前，还有7天",
        "3.【待审】王五：丙事，已报办结，请审核",
        "4.【提醒】王五：丁事，应12月3日（周四）18:00前，还有7天（无人签收）",
    ]


def test_the_digest_reads_in_english_too(texts: Texts) -> None:
    told = read(
        texts,
        line(schedule_key="a", title="A", sign=True),
        line(schedule_key="c", title="C", phase="approve", own=False, due_on=date(2026, 12, 2), party_title="王五"),
        lang="en",
    )  # fmt: skip

    assert "1. [Reminder] A: by Mon 30 Nov 18:00, 7 days left (please sign)" in told.body
    assert "2. [To approve] 王五: C, waits for your approval" in told.body


def test_a_list_of_several_matters_names_each(texts: Texts) -> None:
    lines = [
        line(title=f"承接事项：{what}", occurrence_key=what, party_title=who, as_list=True, own=False)
        for what, who in (("占道经营", "赵刚"), ("违章搭建", "马超"))
    ]

    told, english = read(texts, *lines, name="何建国"), read(texts, *lines, name="何建国", lang="en")

    assert told.title == "【提醒】承接事项"
    assert told.body.split("\n")[:3] == [
        "“承接事项”以下2项未办结，应于11月30日（周一）18:00前办结：",
        "1.占道经营，赵刚，还有7天",
        "2.违章搭建，马超，还有7天",
    ]
    assert "1. 占道经营, 赵刚, 7 days left" in english.body
