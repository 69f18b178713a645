"""Terms as the statutes have them, each row with its article, and both sides of the last day.

The trap is the unit: 日 in one law is a working day, in the next a natural one. 行政处罚法85条: only 二日, 三日, 五日, 七日 are working
days. 行政强制法69条: ten days or less are. 行政许可法82条: all are. 行政复议法88条: 三日, 五日, 七日, 十日 are, the rest follows
民事诉讼法.
民事诉讼法85条: the day of the event does not count, and a last day that is a public holiday moves to the first day after it.
政府信息公开条例 and 国办发〔2018〕118号 say 工作日 themselves; 信访工作条例 says 日 and, once, 工作日.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from schedules.calendar import WorkCalendar
from schedules.dues import due_instant
from schedules.grammar import Basis
from schedules.lights import Light, days_late, light, workdays_late
from schedules.office import OfficeSpec
from schedules.states import Obligation
from schedules.terms import Roll, Term, first_day, last_day, parse_term

ONE_DAY, ONE_SECOND = timedelta(days=1), timedelta(seconds=1)
N: Roll = "none"
NEXT: Roll = "next-workday"

# article, what must be done, the term as an office writes it, the roll, the day of the event, the last day
FORWARD: list[tuple[str, str, str, Roll, str, str]] = [
    ("行政处罚法60条", "九十日内作出决定", "90日", N, "2026-07-01", "2026-09-29"),
    ("行政处罚法60条", "九十日是自然日，止于国庆节", "90日", N, "2026-07-03", "2026-10-01"),
    ("行政处罚法61条、85条", "七日内送达", "7个工作日", N, "2026-09-24", "2026-10-12"),
    ("行政处罚法61条、85条", "七日内送达，跨春节", "7个工作日", N, "2026-02-10", "2026-02-26"),
    ("行政处罚法64条、85条", "告知后五日内要求听证，末日是上班的星期六", "5个工作日", N, "2026-09-28", "2026-10-10"),
    ("行政处罚法64条、85条", "告知后五日内要求听证，跨劳动节", "5个工作日", N, "2026-04-24", "2026-05-06"),
    ("行政处罚法56条、85条", "登记保存七日内处理", "7个工作日", N, "2026-04-28", "2026-05-11"),
    ("行政处罚法48条、85条", "三日内撤回公开", "3个工作日", N, "2026-02-12", "2026-02-24"),
    ("行政处罚法67条、民事诉讼法85条", "十五日内缴款，末日是国庆节", "15日", NEXT, "2026-09-16", "2026-10-08"),
    ("行政处罚法67条", "十五日是自然日", "15日", N, "2026-09-16", "2026-10-01"),
    ("行政强制法25条", "查封扣押三十日", "30日", N, "2026-09-02", "2026-10-02"),
    ("行政强制法25条", "延长三十日", "30日", N, "2026-10-02", "2026-11-01"),
    ("行政强制法19条", "二十四小时内报告", "24小时", N, "2026-09-30", "2026-10-01"),
    ("行政强制法51条、69条", "代履行三日前催告", "3个工作日", N, "2026-02-13", "2026-02-25"),
    ("行政强制法54条、69条", "催告书送达十日后", "10个工作日", N, "2026-09-22", "2026-10-13"),
    ("行政强制法53条", "三个月内申请法院强制执行", "3个月", N, "2026-11-30", "2027-02-28"),
    ("行政强制法53条", "三个月，对应日", "3个月", N, "2026-07-15", "2026-10-15"),
    ("行政许可法42条、82条", "二十日内决定，末日是上班的星期六", "20个工作日", N, "2026-01-26", "2026-02-28"),
    ("行政许可法42条、82条", "延长十日", "10个工作日", N, "2026-02-28", "2026-03-13"),
    ("政府信息公开条例33条", "20个工作日内答复", "20个工作日", N, "2026-09-18", "2026-10-22"),
    ("政府信息公开条例33条", "延长20个工作日", "20个工作日", N, "2026-10-22", "2026-11-19"),
    ("政府信息公开条例30条", "7个工作日内要求补正", "7个工作日", N, "2026-09-20", "2026-09-30"),
    ("政府信息公开条例26条", "20个工作日内主动公开", "20个工作日", N, "2026-09-23", "2026-10-28"),
    ("信访工作条例23条", "15日内书面告知", "15日", N, "2026-09-19", "2026-10-04"),
    ("信访工作条例23条", "5个工作日内提出异议", "5个工作日", N, "2026-09-23", "2026-10-08"),
    ("信访工作条例34条", "60日内办结", "60日", N, "2026-08-31", "2026-10-30"),
    ("信访工作条例34条", "延长30日", "30日", N, "2026-10-30", "2026-11-29"),
    ("行政复议法48条、88条", "十日内提出书面答复", "10个工作日", N, "2026-09-16", "2026-09-30"),
    ("行政复议法48条、88条", "十日，跨端午节", "10个工作日", N, "2026-06-12", "2026-06-29"),
    ("行政复议法54条、88条", "简易程序五日内答复，跨元旦", "5个工作日", N, "2025-12-26", "2026-01-05"),
    ("行政复议法62条、88条", "六十日依民事诉讼法计算，末日是国庆节", "60日", NEXT, "2026-08-03", "2026-10-08"),
    ("民事诉讼法85条", "末日是春节，顺延到节后第一日", "15日", NEXT, "2026-02-05", "2026-02-24"),
    ("民事诉讼法85条", "末日是上班的星期六，不顺延", "15日", NEXT, "2026-01-30", "2026-02-14"),
    ("民事诉讼法85条", "末日是星期六，顺延到星期一", "30日", NEXT, "2026-10-15", "2026-11-16"),
    ("民事诉讼法85条", "末日是上班的星期日，不顺延", "30日", NEXT, "2026-08-21", "2026-09-20"),
    ("行政诉讼法67条", "十五日内答辩", "15日", NEXT, "2026-04-17", "2026-05-06"),
    ("重大行政决策程序暂行条例15条", "公开征求意见不少于30日", "30日", N, "2026-01-20", "2026-02-19"),
    ("国办发〔2018〕118号", "处罚、许可决定7个工作日内公示", "7个工作日", N, "2026-04-30", "2026-05-13"),
    ("国办发〔2018〕118号", "其他执法决定20个工作日内公示", "20个工作日", N, "2026-01-26", "2026-02-28"),
    ("人民调解法33条", "三十日内申请司法确认", "30日", NEXT, "2026-09-01", "2026-10-08"),
    ("人民调解工作若干规定33条", "一个月内调结", "1个月", N, "2026-01-31", "2026-02-28"),
]  # fmt: skip


def named(rows: list[tuple[str, str, str, Roll, str, str]]) -> list[object]:
    return [pytest.param(*row[2:], id=f"{row[0]} {row[1]}") for row in rows]


@pytest.mark.parametrize(("term", "roll", "start", "due"), named(FORWARD))
def test_the_last_day_of_a_statutory_term(
    term: str, roll: Roll, start: str, due: str, calendar: WorkCalendar
) -> None:
    assert last_day(date.fromisoformat(start), of(term, roll), calendar) == date.fromisoformat(due)


def of(text: str, roll: Roll) -> Term:
    """The term with its roll, as a mapping in YAML gives it."""
    read = parse_term(text)
    return parse_term({"n": read.n, "unit": read.unit, "roll": roll})


@pytest.mark.parametrize(
    ("hearing", "notice"),
    [("2026-10-15", "2026-09-30"), ("2026-10-08", "2026-09-21"), ("2026-03-05", "2026-02-25")],
)
def test_a_hearing_is_announced_seven_days_before(hearing: str, notice: str, calendar: WorkCalendar) -> None:
    """行政处罚法64条、85条."""
    assert first_day(date.fromisoformat(hearing), parse_term("7个工作日"), calendar) == date.fromisoformat(
        notice
    )


def test_the_day_of_the_event_does_not_count(calendar: WorkCalendar) -> None:
    """民事诉讼法85条. One day after a Thursday is the Friday, whatever the hour of the event."""
    thursday = date(2026, 11, 26)

    assert last_day(thursday, parse_term("1日"), calendar) == date(2026, 11, 27)
    assert last_day(thursday, parse_term("1个工作日"), calendar) == date(2026, 11, 27)


LAW, CUSTOM = Basis(text="行政处罚法60条", kind="law"), Basis(text="惯例", kind="custom")


def seen(due: date, now: datetime, office: OfficeSpec) -> Light:
    """The light of an open duty at an instant."""
    return light(state=Obligation.OPEN, due_on=due, today=now.astimezone(office.tz).date())


@pytest.mark.parametrize(("term", "roll", "start", "due"), named(FORWARD))
def test_due_today_is_not_overdue_and_the_day_after_is(
    term: str, roll: Roll, start: str, due: str, starter: OfficeSpec
) -> None:
    last = last_day(date.fromisoformat(start), of(term, roll), starter.calendar)
    ends = due_instant(last, LAW, starter)

    assert ends == datetime.fromisoformat(f"{due}T16:00").replace(tzinfo=UTC), "24:00 in Shanghai"
    assert seen(last, ends - ONE_SECOND, starter) is not Light.RED
    assert seen(last, ends, starter) is Light.RED
    assert (days_late(last, last), days_late(last, last + ONE_DAY)) == (0, 1)


@pytest.mark.parametrize(
    ("basis", "hour"), [(LAW, 24), (CUSTOM, 18), (None, 18)], ids=["law", "custom", "no basis"]
)
def test_the_hour_at_which_a_day_ends_does_not_move_the_day(
    basis: Basis | None, hour: int, starter: OfficeSpec
) -> None:
    """A legal term ends at 24:00, others when the office closes; a duty is overdue when its day is over, not from 18:00 on."""
    due = date(2026, 9, 30)
    midnight = datetime(2026, 9, 30, 16, tzinfo=UTC)

    assert due_instant(due, basis, starter) == midnight - timedelta(hours=24 - hour)
    assert seen(due, midnight - timedelta(hours=6) + ONE_SECOND, starter) is not Light.RED
    assert seen(due, midnight - ONE_SECOND, starter) is not Light.RED
    assert seen(due, midnight, starter) is Light.RED


def test_over_a_holiday_a_duty_is_late_by_days_but_by_no_working_day(calendar: WorkCalendar) -> None:
    due = date(2026, 9, 30)

    assert (days_late(due, date(2026, 10, 7)), workdays_late(due, date(2026, 10, 7), calendar)) == (7, 0)
    assert workdays_late(due, date(2026, 10, 8), calendar) == 1
    assert workdays_late(due, date(2026, 10, 10), calendar) == 3, "the Saturday is worked"


@pytest.mark.parametrize(
    ("due", "yellow"),
    [("2026-10-08", "2026-09-28"), ("2026-10-10", "2026-09-30"), ("2026-11-30", "2026-11-25")],
)
def test_yellow_begins_three_working_days_before(due: str, yellow: str, calendar: WorkCalendar) -> None:
    last, first = date.fromisoformat(due), date.fromisoformat(yellow)
    soon = first_day(last, Term(3, "workdays"), calendar)

    def colour(today: date) -> Light:
        return light(state=Obligation.OPEN, due_on=last, today=today, soon_on=soon)

    assert colour(first - ONE_DAY) is Light.GREEN
    assert [colour(first), colour(last), colour(last + ONE_DAY)] == [Light.YELLOW, Light.YELLOW, Light.RED]
