"""The first weeks: nothing is made up for, earlier things are only listed, in trial the clerk alone hears."""

from datetime import date

from sqlalchemy import func, select, update

from models.messages import MessageRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow, PartyRow, PersonRow
from models.schedules import ScheduleRow


def count(world, *conditions) -> int:
    with world.db.reading() as session:
        query = (
            select(func.count())
            .select_from(ObligationRow)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        )
        return (
            session.scalar(
                query.join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id).where(*conditions)
            )
            or 0
        )


def with_line(world, line: str) -> None:
    world.files["office.yaml"] = f"{line}\n" + world.files["office.yaml"]


def test_cards_that_had_expired_before_are_listed_and_nobody_hears_of_them(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))

    sent = world.at("2026-11-23 09:00") + world.at("2026-11-24 08:40") + world.at("2026-12-31 08:40")

    expired = (ScheduleRow.key == "enforcement-certificate", OccurrenceRow.due_on < date(2026, 11, 23))
    assert count(world, *expired, ObligationRow.state == "history") == 9
    assert count(world, *expired, ObligationRow.state == "open") == 0
    assert not [message for message in sent if message.recipient_key == "guoliang" and "证" in message.title]


def test_a_start_on_to_come_makes_what_is_due_before_it_history_and_keeps_quiet_until_then(world, local_time):
    with_line(world, "start_on: 2026-12-01")
    world.apply(local_time("2026-11-23 09:00"))

    early = world.at("2026-11-23 09:00") + world.at("2026-11-30 16:00")
    on_the_day = world.at("2026-12-01 08:40")

    assert count(world, ScheduleRow.key == "half-year-review", ObligationRow.state == "history") > 0
    assert count(world, ScheduleRow.key == "half-year-review", ObligationRow.state == "open") == 0
    assert early == []
    assert {message.title for message in on_the_day} == {
        "【学时】执法人员年度培训",
        *(m.title for m in on_the_day),
    }
    assert on_the_day


def test_a_start_on_behind_lists_the_last_weeks_before_it(world, local_time):
    with_line(world, "start_on: 2026-11-21")
    world.apply(local_time("2026-11-23 09:00"))

    world.at("2026-11-23 09:00")

    with world.db.reading() as session:
        studied = (
            select(OccurrenceRow.key)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == "friday-study")
        )
        keys = set(session.scalars(studied))
    assert {"2026-10-23", "2026-10-30", "2026-11-06", "2026-11-13", "2026-11-20"} >= keys
    assert "2026-11-13" in keys
    assert (
        count(
            world,
            ScheduleRow.key == "friday-study",
            ObligationRow.part == "make_up",
            OccurrenceRow.key == "2026-11-13",
        )
        == 0
    )


def states(world, schedule: str, key: str) -> dict[str, str]:
    """Of one occurrence, the state of each part."""
    with world.db.reading() as session:
        query = (
            select(ObligationRow.part, func.min(ObligationRow.state))
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == schedule, OccurrenceRow.key == key)
            .group_by(ObligationRow.part)
        )
        return {part: state for part, state in session.execute(query)}  # noqa: C416 - rows are no pairs for dict()


def test_a_step_that_was_due_before_the_start_is_history_though_the_whole_still_runs(world, local_time):
    """The lists were due on 23 November, the meeting is on 30 November."""
    with_line(world, "start_on: 2026-11-25")
    world.apply(local_time("2026-11-25 08:00"))

    sent = world.at("2026-11-25 08:40") + world.at("2026-11-25 15:00")

    assert states(world, "half-year-review", "2026-11") == {"collect": "history", "meet": "open"}
    assert not [message for message in sent if "报送问题清单" in message.title + message.body]


def test_a_record_due_after_the_start_is_asked_for_though_the_gathering_was_before(world, local_time):
    """The gathering was on Friday 20 November, its record is due on Monday."""
    with_line(world, "start_on: 2026-11-23")
    world.apply(local_time("2026-11-23 08:00"))

    sent = world.at("2026-11-23 09:00")

    assert states(world, "friday-study", "2026-11-20") == {"record": "open", "make_up": "expected"}
    assert states(world, "friday-study", "2026-11-13") == {"record": "history"}
    assert [message.recipient_key for message in sent if "登记" in message.title + message.body]


def test_a_late_start_tells_the_keeper_of_the_most_urgent_card_too(world, local_time):
    """25 days before the end the latest rung speaks to the holder and the head; the keeper heard 90 days before."""
    world.apply(local_time("2026-11-25 08:00"))

    sent = world.at("2026-11-25 08:40")

    assert any("孙涛" in message.body for message in sent if message.recipient_key == "sunli")


