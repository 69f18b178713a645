"""A quorum: enough is enough, the rest is told nothing more, and what was taken back opens it again."""

from sqlalchemy import event

HALF = """\
report:
  title: 意见
  when: {dates: [2026-11-30]}
  who: {people: [xuli, tangning, fenglei, liwen, wutao]}
  done: {by: each, quorum: 60%APPROVE}
  remind: [{before: due, by: 4 workdays}, {before: due, by: 3 workdays}]
"""


def begin(desk, approve: str = "") -> list[int]:
    desk.begin(HALF.replace("APPROVE", approve))
    desk.at("2026-11-24 08:40")
    return [row.id for row in desk.duties()]


def states(desk) -> list[str]:
    return [row.state if row.closed_why != "quorum" else "quorum" for row in desk.duties()]


def test_when_the_share_is_reached_the_rest_is_not_needed(desk):
    one, two, three, *_ = begin(desk)
    desk.confirm(one, "2026-11-24 09:00")
    desk.confirm(two, "2026-11-24 09:01")
    assert desk.occurrence(one) == "open"

    desk.confirm(three, "2026-11-24 09:02")

    assert states(desk) == ["done", "done", "done", "quorum", "quorum"]
    assert desk.occurrence(one) == "closed"
    assert desk.told("2026-11-25 08:40") == []


def test_those_who_were_excused_do_not_count(desk):
    one, two, three, four, _ = begin(desk)
    for duty in (three, four):
        desk.waive(duty, "2026-11-24 09:00")
    desk.confirm(one, "2026-11-24 09:01")
    assert desk.occurrence(one) == "open"

    desk.confirm(two, "2026-11-24 09:02")

    assert states(desk) == ["done", "done", "waived", "waived", "quorum"]


def test_excusing_one_may_be_what_was_missing(desk):
    one, two, three, four, _ = begin(desk)
    desk.confirm(one, "2026-11-24 09:00")
    desk.confirm(two, "2026-11-24 09:01")
    desk.waive(three, "2026-11-24 09:02")
    assert desk.occurrence(one) == "open"

    desk.waive(four, "2026-11-24 09:03")

    assert (states(desk)[4], desk.occurrence(one)) == ("quorum", "closed")


def test_an_undo_opens_the_rest_again_where_their_ladders_stand(desk):
    one, two, three, four, five = begin(desk)
    for duty in (one, two, three):
        desk.confirm(duty, "2026-11-24 09:00")

    desk.undo(three, "2026-11-24 10:00")

    assert states(desk) == ["done", "done", "open", "open", "open"]
    assert desk.occurrence(one) == "open"
    assert len(desk.told("2026-11-25 08:40")) == 3
    assert [len(desk.reminders(duty)) for duty in (four, five)] == [2, 2]


def test_what_was_handed_in_counts_when_it_is_agreed_to(desk):
    one, two, three, four, _ = begin(desk, ", approve: {role: legal-reviewer}")
    for duty in (one, two, three, four):
        desk.confirm(duty, "2026-11-24 09:00")
    assert desk.occurrence(one) == "open"
    for duty in (one, two, three):
        desk.approve(duty, "2026-11-24 10:00", by="liqiang")

    assert states(desk) == ["done", "done", "done", "submitted", "quorum"]
    assert desk.occurrence(one) == "closed"
    desk.give_back(four, "2026-11-24 11:00", by="liqiang")
    assert states(desk) == ["done", "done", "done", "quorum", "quorum"], "enough is still enough"


def test_who_leaves_does_not_count_any_more(desk):
    desk.begin(
        HALF.replace("APPROVE", "").replace("people: [xuli, tangning, fenglei, liwen, wutao]", "tags: [临聘]")
    )
    desk.at("2026-11-24 08:40")
    assert len(desk.duties()) == 4
    one, two = (desk.duty(owner=person).id for person in ("liwei", "tangning"))
    for duty in (one, two):
        desk.confirm(duty, "2026-11-24 09:00")
    assert desk.occurrence(one) == "open"

    roster = desk.world.files["people.csv"].splitlines(keepends=True)
    gone = ("caoyong,", "shenjie,", "liwei,", "tangning,")
    keep = [row for row in roster if not row.startswith(gone)]
    stays = [row for row in roster if row.startswith(gone)][:3]
    desk.world.files["people.csv"] = "".join(keep + stays)
    desk.world.apply(desk.local("2026-11-24 10:00"))
    desk.at("2026-11-24 10:01")

    assert sorted(row.state for row in desk.duties()) == ["done", "done", "waived", "withdrawn"]
    assert desk.occurrence(one) == "closed"


def test_the_share_is_counted_by_one_statement(desk):
    one, *_ = begin(desk)
    counted: list[str] = []

    def seen(_conn, _cursor, statement, *_rest) -> None:
        if "closed_why" in statement and "sum(" in statement:
            counted.append(statement)

    event.listen(desk.world.db.engine, "before_cursor_execute", seen)
    desk.confirm(one, "2026-11-24 09:00")
    event.remove(desk.world.db.engine, "before_cursor_execute", seen)

    assert len(counted) == 1
