"""Campaigns with a table: rows come, go, come back and change hands; what is done stays done."""

from datetime import date

from tasks.apply import plan
from tasks.duties.targets import progress
from tasks.live import current

CAMPAIGN = """\
powers:
  title: 承接事项
  when: {once: {from: "2026-11-01", to: "2026-12-31"}, targets: 承接事项.csv}
  who: {target: owner}
"""
TABLE = "编号,名称,责任单位,责任人工号\n1,占道经营,综治办,\n2,违法建设,城建办,\n3,渣土运输,,zhaogang\n"


def begin(office) -> None:
    office.write(campaign_yaml=CAMPAIGN, 承接事项_csv=TABLE)
    office.begin("2026-11-23 09:00")


def change(office, table: str, now: str) -> None:
    office.write(承接事项_csv=table)
    office.apply(now)
    office.world.at(now)


def test_each_row_is_an_occurrence_of_its_own(office):
    begin(office)

    assert office.states("powers") == {"1 zongzhiban": "open", "2 chengjianban": "open", "3 zhaogang": "open"}
    assert {each.title for each in office.seen("powers")} == {
        "承接事项：占道经营", "承接事项：违法建设", "承接事项：渣土运输",
    }  # fmt: skip
    assert {each.due_on for each in office.seen("powers")} == {date(2026, 12, 31)}


def test_rows_that_come_go_and_come_back(office):
    begin(office)
    first = office.seen("powers")[0]
    office.confirm(first.id, "2026-11-24 10:00", done_on="2026-11-24")

    change(office, TABLE.replace("2,违法建设,城建办,\n", "") + "4,夜市,综治办,\n", "2026-11-25 09:00")
    assert office.states("powers") == {
        "1 zongzhiban": "done", "2 chengjianban": "withdrawn", "3 zhaogang": "open", "4 zongzhiban": "open",
    }  # fmt: skip
    gone = office.seen("powers")[1]
    assert (gone.why, gone.occurrence, gone.next_at) == ("target", "cancelled", None)
    with office.world.writing() as (session, live):
        (one,) = progress(session, live)
    assert (one.done, one.total) == (1, 3)

    change(office, TABLE + "4,夜市,综治办,\n", "2026-11-26 09:00")
    back = office.seen("powers")[1]
    assert (back.state, back.why, back.occurrence) == ("open", None, "open")
    assert back.next_at is not None


def test_a_row_without_a_record_that_goes_leaves_what_is_done(office):
    begin(office)
    first = office.seen("powers")[0]
    office.confirm(first.id, "2026-11-24 10:00", done_on="2026-11-24")

    change(office, "编号,名称,责任单位,责任人工号\n3,渣土运输,,zhaogang\n", "2026-11-25 09:00")

    assert office.states("powers") == {
        "1 zongzhiban": "done", "2 chengjianban": "withdrawn", "3 zhaogang": "open",
    }  # fmt: skip


def test_a_row_with_another_owner_changes_hands(office):
    begin(office)

    change(office, TABLE.replace("城建办", "党政办").replace(",zhaogang", ",machao"), "2026-11-25 09:00")

    assert office.states("powers") == {
        "1 zongzhiban": "open", "2 chengjianban": "withdrawn", "2 dangzhengban": "open", "3 zhaogang": "withdrawn",
        "3 machao": "open",
    }  # fmt: skip


def test_a_row_that_is_added_after_the_end_opens_nothing(office):
    begin(office)

    change(office, TABLE + "4,夜市,综治办,\n", "2027-01-04 09:00")

    assert "4 zongzhiban" not in office.states("powers")


def test_the_plan_says_which_rows_come_and_go(office):
    begin(office)
    office.write(承接事项_csv=TABLE.replace("2,违法建设,城建办,\n", "") + "4,夜市,综治办,\n")

    with office.world.writing() as (session, _):
        found = plan(session, office.world.office(), office.world.files, cipher=office.world.cipher)
        assert current(session).office.targets

    (change,) = found.targets
    assert (change.schedule, change.added, change.removed) == ("powers", ("4",), ("2",))


def test_a_person_who_leaves_owes_the_row_no_longer(office):
    begin(office)
    people = office.world.files["people.csv"]
    line = next(line for line in people.splitlines(keepends=True) if line.startswith("zhaogang,"))
    office.world.files["people.csv"] = people.replace(line, "")
    office.world.files["承接事项.csv"] = TABLE.replace(",zhaogang", ",machao")
    credentials = office.world.files["credentials.csv"]
    held = next(line for line in credentials.splitlines(keepends=True) if ",zhaogang," in line)
    office.world.files["credentials.csv"] = credentials.replace(held, "")
    office.apply("2026-11-25 09:00")
    office.world.at("2026-11-25 09:00")

    assert office.states("powers")["3 zhaogang"] == "withdrawn"
    assert office.states("powers")["3 machao"] == "open"


STEPS = """\
powers:
  title: 承接事项
  when: {once: {from: "2026-11-01", to: "2026-12-31"}, targets: 承接事项.csv}
  who: {target: owner}
  steps:
    take: {title: 承接, due: due, evidence: {taken_on: date}}
    check: {title: 核验, after: take, from: taken_on, within: 5 workdays, owed_by: {role: legal-reviewer}}
  remind: [{before: due, by: 5 workdays}]
"""


def test_following_the_table_leaves_later_steps_of_others_alone(office):
    office.write(campaign_yaml=STEPS, 承接事项_csv=TABLE)
    office.begin("2026-11-23 09:00")
    first = office.seen("powers")[0]
    office.confirm(first.id, "2026-11-24 10:00", done_on="2026-11-24", taken_on="2026-11-24")
    change(office, TABLE + "4,夜市,综治办,\n", "2026-11-25 09:00")

    states = {f"{each.key} {each.part} {each.party}": each.state for each in office.seen("powers")}
    assert states["1 take zongzhiban"] == "done"
    assert states["1 check legal-reviewer"] == "open"
    assert states["4 take zongzhiban"] == "open"
