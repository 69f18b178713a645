"""The overdue report and the summaries made from it, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models.engine import Database, connect
from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungNameRow, RungRow, TimelineRow
from models.people import ChannelRow, MembershipRow, PartyRow, PersonRow, RecipientRow, RouteRow, UnitRow
from models.schedules import ScheduleRow, ScheduleVersionRow
from schedules.calendar import WorkCalendar
from schedules.grammar import Schedule, Summary
from schedules.office import OfficeSpec
from schedules.office_grammar import OfficeFile
from schedules.serial import to_json
from tasks.delivery import links
from tasks.live import Live
from tasks.reporting.overdue import figures, overdue
from tasks.reporting.summarise import Draft, digest, draft_summary, drafts_between, next_draft
from tasks.wording.summary_text import over, up_to_date
from tasks.wording.texts import standard

SHANGHAI = ZoneInfo("Asia/Shanghai")
START, FOREVER = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
FRIDAY_DRAFT = Draft(
    key="2026-11-20",
    at=datetime(2026, 11, 20, 16, 30, tzinfo=SHANGHAI),
    send_at=datetime(2026, 11, 23, 8, 15, tzinfo=SHANGHAI),
)


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI).astimezone(UTC)


def live_office(*, start_on: date = date(2025, 1, 1), off: tuple[date, ...] = ()) -> Live:
    """An office of which only what a report asks is there."""
    file = OfficeFile.model_validate(
        {
            "title": "和平街道",
            "contact": {"person": "wangmin", "phone": "8123"},
            "channels": {"outbox": {"url": "outbox://"}},
            "reach": {"people": "outbox"},
        }
    )
    office = SimpleNamespace(
        file=file,
        tz=SHANGHAI,
        people=(SimpleNamespace(id="wangmin", name="王敏"),),
        calendar=WorkCalendar(days=dict.fromkeys(off, False), years=frozenset({2025, 2026})),
    )
    return Live(version_id=1, office=cast(OfficeSpec, office), trial=False, start_on=start_on)


def weekly_summary(release: str = "clerk") -> Summary:
    rule = {"draft": {"weekly": "周五", "time": "16:30"}, "send": {"weekly": "周一", "time": "08:15"}}
    return Summary.model_validate(
        {"id": "weekly-overdue", "title": "逾期情况汇总", "release": release, **rule}
    )


@dataclass
class Office:
    """Two units below a group, an outside body, four people; duties are added by `owes`."""

    session: Session
    units: dict[str, UnitRow] = field(default_factory=dict)
    people: dict[str, PersonRow] = field(default_factory=dict)
    parties: dict[str, PartyRow] = field(default_factory=dict)
    recipients: dict[str, RecipientRow] = field(default_factory=dict)
    versions: dict[str, ScheduleVersionRow] = field(default_factory=dict)
    channel: ChannelRow = field(default_factory=lambda: ChannelRow(key="outbox", url="outbox://"))

    def add(self, row: object) -> None:
        self.session.add(row)
        self.session.flush()

    def settle(self) -> "Office":
        self.add(self.channel)
        for position, (key, title, kind) in enumerate(
            [("sections", "机关科室", "section"), ("office", "党政办", "section"), ("minzhu", "民主社区", "community"),
             ("court", "区司法局", "external")]
        ):  # fmt: skip
            self.units[key] = UnitRow(key=key, title=title, kind=kind, position=position)
            self.add(self.units[key])
        self.units["office"].parent_id = self.units["sections"].id
        for key, name, unit in [
            ("qin", "秦岚", "office"),
            ("chen", "陈霞", "minzhu"),
            ("zhao", "赵刚", "minzhu"),
            ("xu", "徐文静", None),
        ]:
            self.people[key] = PersonRow(key=key, name=name, unit_id=self.units[unit].id if unit else None)
            self.add(self.people[key])
            self.recipients[key] = RecipientRow(kind="person", key=key, person_id=self.people[key].id)
            self.add(self.recipients[key])
            self.party("person", key, name, unit, person=self.people[key].id)
        for unit, head in [("office", "qin"), ("minzhu", "chen")]:
            self.units[unit].head_id, self.units[unit].leader_id = self.people[head].id, self.people["xu"].id
            self.party("unit", unit, self.units[unit].title, unit)
            self.route(unit, "assignee", head)
            self.route(unit, "deputy-leader", "xu")
        self.party("unit", "court", "区司法局", "court")
        self.party("role", "study-secretary", "学习秘书", "office")
        self.add(
            MembershipRow(
                kind="role",
                key="study-secretary",
                person_id=self.people["qin"].id,
                valid_from=date(2020, 1, 1),
            )
        )
        return self

    def party(self, kind: str, key: str, title: str, unit: str | None, person: int | None = None) -> None:
        self.parties[key] = PartyRow(
            kind=kind, key=key, title=title, unit_id=self.units[unit].id if unit else None, person_id=person
        )
        self.add(self.parties[key])

    def route(
        self, party: str, to_kind: str, person: str, since: datetime = START, until: datetime = FOREVER
    ) -> None:
        self.add(
            RouteRow(
                party_id=self.parties[party].id, to_kind=to_kind, recipient_id=self.recipients[person].id, valid_from=since,
                valid_to=until, channel_id=self.channel.id,
            )
        )  # fmt: skip

    def version(self, privacy: str) -> ScheduleVersionRow:
        if privacy not in self.versions:
            row = ScheduleRow(key=f"report-{privacy}", title="月度排查汇总", opened_through=START)
            self.add(row)
            schedule = Schedule.model_validate(
                {
                    "id": row.key, "title": row.title, "when": {"monthly": 25}, "who": {"people": ["zhao"]}, "privacy": privacy,
                    "steps": {"collect": {"title": "报送清单", "owed_by": "responsible", "due": "due"}},
                }
            )  # fmt: skip
            self.versions[privacy] = ScheduleVersionRow(
                schedule_id=row.id, no=1, spec_json=to_json(schedule), digest=privacy, applied_at=START
            )
            self.add(self.versions[privacy])
        return self.versions[privacy]

    def owes(
        self,
        party: str,
        due: date,
        *,
        state: str = "open",
        part: str = "",
        privacy: str = "internal",
        **more: object,
    ) -> ObligationRow:
        """One duty with an occurrence of its own."""
        version = self.version(privacy)
        count = self.session.query(OccurrenceRow).count()
        occurrence = OccurrenceRow(
            schedule_id=version.schedule_id, key=f"no-{count}", version_id=version.id, title=f"第{count}项", held_on=due,
            opens_at=START, due_on=due, state="open",
        )  # fmt: skip
        self.add(occurrence)
        duty = ObligationRow(
            occurrence_id=occurrence.id, part=part, party_id=self.parties[party].id, state=state, due_on=due, due_at=at(due, 18),
            opened_at=START, **more,
        )  # fmt: skip
        self.add(duty)
        return duty

    def reminded(
        self,
        duty: ObligationRow,
        person: str,
        *,
        state: str = "sent",
        phase: str = "after",
        to: str = "assignee",
    ) -> None:
        """One message that carried one rung of this duty."""
        number = self.session.query(RungRow).count()
        timeline = TimelineRow(digest=f"digest-{number}")
        name = RungNameRow(key=f"rung-{number}")
        message = MessageRow(
            recipient_id=self.recipients[person].id, channel_id=self.channel.id, lane=f"lane-{number}", state=state,
            send_at=START, merged_at=START,
        )  # fmt: skip
        for row in (timeline, name, message):
            self.add(row)
        self.add(
            RungRow(
                timeline_id=timeline.id,
                no=0,
                at=START,
                name_id=name.id,
                to_kind=to,
                anchor="due",
                phase=phase,
            )
        )
        self.add(
            ReminderRow(
                obligation_id=duty.id, epoch=0, name_id=name.id, recipient_id=self.recipients[person].id,
                timeline_id=timeline.id, no=0, at=START, message_id=message.id,
            )
        )  # fmt: skip


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = connect(database_url)
    yield db
    db.dispose()


@pytest.fixture
def office(db: Database) -> Iterator[Office]:
    with db.writing.begin() as session:
        yield Office(session).settle()


def test_figures_count_what_was_due_and_leave_out_what_was_excused(office: Office) -> None:
    office.owes("zhao", date(2026, 10, 30))
    office.owes("minzhu", date(2026, 11, 20))
    office.owes("study-secretary", date(2026, 11, 18), state="done", done_on=date(2026, 11, 18))
    office.owes("zhao", date(2026, 11, 10), state="done", done_on=date(2026, 11, 12))
    office.owes("chen", MONDAY, state="done", done_on=date(2026, 11, 20))
    office.owes("zhao", date(2026, 11, 19), state="submitted")
    office.owes("zhao", date(2025, 12, 20))
    office.owes("zhao", MONDAY)
    office.owes("zhao", date(2026, 12, 31))
    for state in ("waived", "withdrawn", "cancelled", "history", "expected"):
        office.owes("zhao", date(2026, 11, 1), state=state)
    office.owes("court", date(2026, 11, 1))

    report = overdue(office.session, live_office(), now=at(MONDAY))

    found = report.figures
    assert (found.due, found.done, found.done_late, found.submitted) == (6, 3, 1, 1)
    assert (found.overdue, found.carried, found.soon) == (3, 1, 1)
    assert found.on_time_rate == 33.3
    assert found == figures(office.session, live_office(), now=at(MONDAY))
    assert [(unit.key, unit.figures.due, unit.figures.overdue) for unit in report.units] == [
        ("office", 1, 0),
        ("minzhu", 5, 3),
    ]


@pytest.mark.parametrize("ends", [18, 24], ids=["office term", "legal term"])
def test_a_duty_is_late_only_when_its_local_day_is_over(office: Office, ends: int) -> None:
    """Due today is not overdue, whatever the hour: not after the office has closed, and not in the last moment of the day."""
    duty = office.owes("zhao", MONDAY)
    midnight = at(MONDAY + timedelta(days=1), 0)
    duty.due_at = midnight - timedelta(hours=24 - ends)
    office.session.flush()

    for now in (at(MONDAY, 0), at(MONDAY, 18, 1), midnight - timedelta(milliseconds=1)):
        report = overdue(office.session, live_office(), now=now)
        assert (report.figures.overdue, report.figures.due, len(report.items)) == (0, 0, 0)
        assert [item.light for item in report.coming] == ["yellow"]
    report = overdue(office.session, live_office(), now=midnight)
    assert (report.figures.overdue, report.figures.due) == (1, 1)
    assert [(item.light, item.days_late, item.workdays_late) for item in report.items] == [("red", 1, 1)]


def test_what_was_done_on_the_last_day_was_on_time_and_a_day_later_was_not(office: Office) -> None:
    office.owes("zhao", MONDAY, state="done", done_on=MONDAY)
    office.owes("zhao", MONDAY, state="done", done_on=MONDAY + timedelta(days=1))

    found = figures(office.session, live_office(), now=at(MONDAY + timedelta(days=1)))

    assert (found.due, found.done, found.done_late, found.overdue) == (2, 2, 1, 0)


def test_what_was_due_before_the_office_began_is_no_figure(office: Office) -> None:
    office.owes("zhao", date(2026, 3, 1), state="done", done_on=date(2026, 10, 5))
    office.owes("zhao", date(2026, 11, 2), state="done", done_on=date(2026, 11, 2))

    assert overdue(office.session, live_office(start_on=date(2026, 11, 1)), now=at(MONDAY)).figures.due == 1


def test_no_rate_when_nothing_was_due(office: Office) -> None:
    report = overdue(office.session, live_office(), now=at(MONDAY))

    assert report.figures.on_time_rate is None
    assert report.to_json()["on_time_rate"] is None


def test_items_are_sorted_by_lateness_with_cause_new_date_and_urging(office: Office) -> None:
    late = office.owes("zhao", date(2026, 10, 30), late_reason="等物业进场", new_date=date(2026, 12, 4))
    office.owes("minzhu", date(2026, 11, 20), part="collect")
    office.reminded(late, "zhao")
    office.reminded(late, "zhao", phase="before")
    office.reminded(late, "zhao", phase="open")
    office.reminded(late, "zhao", state="failed")
    office.reminded(late, "chen", to="unit-head")

    items = overdue(office.session, live_office(), now=at(MONDAY)).to_json()["items"]

    assert isinstance(items, list)
    assert items[0] == {
        "schedule": "report-internal", "key": "no-0", "title": "第0项", "part": "", "unit": "民主社区", "person": "赵刚",
        "due_at": "2026-10-30T18:00:00+08:00", "days_late": 24, "workdays_late": 16, "urged": 2, "reason": "等物业进场",
        "new_date": "2026-12-04", "light": "red", "provisional": False,
    }  # fmt: skip
    assert (items[1]["title"], items[1]["person"], items[1]["days_late"], items[1]["workdays_late"]) == (
        "第1项: 报送清单",
        "陈霞",
        3,
        1,
    )


def test_who_holds_a_role_answers_for_it(office: Office) -> None:
    office.owes("study-secretary", date(2026, 11, 20), part="record")

    (item,) = overdue(office.session, live_office(), now=at(MONDAY)).items

    assert item.person == "秦岚"
    assert item.name.text(str) == "第0项 of 11/20: attendance record"


def test_of_a_sealed_duty_nothing_is_told_but_that_it_exists(office: Office) -> None:
    office.owes("zhao", date(2026, 11, 20), privacy="sealed", late_reason="绝密")

    report = overdue(office.session, live_office(), now=at(MONDAY))

    assert report.figures.overdue == 1
    said = str(report.to_json())
    assert "第0项" not in said
    assert "赵刚" not in said
    assert "绝密" not in said


def test_soon_follows_the_warning_time_of_the_duty(office: Office) -> None:
    office.owes("zhao", date(2026, 12, 10), soon_on=MONDAY)
    office.owes("zhao", date(2026, 12, 10), soon_on=MONDAY + timedelta(days=1))
    office.owes("zhao", date(2026, 11, 26))
    office.owes("zhao", date(2026, 11, 27))

    report = overdue(office.session, live_office(), now=at(MONDAY))

    assert [(item.due_on, item.light) for item in report.coming] == [
        (date(2026, 11, 26), "yellow"),
        (date(2026, 12, 10), "yellow"),
    ]
    assert report.figures.soon == 2
    assert report.next is not None
    assert report.next.due_on == date(2026, 11, 26)


def test_a_unit_is_reported_alone_as_within_the_whole(office: Office) -> None:
    office.owes("zhao", date(2026, 11, 20))
    office.owes("qin", date(2026, 11, 20))
    chosen = {office.units["minzhu"].id}

    alone = overdue(office.session, live_office(), now=at(MONDAY), units=chosen)

    assert alone == overdue(office.session, live_office(), now=at(MONDAY)).under(chosen)
    assert [item.person for item in alone.items] == ["赵刚"]


def test_the_number_of_statements_does_not_depend_on_the_data(office: Office) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    office.owes("zhao", date(2026, 11, 20))
    engine = office.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    overdue(office.session, live_office(), now=at(MONDAY))
    first = len(statements)
    for offset in range(40):
        office.owes(
            ("zhao", "chen", "qin", "minzhu", "office")[offset % 5],
            date(2026, 11, 1) + timedelta(days=offset),
        )
    office.session.expire_all()
    statements.clear()
    overdue(office.session, live_office(), now=at(MONDAY))
    event.remove(engine, "before_cursor_execute", note)

    assert len(statements) == first == 11


def everybody_is_late(office: Office) -> None:
    for person in ("zhao", "qin"):
        office.owes(person, date(2026, 10, 30))


def test_each_supervisor_gets_one_message_about_what_is_under_them(office: Office) -> None:
    office.owes("zhao", date(2026, 10, 30), late_reason="等物业进场")
    office.owes("qin", date(2026, 11, 24))

    assert (
        draft_summary(
            office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=at(date(2026, 11, 20), 16, 30)
        )
        == 3
    )

    bodies = {row.recipient_id: row for row in office.session.scalars(select(MessageRow))}
    head, other, leader = (bodies[office.recipients[key].id] for key in ("chen", "qin", "xu"))
    assert {row.state for row in bodies.values()} == {"held"}
    assert head.send_at == at(MONDAY, 8, 15)
    assert head.title == "【督办提示】截至11月20日（周五）16:30"
    assert head.body is not None
    assert leader.body is not None
    assert other.body is not None
    assert "1.【红】第0项|民主社区|赵刚|应10月30日|逾期21天|等物业进场" in head.body
    assert "请责任单位11月23日（周一）18:00前在系统填报原因和新时限。" in leader.body
    assert "没有逾期事项。" in other.body
    assert "1.【黄】第1项|党政办|秦岚|11月24日" in other.body
    assert "赵刚" not in other.body
    assert "王敏核发" in head.body
    assert links.carried(head.body)
    notice = office.session.scalars(
        select(NoticeRow).where(NoticeRow.recipient_id == office.recipients["xu"].id)
    ).one()
    assert (notice.kind, notice.key, notice.message_id) == ("summary", "weekly-overdue@2026-11-20", leader.id)
    assert notice.data["units"] == ["office", "minzhu"]
    assert notice.data["digest"] == digest(leader.body)


def test_whoever_stands_in_on_the_day_it_goes_out_is_told(office: Office) -> None:
    everybody_is_late(office)
    head = office.session.scalars(
        select(RouteRow).where(
            RouteRow.party_id == office.parties["minzhu"].id, RouteRow.to_kind == "assignee"
        )
    ).one()
    head.valid_to = at(MONDAY, 0)
    office.route("minzhu", "assignee", "zhao", since=at(MONDAY, 0))

    draft_summary(office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)

    told = {row.recipient_id for row in office.session.scalars(select(MessageRow))}
    assert told == {office.recipients[key].id for key in ("zhao", "qin", "xu")}


def test_who_has_nothing_late_and_nothing_soon_gets_no_summary(office: Office) -> None:
    office.owes("zhao", date(2026, 10, 30))
    office.owes("qin", date(2027, 3, 1))

    count = draft_summary(office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)

    told = set(office.session.scalars(select(MessageRow.recipient_id)))
    assert count == 2
    assert told == {office.recipients["chen"].id, office.recipients["xu"].id}


def test_an_empty_draft_takes_back_an_older_one_that_still_waits(office: Office) -> None:
    duty = office.owes("zhao", date(2026, 10, 30))
    draft_summary(office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)
    duty.state = "done"
    week = timedelta(days=7)
    later = Draft(key="2026-11-27", at=FRIDAY_DRAFT.at + week, send_at=FRIDAY_DRAFT.send_at + week)

    assert draft_summary(office.session, live_office(), weekly_summary(), later, now=later.at) == 0
    assert set(office.session.scalars(select(MessageRow.state))) == {"withdrawn"}


def test_the_first_summary_of_a_quarter_says_that_all_is_well_without_asking_the_clerk(
    office: Office,
) -> None:
    friday = datetime(2026, 10, 2, 16, 30, tzinfo=SHANGHAI)
    first = Draft(key="2026-10-02", at=friday, send_at=friday + timedelta(days=2, hours=15, minutes=45))
    office.owes("qin", date(2027, 3, 1))

    draft_summary(office.session, live_office(), weekly_summary(), first, now=friday)

    row = office.session.scalars(
        select(MessageRow).where(MessageRow.recipient_id == office.recipients["qin"].id)
    ).one()
    assert row.state == "queued"
    assert row.body is not None
    assert "没有逾期事项。" in row.body
    assert "接下来：第0项（党政办），2027年3月1日到期。" in row.body
    assert "核发" not in row.body


@pytest.mark.parametrize(
    ("sent", "old"), [(MONDAY, False), (date(2026, 11, 24), True)], ids=["after a weekend", "after a holiday"]
)
def test_figures_that_are_older_than_a_weekend_are_brought_up_to_date_when_sent(
    office: Office, sent: date, *, old: bool
) -> None:
    office.owes("zhao", date(2026, 10, 30))
    draft_summary(office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)
    message = office.session.scalars(
        select(MessageRow).where(MessageRow.recipient_id == office.recipients["chen"].id)
    ).one()

    title, body = up_to_date(
        office.session, live_office(), standard(), message, office.people["chen"], now=at(sent, 8, 15)
    )

    assert ("逾期25天" in body) is old
    assert ("逾期21天" in body) is not old
    assert ("截至11月24日" in title) is old
    assert "王敏核发" in body


def test_what_was_settled_over_the_holiday_is_not_sent(office: Office) -> None:
    duty = office.owes("zhao", date(2026, 10, 30))
    draft_summary(office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)
    message = office.session.scalars(select(MessageRow)).first()
    assert message is not None
    assert not over(office.session, live_office(), message, now=at(date(2026, 11, 25), 8, 15))
    duty.state = "done"
    office.session.flush()

    assert over(office.session, live_office(), message, now=at(date(2026, 11, 25), 8, 15))
    assert not over(office.session, live_office(), message, now=at(MONDAY, 8, 15)), (
        "after a weekend it may stand"
    )


def test_drafting_again_changes_nothing(office: Office) -> None:
    everybody_is_late(office)
    for _ in range(2):
        draft_summary(
            office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=at(date(2026, 11, 20), 16, 30)
        )

    assert [row.state for row in office.session.scalars(select(MessageRow))] == ["held"] * 3


def test_a_newer_draft_takes_the_place_of_one_still_held(office: Office) -> None:
    everybody_is_late(office)
    draft_summary(office.session, live_office(), weekly_summary(), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)
    week = timedelta(days=7)
    later = Draft(key="2026-11-27", at=FRIDAY_DRAFT.at + week, send_at=FRIDAY_DRAFT.send_at + week)
    draft_summary(office.session, live_office(), weekly_summary(), later, now=later.at)

    rows = office.session.execute(
        select(MessageRow.state, MessageRow.reason, MessageRow.send_at).order_by(MessageRow.id)
    )
    assert (
        list(rows)
        == [("withdrawn", "superseded", FRIDAY_DRAFT.send_at)] * 3 + [("held", None, later.send_at)] * 3
    )


def test_an_automatic_summary_is_queued(office: Office) -> None:
    everybody_is_late(office)
    draft_summary(office.session, live_office(), weekly_summary("auto"), FRIDAY_DRAFT, now=FRIDAY_DRAFT.at)

    rows = office.session.scalars(select(MessageRow)).all()
    assert {row.state for row in rows} == {"queued"}
    assert not any("核发" in (row.body or "") for row in rows)


def test_drafts_are_made_on_friday_and_sent_on_monday() -> None:
    live, rule = live_office(), weekly_summary()
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=SHANGHAI)

    assert next_draft(rule, live.office, after=friday - timedelta(seconds=1)) == friday
    assert next_draft(rule, live.office, after=friday) == friday + timedelta(days=7)
    (draft,) = drafts_between(rule, live.office, after=friday - timedelta(days=30), until=friday)
    assert draft == FRIDAY_DRAFT
    assert drafts_between(rule, live.office, after=friday, until=friday + timedelta(days=6)) == ()
    assert drafts_between(rule, live.office, after=None, until=friday) == ()


def test_a_monday_off_sends_on_the_next_working_day() -> None:
    live = live_office(off=(MONDAY, MONDAY + timedelta(days=1)))
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=SHANGHAI)

    (draft,) = drafts_between(weekly_summary(), live.office, after=friday - timedelta(days=1), until=friday)

    assert draft.send_at == at(MONDAY + timedelta(days=2), 8, 15)


def test_the_digest_ignores_layout_and_the_as_of_moment(office: Office) -> None:
    office.owes("zhao", date(2026, 10, 30))
    first, second = (
        FRIDAY_DRAFT,
        Draft(key="again", at=FRIDAY_DRAFT.at, send_at=FRIDAY_DRAFT.send_at),
    )
    draft_summary(office.session, live_office(), weekly_summary(), first, now=at(date(2026, 11, 20), 16, 30))
    draft_summary(office.session, live_office(), weekly_summary(), second, now=at(date(2026, 11, 20), 17, 45))

    said = [
        row.data["digest"]
        for row in office.session.scalars(
            select(NoticeRow).where(NoticeRow.recipient_id == office.recipients["xu"].id)
        )
    ]
    assert said[0] == said[1]
    assert digest("甲\n\n乙  丙") == digest("甲\n乙 丙")
    assert digest("甲") != digest("乙")
