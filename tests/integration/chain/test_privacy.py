"""Canary names: an office whose schedules are all of one class of privacy, every family of messages, every kind of channel.

What stands in a canary may be read only where its class allows: a case's subject, typed titles, reasons and opinions only on a
channel that ends with the reader; nothing at all of what is sealed; nobody's name, number or link in a group.
"""

import re
from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy import delete, select, update

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, RouteRow
from models.schedules import ScheduleRow
from schedules.calendar import Override
from tasks.days.calendar_change import import_days
from tasks.delivery.links import LINK
from tasks.delivery.release import draft
from tasks.delivery.unreleased import remind_of_drafts
from tasks.duties.approve import give_back
from tasks.duties.children import ChildEntry
from tasks.duties.confirm import confirm
from tasks.duties.credit import add_credit, return_credit
from tasks.duties.late import explain_late
from tasks.duties.transfer import transfer
from tasks.events import record_event
from tasks.roster.orphans import tell_of_orphans
from tasks.roster.sign_in import send_link
from tasks.simulation.simulated_clerk import Clerk

CASE = """\
case:
  title: 行政处罚案件
  privacy: internal
  when:
    event: case.filed
    key: 案号
    fields: {party: {kind: text}}
  who: {roles: [justice-head]}
  steps:
    found:
      title: 调查终结
      after: event
      within: 5 workdays
      evidence: {finding: {label: 查明, kind: text}}
      approve: {role: legal-reviewer}
    hear: {title: 听取意见, after: event, within: 6 workdays}
    decide: {title: 作出决定, after: event, within: 12 days}
  children:
    from: found
    template: {title: 问题名称, owner: 牵头单位, due: 完成时限}
    remind:
      - {at: open}
      - {before: due, by: 1 workday, to: [assignee, group, unit-head]}
      - {after: due, by: 1 workday, to: [assignee, group, unit-head]}
  remind:
    - {at: open}
    - {before: due, by: 1 workday, to: [assignee, group]}
    - {after: due, by: 1 workday, to: [assignee, unit-head, group]}
    - {after: due, by: 2 workdays, to: [deputy-leader, leader], release: auto}
    - {after: due, by: 3 workdays, to: [leader], release: clerk}
    - {after: due, by: 4 workdays, to: group, release: clerk}
"""
TITLES = ("行政处罚案件", "执法人员年度培训", "行政执法证换证", "周五集中学习", "调查终结")
# What only the reader of a case may read.
SUBJECT, ITEM, CAUSE, OPINION, HANDED, COURSE, REFUSED = (
    f"金丝雀{what}" for what in ("案号", "问题", "原因", "意见", "转办", "课程", "退回")
)
OF_A_CASE = (SUBJECT, ITEM, CAUSE, OPINION, HANDED, COURSE, REFUSED)
# What stands in no message at all.
NOWHERE = ("金丝雀当事人", "金丝雀查明", "金丝雀备注")
MOBILE = re.compile(r"1[3-9]\d{9}")
CHANNELS = {
    "own": "outbox://{id}",
    "sms": "json://127.0.0.1:1/sms?:to={mobile}",
    "mail": "mailto://user:pass@127.0.0.1?to={email}",
}
LATE, RELEASED = "2026-09-09 15:00", "2026-09-14 08:30"
MOMENTS = (
    "2026-09-01 08:40", "2026-09-02 08:40", "2026-09-03 08:40", "2026-09-04 08:40", "2026-09-04 16:30", "2026-09-07 08:40",
    "2026-09-09 08:40", LATE, "2026-09-10 08:40", "2026-09-11 08:40", "2026-09-11 16:30", RELEASED, "2026-09-14 08:40",
    "2026-09-15 08:40", "2026-09-16 08:40",
)  # fmt: skip
FAMILIES = {"transfer", "given-back", "hours", "orphan", "calendar-moved", "summary", "unreleased", "sign-in"}


