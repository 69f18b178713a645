"""Repeats go on until it is done, at most as often as is written, and make one message of what falls together."""

REPEATED = """\
report:
  title: 月报
  when: {dates: [2026-11-27]}
  who: {people: [xuli]}
  remind:
    - {after: due, by: 1 workday, time: "08:40", repeat: {every: 1 workday, most: 2}}
    - {after: due, by: 2 workdays, time: "08:40", notice: yellow, to: [assignee, unit-head]}
"""


def test_repeats_end_at_their_number(desk):
    desk.begin(REPEATED)
    told = {day: desk.told(f"2026-{day} 08:40") for day in ("11-30", "12-01", "12-02", "12-03")}

    assert told == {"11-30": ["xuli"], "12-01": ["majun", "xuli"], "12-02": ["xuli"], "12-03": []}
    assert desk.duty().next_at is None


def test_what_falls_on_one_instant_is_one_message_with_the_gravest_colour(desk):
    desk.begin(REPEATED)
    desk.at("2026-11-30 08:40")

    sent = {message.recipient_key: message for message in desk.at("2026-12-01 08:40")}

    assert sent["xuli"].title == "【黄色预警】月报"
    assert sent["xuli"].body.count("月报") == 1
    assert sent["majun"].title == "【黄色预警】月报"


def test_a_repeat_stops_when_it_is_done_and_goes_on_where_it_stands_when_undone(desk):
    desk.begin(REPEATED)
    desk.at("2026-11-30 08:40")
    duty = desk.duty().id

    desk.confirm(duty, "2026-11-30 09:00", by="xuli")
    assert desk.told("2026-12-01 08:40") == []
    desk.undo(duty, "2026-12-01 09:00", by="xuli")

    assert desk.told("2026-12-02 08:40") == ["xuli"]
    assert len(desk.reminders(duty)) == 2
