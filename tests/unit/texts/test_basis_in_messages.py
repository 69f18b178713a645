"""The article or rule that sets a term stands in what people read about it, where there is one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tasks.delivery.payloads import PersonMessage, ReminderLine
from tasks.wording.texts import Texts

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 23)
ARTICLE = "行政处罚法60条"


def line(days: int, **more: Any) -> ReminderLine:
    """A duty that is due so many days from today."""
    due = TODAY + timedelta(days=days)
    values: dict[str, Any] = {
        "schedule_key": "case", "occurrence_key": "1", "title": "作出决定", "phase": "before", "due_on": due,
        "due_at": datetime(due.year, due.month, due.day, 16, tzinfo=UTC), "today": TODAY, "days_left": max(0, days),
        "days_late": max(0, -days), "workdays_late": max(0, -days), "target": 6000, "progress": 3200, "party_title": "赵刚",
        "unit_title": "综合执法大队",
    }  # fmt: skip
    return ReminderLine(**{**values, **more})


CASES = {
    "due today": line(0),
    "due soon": line(8),
    "opened": line(8, phase="open"),
    "late": line(-2, phase="after"),
    "a unit's": line(8, party_kind="unit", party_title="司法所"),
    "a step": line(8, schedule_kind="steps", part="decide", part_title="作出决定"),
    "hours behind": line(8, schedule_kind="quota", threshold=4500),
    "hours opened": line(8, schedule_kind="quota", phase="open"),
    "hours late": line(-2, schedule_kind="quota", phase="after"),
    "a certificate": line(90, schedule_kind="credential", anchor="expiry"),
    "a certificate today": line(0, schedule_kind="credential", anchor="expiry"),
    "a certificate expired": line(-1, schedule_kind="credential", anchor="expiry", phase="after"),
    "somebody else's": line(8, own=False),
    "told to a leader": line(-2, phase="after", to_kind="deputy-leader", own=False),
}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def body(texts: Texts, *lines: ReminderLine, lang: str) -> str:
    return texts.message(PersonMessage(recipient_name="赵刚", lines=lines, tz=SHANGHAI), lang).body


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("case", CASES)
def test_a_message_names_the_basis_once(texts: Texts, case: str, lang: str) -> None:
    shown = f"（{ARTICLE}）" if lang == "zh_CN" else f"({ARTICLE})"
    values = {name: getattr(CASES[case], name) for name in ReminderLine.__dataclass_fields__}

    assert body(texts, ReminderLine(**{**values, "basis": ARTICLE}), lang=lang).count(shown) == 1
    plain = body(texts, CASES[case], lang=lang)
    assert "（）" not in plain
    assert "()" not in plain


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_digest_names_it_with_each_duty(texts: Texts, lang: str) -> None:
    told = body(
        texts, line(8, basis=ARTICLE), line(20, schedule_key="b", title="公示", basis="国办发〔2018〕118号"), line(30, schedule_key="c"),
        lang=lang,
    )  # fmt: skip

    assert [ARTICLE in text for text in told.splitlines()[:3]] == [True, False, False]
    assert "国办发〔2018〕118号" in told.splitlines()[1]


def test_a_legal_term_reads_as_a_sentence(texts: Texts) -> None:
    told = body(texts, line(8, basis=ARTICLE), lang="zh_CN")

    assert told.startswith("“作出决定”应于12月1日（周二）24:00前办结（行政处罚法60条），还有8天。")