@dataclass
class Told:
    """Every text that was composed, with the channel it was composed for."""

    personal: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    families: dict[str, list[str]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()


def play(world, local_time, *, privacy: str, url: str, mode: str = "live") -> Told:
    """Five weeks in which every family of messages is written."""
    _files(world, privacy=privacy, url=url, mode=mode)
    world.begin("2026-08-31 09:00", "2026-08-31 09:00")
    told = Told()
    at = local_time
    with world.writing() as (session, live):
        record_event(
            session, live, kind="case.filed", key=SUBJECT, on=date(2026, 8, 31), given={"party": ["金丝雀当事人"]}, by=None,
            now=at("2026-08-31 10:00"),
        )  # fmt: skip
        found = _duty(session, "case", "found")
        confirm(
            session, live, obligation_id=found, by=None, done_on=date(2026, 8, 31), evidence={"finding": "金丝雀查明"}, files={},
            note="金丝雀备注", how="cli", now=at("2026-08-31 11:00"),
            children=[ChildEntry(title=ITEM, owner="minzhu", due_on=date(2026, 9, 4))],
        )  # fmt: skip
    world.at("2026-08-31 15:00")
    with world.writing() as (session, live):
        give_back(session, live, obligation_id=found, by=None, reason=OPINION, now=at("2026-08-31 16:00"))
        hear = _duty(session, "case", "hear")
        transfer(
            session, live, obligation_id=hear, to_party=_party(session, "zhaogang"), by=None, reason=HANDED, now=at("2026-08-31 16:10")
        )  # fmt: skip
        quota = _duty(session, "enforcement-training", "", party="zhaogang")
        credit = add_credit(
            session, live, obligation_id=quota, amount=400, kind="online", title=COURSE, done_on=date(2026, 8, 28),
            by=_person(session, "zhaogang"), source="one", how="link", now=at("2026-08-31 16:20"),
        )  # fmt: skip
    _collect(world, told, world.at("2026-08-31 16:30"), local_time, "2026-08-31 16:30")
    with world.writing() as (session, live):
        return_credit(session, live, credit_id=credit.id, by=None, reason=REFUSED, now=at("2026-08-31 16:40"))
        confirm(
            session, live, obligation_id=found, by=None, done_on=date(2026, 8, 31), evidence={"finding": "金丝雀查明"}, files={},
            note="金丝雀备注", how="cli", now=at("2026-08-31 16:50"),
            children=[ChildEntry(title=ITEM, owner="minzhu", due_on=date(2026, 9, 4))],
        )  # fmt: skip
    with world.db.writing.begin() as session:
        off = Override(day=date(2026, 9, 8), is_workday=False, name="停工", reason="暴雨")
        import_days(session, [off], by="test", now=at("2026-08-31 17:00"))
    for moment in MOMENTS:
        if moment == RELEASED:
            with world.writing() as (session, live):
                Clerk(world.texts).act(session, live, now=at(moment))
        _collect(world, told, world.at(moment), local_time, moment)
        if moment == LATE:
            with world.writing() as (session, live):
                explain_late(
                    session,
                    obligation_id=hear,
                    reason=CAUSE,
                    new_date=date(2026, 9, 20),
                    by=None,
                    now=at(moment),
                )
                send_link(
                    session, live, world.cipher, typed="liqiang", now=at(moment), machine_now=at(moment)
                )
                remind_of_drafts(session, live, now=at(moment))
                # Nobody is told any more who would have to do it.
                owner = session.get_one(ObligationRow, _duty(session, "case", "child")).party_id
                session.execute(delete(RouteRow).where(RouteRow.party_id == owner))
                tell_of_orphans(session, live, now=at(moment))
    return _finish(world, told)


def _files(world, *, privacy: str, url: str, mode: str) -> None:
    world.files["case.yaml"] = CASE.replace("privacy: internal", f"privacy: {privacy}")
    for name in ("reviews.yaml", "enforcement.yaml", "study.yaml"):
        world.files[name] = re.sub(r"(?m)^(  title: .*)$", rf"\1\n  privacy: {privacy}", world.files[name])
    office = world.files["office.yaml"].replace('url: "outbox://{id}"', f'url: "{url}"', 1)
    world.files["office.yaml"] = office.replace("mode: live", f"mode: {mode}")


def _collect(world, told: Told, sent, local_time, moment: str) -> None:
    """What went out, what waits for release as it would be shown, and what would be printed."""
    for message in sent:
        if day := message.due_text:
            told.days.append(day)
        (told.group if message.is_group else told.personal).append(f"{message.title}\n{message.body}")
    with world.writing() as (session, live):
        held = session.scalars(select(MessageRow).where(MessageRow.state == "held")).all()
        for row in held:
            channel = session.get_one(ChannelRow, row.channel_id)
            shown = draft(session, live, world.texts, message_id=row.id, now=local_time(moment))
            (told.group if channel.is_group else told.personal).append(f"{shown.title}\n{shown.body}")


def _finish(world, told: Told) -> Told:
    with world.db.reading() as session:
        told.names = frozenset(session.scalars(select(PersonRow.name)))
        query = select(NoticeRow.kind, MessageRow).join(MessageRow, MessageRow.id == NoticeRow.message_id)
        for kind, message in session.execute(query):
            told.kinds.add(kind)
            told.families.setdefault(kind, []).append(f"{message.title}\n{message.body}")
            told.personal.append(f"{message.title}\n{message.body}")
    return told


def _duty(session, schedule: str, part: str, party: str | None = None) -> int:
    query = (
        select(ObligationRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            ScheduleRow.key == schedule,
            ObligationRow.part == part,
            ObligationRow.state.in_(("open", "submitted")),
        )
    )
    if party is not None:
        query = query.where(PartyRow.key == party)
    return int(session.scalars(query.order_by(ObligationRow.id)).first() or 0)


def _party(session, key: str) -> int:
    return int(
        session.scalars(select(PartyRow.id).where(PartyRow.kind == "person", PartyRow.key == key)).one()
    )


def _person(session, key: str) -> int:
    return int(session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one())


def found_in(texts, words) -> set[str]:
    return {word for word in words if any(word in text for text in texts)}


def check_group(told: Told, *, allowed: tuple[str, ...] = ()) -> None:
    """What no group reads, in no class: links, numbers, staff by name before a release, reasons, opinions."""
    assert told.group, "the group was written to"
    assert found_in(told.group, (LINK, CAUSE, OPINION, HANDED, COURSE, REFUSED, "8123", *NOWHERE)) == set()
    assert not any(MOBILE.search(text) for text in told.group)
    assert found_in(told.group, OF_A_CASE) <= set(allowed)
    quiet = [text for text in told.group if "责任人" not in text]
    assert found_in(quiet, told.names - {"王敏"}) == set()


@pytest.mark.parametrize("channel", ["own", "sms"])
def test_what_is_internal_is_told_on_every_channel_and_proves_that_the_canaries_sing(
    world, local_time, channel
):
    told = play(world, local_time, privacy="internal", url=CHANNELS[channel])

    assert told.kinds >= FAMILIES
    assert found_in(told.personal, OF_A_CASE) == set(OF_A_CASE)
    assert found_in(told.personal, TITLES) >= {"行政处罚案件", "执法人员年度培训", "周五集中学习"}
    assert found_in(told.personal, NOWHERE) == set()
    assert not any(MOBILE.search(text) for text in told.personal)
    check_group(told, allowed=(SUBJECT, ITEM))


def test_on_the_own_channel_whoever_works_on_a_case_reads_all_of_it(world, local_time):
    told = play(world, local_time, privacy="case", url=CHANNELS["own"])

    assert told.kinds >= FAMILIES
    assert found_in(told.personal, OF_A_CASE) == set(OF_A_CASE)
    check_group(told)


@pytest.mark.parametrize("channel", ["sms", "mail"])
def test_of_a_case_nothing_that_is_not_public_passes_where_others_read(world, local_time, channel):
    told = play(world, local_time, privacy="case", url=CHANNELS[channel])

    assert told.kinds >= FAMILIES
    assert found_in(told.personal, OF_A_CASE) == set()
    assert found_in(told.personal, TITLES) >= {"行政处罚案件"}, "but that there is a case is told"
    check_group(told)


@pytest.mark.parametrize("channel", ["own", "sms"])
def test_of_what_is_sealed_only_that_there_is_something(world, local_time, channel):
    told = play(world, local_time, privacy="sealed", url=CHANNELS[channel])

    assert told.kinds >= FAMILIES
    assert found_in([*told.personal, *told.group], (*OF_A_CASE, *TITLES, *NOWHERE)) == set()
    assert told.days == [], "a provider's template would quote the day"
    for kind in ("transfer", "given-back", "hours", "orphan"):
        for text in told.families[kind]:
            assert "您有1项督办事项，请登录查看" in text, kind
            assert found_in([text], told.names) == set(), kind
    check_group(told)


def test_in_a_trial_nothing_of_a_case_passes_where_others_read(world, local_time):
    told = play(world, local_time, privacy="case", url=CHANNELS["sms"], mode="trial")

    assert found_in(told.personal, OF_A_CASE) == set()
    assert found_in(told.personal, ("原应发给",)) == {"原应发给"}


@pytest.fixture
def handed_over(world, local_time):
    """A case whose hearing was handed over: the notice was written for the own channel and waits."""
    _files(world, privacy="case", url=CHANNELS["own"], mode="live")
    other = f'\nchannels:\n  other: {{url: "{CHANNELS["sms"]}", quiet: exempt}}\n'
    world.files["office.yaml"] = world.files["office.yaml"].replace("\nchannels:\n", other)
    world.begin("2026-08-31 09:00", "2026-08-31 09:00")
    with world.writing() as (session, live):
        record_event(
            session, live, kind="case.filed", key=SUBJECT, on=date(2026, 8, 31), given={"party": ["某"]}, by=None,
            now=local_time("2026-08-31 10:00"),
        )  # fmt: skip
    with world.writing() as (session, live):
        transfer(
            session, live, obligation_id=_duty(session, "case", "hear"), to_party=_party(session, "zhaogang"), by=None, reason=HANDED,
            now=local_time("2026-08-31 16:10"),
        )  # fmt: skip
    return world


def _move(world, message, key: str) -> None:
    """Let a message go out on another channel, as a refusal of the first one does."""
    with world.db.writing.begin() as session:
        channel = session.scalars(select(ChannelRow.id).where(ChannelRow.key == key)).one()
        session.execute(update(MessageRow).where(MessageRow.id == message).values(channel_id=channel))


def _notice(world) -> int:
    with world.db.reading() as session:
        return int(session.scalars(select(NoticeRow.message_id).where(NoticeRow.kind == "transfer")).one())


@pytest.mark.parametrize("channel", ["other", "group"])
def test_a_notice_that_has_to_take_another_way_says_no_more_than_that_way_allows(
    handed_over, local_time, channel
):
    world = handed_over
    _move(world, _notice(world), channel)

    sent = world.deliver(local_time("2026-08-31 16:20"))

    (message,) = [each for each in sent if each.message_id == _notice(world)]
    assert message.body.splitlines()[0] == "您有1项督办事项，请登录查看"
    assert found_in([message.title + message.body], (SUBJECT, HANDED, "调查终结", "听取意见")) == set()
    assert (LINK in message.body) is (channel == "other")


def test_released_words_about_a_case_are_written_anew_for_a_channel_that_others_read(handed_over, local_time):
    world = handed_over
    world.sweep(local_time("2026-08-31 16:15"))
    with world.db.writing.begin() as session:
        row = session.scalars(
            select(MessageRow)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(
                RecipientRow.key == "liqiang",
                MessageRow.state == "queued",
                MessageRow.id.in_(select(ReminderRow.message_id)),
            )
        ).first()
        row.title, row.body, row.released_by = f"【待办】{SUBJECT}", SUBJECT, row.recipient_id
        message = row.id
    _move(world, message, "other")

    sent = world.deliver(local_time("2026-08-31 16:20"))

    (told,) = [each for each in sent if each.message_id == message]
    assert SUBJECT not in told.title + told.body
    assert "行政处罚案件" in told.title + told.body