def test_in_trial_everything_goes_to_the_clerk_under_a_heading_and_nothing_waits(world, local_time):
    world.files["office.yaml"] = world.files["office.yaml"].replace("mode: live", "mode: trial")
    assert "mode: trial" in world.files["office.yaml"]
    world.apply(local_time("2026-11-23 09:00"))

    sent = world.at("2026-11-23 09:00") + world.at("2026-12-07 08:40")

    assert {message.recipient_key for message in sent} == {"wangmin"}
    assert not any(message.is_group for message in sent)
    assert all("原应发给" in message.body.splitlines()[0] for message in sent)
    with world.db.reading() as session:
        assert (
            session.scalar(
                select(func.count()).where(MessageRow.state == "held", MessageRow.lane == "normal")
            )
            == 0
        )


def test_an_officer_whose_card_is_issued_in_september_owes_a_third_from_then_on(world, local_time):
    world.apply(local_time("2026-01-01 00:00"))
    world.at("2026-01-01 00:00")
    assert count(world, ScheduleRow.key == "enforcement-training", ObligationRow.state == "open") == 17

    world.at("2026-09-10 08:40")

    with world.db.reading() as session:
        target = session.scalars(
            select(ObligationRow.target)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(PartyRow.key == "xiatian", ObligationRow.target.is_not(None))
        ).one()
    assert target == 2000


def test_somebody_who_leaves_is_asked_nothing_more_and_hears_again_when_back(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    world.at("2026-11-23 09:00")
    rows = world.files["people.csv"].splitlines(keepends=True)
    cards = world.files["credentials.csv"].splitlines(keepends=True)
    gone = [row for row in rows if not row.startswith("zhaogang,")]
    world.files |= {
        "people.csv": "".join(gone),
        "credentials.csv": "".join(row for row in cards if ",zhaogang," not in row),
    }

    world.apply(local_time("2026-11-24 09:00"))
    world.at("2026-11-24 09:00")

    zhao = select(PartyRow.id).where(PartyRow.key == "zhaogang").scalar_subquery()
    assert count(world, ObligationRow.party_id == zhao, ObligationRow.state == "open") == 0
    assert count(world, ObligationRow.party_id == zhao, ObligationRow.closed_why == "left") >= 1

    world.files |= {"people.csv": "".join(rows), "credentials.csv": "".join(cards)}
    world.apply(local_time("2026-11-25 09:00"))
    world.at("2026-11-25 09:00")
    assert (
        count(world, ObligationRow.party_id == zhao, ObligationRow.state == "open", ObligationRow.part == "")
        >= 1
    )


def test_mobile_numbers_are_kept_sealed_and_nowhere_else(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    number = next(
        line for line in world.files["people.csv"].splitlines() if line.startswith("wangmin,")
    ).split(",")[6]
    assert len(number) == 11

    with world.db.engine.connect() as connection:
        for table in ("person", "office_version", "party", "audit"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                assert number not in str(tuple(row))
    with world.db.reading() as session:
        sealed = session.scalars(select(PersonRow.mobile_enc).where(PersonRow.key == "wangmin")).one()
        assert world.cipher.decrypt(sealed) == number


def test_a_beat_that_was_dead_for_a_fortnight_opens_what_was_missed_once(world, local_time):
    world.apply(local_time("2026-11-02 09:00"))
    world.at("2026-11-02 09:00")

    world.at("2026-11-23 09:00")

    with world.db.reading() as session:
        keys = session.scalars(
            select(OccurrenceRow.key)
            .join(ScheduleRow)
            .where(ScheduleRow.key == "friday-study", OccurrenceRow.held_on >= date(2026, 11, 2))
            .order_by(OccurrenceRow.key)
        ).all()
    assert keys == ["2026-11-20"], "of what has passed only the latest, by `missed: latest`"


def test_a_card_issued_later_opens_its_renewal_and_one_on_record_is_not_opened_twice(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    world.at("2026-11-23 09:00")
    with world.db.writing.begin() as session:
        session.execute(
            update(CredentialRow)
            .where(CredentialRow.number == "豫H0800-0018")
            .values(expires_on=date(2027, 3, 1))
        )
        session.execute(
            update(ScheduleRow)
            .where(ScheduleRow.kind == "credential")
            .values(next_at=local_time("2026-11-23 10:00"))
        )

    world.at("2026-11-23 10:00")

    assert count(world, OccurrenceRow.key == "豫H0800-0018@2027-03-01", ObligationRow.part == "") == 1
