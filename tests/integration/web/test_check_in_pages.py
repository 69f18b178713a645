"""A gathering on the day: the screen, the code that names nobody, arrivals once and in time, and the record that follows."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from models.gatherings import ArrivalRow, CheckInRow
from models.obligations import AuditRow, ObligationRow
from models.people import DeviceRow
from tasks.duties.duty import load
from tasks.gatherings.check_in import close_check_in
from tasks.gatherings.leave import ask_leave, decide_leave
from tasks.live import current
from tasks.roster.absences import proposed_leave
from tasks.roster.devices import digest_of, print_slips
from worker.clock import machine_now
from worker.web.sessions.hall_cookies import ticket

BEFORE, DURING, LATE, AFTER = "2026-11-20 14:50", "2026-11-20 15:05", "2026-11-20 15:25", "2026-11-20 17:30"
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
STAFF, OTHER = "chenxia", "zhoukai"


@pytest.fixture
def occurrence(site, record):
    with site.world.db.reading() as session:
        return session.get_one(ObligationRow, record).occurrence_id


def phone_of(site, key):
    """A phone that is bound as a person's."""
    client, secret = site.app.test_client(), f"secret-of-{key}"
    with site.world.db.writing.begin() as session:
        now = machine_now()
        session.add(
            DeviceRow(
                person_id=site.person(key), digest=digest_of(secret), how="slip", bound_at=now, seen_at=now
            )
        )
    client.set_cookie("phone", secret)
    return client


def opened(site, local_time, clerk, record, at=BEFORE, **times):
    """Open the check-in of the study day, from the desk."""
    site.stand_at(local_time(at))
    page = f"/desk/session/{record}"
    answer = site.send(clerk, f"{page}/open", {"grace": "10", "lasts": "120", **times}, page=page)
    assert answer.status_code == 303, answer.text


def code(site, occurrence, back=0):
    return "/s/" + site.run.tokens.check_in_code(occurrence, machine_now() - timedelta(seconds=back))


def scan(site, client, path):
    """Open the code and press the button; the answer to that."""
    page = client.get(path)
    found = TICKET.search(page.text)
    return site.send(client, path, {"ticket": found[1]}) if found else page


def form_of(page):
    """The form token and the ticket of a page."""
    csrf, ticket_ = re.search(r'name="csrf" value="([^"]+)"', page), TICKET.search(page)
    assert csrf
    assert ticket_
    return {"csrf": csrf[1], "ticket": ticket_[1]}


def arrivals(site):
    with site.world.db.reading() as session:
        return {row.person_id: row for row in session.scalars(select(ArrivalRow))}


def acts(site, act):
    with site.world.db.reading() as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.act == act)))


# ── opening and the screen ────────────────────────────────────
def test_a_check_in_opens_an_hour_before_and_not_earlier(site, local_time, clerk, record):
    site.stand_at(local_time("2026-11-20 13:59"))
    page = f"/desk/session/{record}"
    assert "14:00起可以开始签到" in clerk.get(page).text

    early = site.send(clerk, f"{page}/open", {"grace": "0", "lasts": "60"}, page="/desk/slips")
    assert early.status_code == 422
    assert "14:00" in early.text

    site.stand_at(local_time("2026-11-20 14:00"))
    assert site.send(clerk, f"{page}/open", {"grace": "0", "lasts": "60"}, page=page).status_code == 303
    with site.world.db.reading() as session:
        row = session.scalars(select(CheckInRow)).one()
    assert row.late_from == local_time("2026-11-20 15:00")
    assert row.closes_at == local_time("2026-11-20 16:00")


def test_afterwards_the_record_comes_first_and_what_nobody_used_is_left_out(
    site, local_time, clerk, record, occurrence
):
    site.stand_at(local_time("2026-11-20 14:30"))
    before = clerk.get(f"/desk/session/{record}").text
    assert 'id="check-in"' in before
    site.stand_at(local_time("2026-11-23 09:05"))

    unused = clerk.get(f"/desk/session/{record}").text

    assert 'id="check-in"' not in unused
    assert 'id="leave"' not in unused
    assert unused.index("学了什么") < unused.index("谁没到") < unused.index('id="table"')
    opened(site, local_time, clerk, record)
    scan(site, phone_of(site, STAFF), code(site, occurrence))
    site.stand_at(local_time("2026-11-23 09:05"))
    used = clerk.get(f"/desk/session/{record}").text
    assert used.index("谁没到") < used.index('id="check-in"')
    assert 'href="#check-in"' in used


def test_only_times_from_the_list_are_taken(site, local_time, clerk, record):
    site.stand_at(local_time(BEFORE))
    page = f"/desk/session/{record}"
    for wrong in (
        {"grace": "7", "lasts": "60"},
        {"grace": "0", "lasts": "99999"},
        {"grace": "x", "lasts": "-1"},
    ):
        assert site.send(clerk, f"{page}/open", wrong, page=page).status_code == 422
    with site.world.db.reading() as session:
        assert session.scalars(select(CheckInRow)).all() == []


def test_a_check_in_cannot_be_opened_for_a_time_that_is_over(site, local_time, clerk, record):
    site.stand_at(local_time("2026-11-20 16:10"))
    page = f"/desk/session/{record}"
    assert site.send(clerk, f"{page}/open", {"grace": "0", "lasts": "60"}, page=page).status_code == 422
    assert site.send(clerk, f"{page}/open", {"grace": "0", "lasts": "90"}, page=page).status_code == 303


def test_the_screen_shows_figures_and_a_code_but_no_names_and_no_token(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    page = f"/desk/session/{record}"
    to = site.send(clerk, f"{page}/screen", page=page)
    assert to.location == f"/live/{occurrence}"

    answer = clerk.get(to.location)
    shown = answer.text

    assert 'class="qr"' in shown
    assert 1 <= int(answer.headers["Refresh"]) <= 30
    assert "陈霞" not in shown
    assert "王敏" not in shown
    assert "<dt>应到</dt><dd>8</dd>" in shown or re.search(r"<dt>应到</dt><dd>\d+</dd>", shown)
    assert site.app.test_client().get(to.location).status_code == 404, "only the browser that was chosen"
    assert clerk.get(f"/live/{occurrence + 1}").status_code == 404


def test_the_host_opens_and_shows_it_behind_the_own_link(site, local_time, record, occurrence):
    site.stand_at(local_time(BEFORE))
    host = site.owner(record)
    path, client = site.path(record, host, local_time(BEFORE)), site.app.test_client()

    assert (
        site.send(client, f"{path}/session/open", {"grace": "10", "lasts": "120"}, page=path).status_code
        == 303
    )
    assert site.send(client, f"{path}/session/screen", page=path).location == f"/live/{occurrence}"
    assert 'class="qr"' in client.get(f"/live/{occurrence}").text

    ended = site.send(client, f"/live/{occurrence}/close", page=f"/live/{occurrence}")
    assert ended.status_code == 303
    assert "签到已结束" in client.get(f"/live/{occurrence}").text


def test_whoever_does_not_owe_the_record_opens_nothing(site, local_time, record, clerk):
    site.stand_at(local_time(BEFORE))
    stranger = site.path(record, site.person(OTHER), local_time(BEFORE))
    client = site.app.test_client()
    for what in ("sheet", "sheet.xlsx", "table.xlsx"):
        assert client.get(f"{stranger}/session/{what}").status_code in (404, 410)
        assert client.get(f"/desk/session/{record}/{what}").status_code == 401
    other_duty = site.duty("friday-study", "make_up", STAFF)
    own = site.path(other_duty, site.person(STAFF), local_time(BEFORE))
    assert client.get(f"{own}/session/sheet").status_code == 404
    assert clerk.get(f"/desk/session/{other_duty}/sheet").status_code == 404


# ── scanning ──────────────────────────────────────────────────
def test_a_known_phone_is_in_with_one_tap_and_looking_changes_nothing(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    client, path = phone_of(site, STAFF), code(site, occurrence)
    before = site.rows()
    assert "陈霞，您到了吗" in client.get(path).text
    assert client.head(path).status_code == 200
    assert site.rows() == before

    answer = scan(site, client, path)

    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "已签到" in page
    assert "14:50" in page
    row = arrivals(site)[site.person(STAFF)]
    assert (row.late, row.how, row.at) == (False, "scan", local_time(BEFORE))
    again = client.get(code(site, occurrence))
    assert again.location == answer.location
    assert len(acts(site, "arrive")) == 1


def test_a_code_works_for_its_half_minute_and_the_next_and_then_no_more(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    client = phone_of(site, STAFF)
    assert client.get(code(site, occurrence, back=30)).status_code == 200
    for stale in (61, 90, 3600, -31):
        assert client.get(code(site, occurrence, back=stale)).status_code == 410
    forged = client.get(f"/s/{occurrence}-AAAAAAAAAAAAAAAAAAAAAA")
    assert forged.status_code == 410
    assert forged.text == client.get(code(site, occurrence, back=90)).text, "one answer for both"
    for odd in (f"/s/0{occurrence}-x", "/s/-", "/s/1", "/s/１-x", f"/s/{'9' * 40}-x"):
        assert client.get(odd).status_code == 410
    assert arrivals(site) == {}


def test_the_button_works_after_the_code_has_changed_but_only_on_that_phone(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    client, other = phone_of(site, STAFF), phone_of(site, OTHER)
    stale = code(site, occurrence, back=30)
    page = client.get(stale).text
    form = form_of(page)
    stolen = other.post(stale, data=form)
    assert stolen.status_code == 410
    assert arrivals(site) == {}
    assert client.post(stale, data=form).status_code == 303
    assert set(arrivals(site)) == {site.person(STAFF)}


def test_a_post_without_a_ticket_or_form_is_not_taken(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    client, path = phone_of(site, STAFF), code(site, occurrence)
    assert client.post(path).status_code == 400
    assert site.send(client, path, {"ticket": "x.y"}).status_code == 410
    assert arrivals(site) == {}


def test_an_unknown_phone_is_asked_who_it_is_and_comes_back_once_it_is_bound(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    client = site.app.test_client()
    asked = client.get(code(site, occurrence))
    assert asked.status_code == 401
    assert "您还没有签到" in asked.text
    assert arrivals(site) == {}
    with site.world.writing() as (session, live):
        slip = print_slips(
            session, live, person_ids=[site.person(STAFF)], by=None, now=local_time(BEFORE), machine_now=machine_now()
        )[0]  # fmt: skip

    bound = site.send(client, f"/bind/{site.run.tokens.bind_token(slip.id, 'slip')}")

    assert bound.location == "/s"
    assert scan(site, client, "/s").status_code == 303
    assert set(arrivals(site)) == {site.person(STAFF)}
    page = clerk.get(f"/desk/session/{record}").text
    assert "签到期间才绑定手机的：陈霞" in page


def test_who_has_not_scanned_comes_back_to_nothing(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    assert phone_of(site, STAFF).get("/s").status_code == 410
    assert site.app.test_client().get("/s").status_code == 410


def test_one_phone_checks_in_one_person_and_the_host_hears_of_the_second(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    client = phone_of(site, STAFF)
    scan(site, client, code(site, occurrence))
    with site.world.writing() as (session, live):
        slip = print_slips(
            session, live, person_ids=[site.person(OTHER)], by=None, now=local_time(BEFORE), machine_now=machine_now()
        )[0]  # fmt: skip
    site.send(client, f"/bind/{site.run.tokens.bind_token(slip.id, 'slip')}")
    path = code(site, occurrence)
    refused = client.get(path)
    assert refused.status_code == 403
    assert "这部手机已签过别人" in refused.text

    with site.world.db.reading() as session:
        device = session.scalars(select(DeviceRow).where(DeviceRow.person_id == site.person(OTHER))).one()
    with site.app.test_request_context():
        made = ticket(occurrence, device.id)
    csrf = site.run.tokens.form(f"link:{path.removeprefix('/s/')}", machine_now())
    pressed = client.post(path, data={"csrf": csrf, "ticket": made})
    assert pressed.status_code == 403
    assert "这部手机已签过别人" in pressed.text
    assert made not in pressed.text, "a ticket is nothing that was typed"
    assert "您填的内容" not in pressed.text

    assert set(arrivals(site)) == {site.person(STAFF)}
    assert "给陈霞签到的手机随后又想签周凯，没有签上" in clerk.get(f"/desk/session/{record}").text


def test_a_guest_is_told_that_he_is_not_on_the_list(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    with site.world.db.writing.begin() as session:
        gone = session.get_one(ObligationRow, site.duty("friday-study", "make_up", STAFF))
        gone.state = "withdrawn"
    answer = phone_of(site, STAFF).get(code(site, occurrence))
    assert answer.status_code == 403
    assert "您不在应到名单上" in answer.text


def test_before_it_is_open_and_after_it_is_closed_nobody_is_let_in(
    site, local_time, clerk, record, occurrence
):
    site.stand_at(local_time(BEFORE))
    client = phone_of(site, STAFF)
    early = client.get(code(site, occurrence))
    assert early.status_code == 409
    assert "签到还没有开始" in early.text

    opened(site, local_time, clerk, record)
    page = f"/desk/session/{record}"
    site.send(clerk, f"{page}/close", page=page)
    closed = client.get(code(site, occurrence))
    assert closed.status_code == 410
    assert "可以代为登记" in closed.text

    site.send(clerk, f"{page}/open", {"grace": "0", "lasts": "30"}, page=page)
    assert client.get(code(site, occurrence)).status_code == 200
    site.stand_at(local_time("2026-11-20 15:30"))
    assert client.get(code(site, occurrence)).status_code == 410, "the end that was chosen"
    assert arrivals(site) == {}


def test_an_arrival_in_the_moment_of_closing_is_refused_by_the_button_too(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    client, path = phone_of(site, STAFF), code(site, occurrence)
    form = form_of(client.get(path).text)
    page = f"/desk/session/{record}"
    site.send(clerk, f"{page}/close", page=page)
    assert client.post(path, data=form).status_code == 410
    assert arrivals(site) == {}


def test_two_taps_in_the_same_moment_are_one_arrival(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    first = phone_of(site, STAFF)
    path = code(site, occurrence)
    form = form_of(first.get(path).text)
    answers, gate = [], threading.Barrier(4)

    def tap():
        client = site.app.test_client()
        client.set_cookie("phone", f"secret-of-{STAFF}")
        gate.wait()
        answers.append(client.post(path, data=form).status_code)

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert len(arrivals(site)) == 1
    assert len(acts(site, "arrive")) == 1


# ── the record that follows ───────────────────────────────────
FIELDS = {"done_on": "2026-11-20", "e-topic": "行政处罚法", "e-law": "行政处罚法"}


def ticked(page):
    """What the form has ticked, by person."""
    found = {}
    for part in page.split('<div class="person">')[1:]:
        person, mark = (
            re.search(r'name="away" value="(\d+)"( checked)?', part),
            re.search(r'value="([a-z]+)" checked', part),
        )
        assert person
        assert mark
        if person[2]:
            found[int(person[1])] = mark[1]
    return found


def saved(site, client, path, marks, **more):
    fields = {
        **FIELDS,
        "away": [str(p) for p in marks],
        **{f"w{p}": mark for p, mark in marks.items()},
        **more,
    }
    return site.send(client, path, {**fields, "step": "save"}, page=path)


def marks_of(site, occurrence):
    with site.world.db.reading() as session:
        rows = session.scalars(
            select(ObligationRow).where(
                ObligationRow.occurrence_id == occurrence, ObligationRow.part == "make_up"
            )
        )
        return {row.party_id: row.mark for row in rows}


def test_whoever_scanned_is_proposed_as_present_and_the_others_as_absent(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    scan(site, phone_of(site, STAFF), code(site, occurrence))
    site.stand_at(local_time(LATE))
    late_phone = phone_of(site, OTHER)
    scan(site, late_phone, code(site, occurrence))
    path = f"/desk/session/{record}"

    found = ticked(clerk.get(path).text)

    people = re.findall(r'name="away" value="(\d+)"', clerk.get(path).text)
    assert site.person(STAFF) not in found
    assert found[site.person(OTHER)] == "late"
    assert len(found) == len(people) - 1
    assert set(found.values()) == {"late", "absent"}

    site.stand_at(local_time(AFTER))
    check = site.send(
        clerk, path, {**FIELDS, "away": list(map(str, found)), **{f"w{p}": m for p, m in found.items()}}
    )
    assert "迟到" in check.text
    assert saved(site, clerk, path, found).status_code == 303

    assert ticked(clerk.get(path).text) == found, "as it was recorded"
    row = arrivals(site)
    assert row[site.person(OTHER)].late
    with site.world.db.reading() as session:
        assert session.scalars(select(CheckInRow)).one().closed_at == local_time(AFTER)
    duty = site.duty("friday-study", "make_up", OTHER)
    me = late_phone.get("/me").text
    assert "到会（迟到）" in me
    assert site.state(duty) == "done"


def test_the_host_may_call_somebody_late_or_in_time(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record, at=LATE, grace="0")
    scan(site, phone_of(site, OTHER), code(site, occurrence))
    assert arrivals(site)[site.person(OTHER)].late
    path = f"/desk/session/{record}"

    saved(site, clerk, path, {site.person(STAFF): "late"})

    found = arrivals(site)
    assert not found[site.person(OTHER)].late
    assert found[site.person(STAFF)].late
    assert found[site.person(STAFF)].how == "host"
    assert set(marks_of(site, occurrence).values()) == {"present"}
    assert "迟到" in clerk.get(f"/desk/session/{record}/sheet").text
    saved(site, clerk, path, {})
    assert not any(row.late for row in arrivals(site).values())


def test_a_scan_that_the_host_does_not_confirm_is_shown_before_it_is_dropped(
    site, local_time, clerk, record, occurrence
):
    opened(site, local_time, clerk, record)
    scan(site, phone_of(site, STAFF), code(site, occurrence))
    site.stand_at(local_time(AFTER))
    path, person = f"/desk/session/{record}", site.person(STAFF)

    asked = saved(site, clerk, path, {person: "absent"})

    assert asked.status_code == 200
    assert "已扫码签到，却勾成了没到：陈霞" in asked.text
    assert site.state(record) == "open"
    assert f'name="over" value="{person}"' in asked.text
    assert saved(site, clerk, path, {person: "absent"}, over=str(person)).status_code == 303
    assert site.state(record) == "done"
    assert arrivals(site) == {}
    assert [row.detail["people"] for row in acts(site, "strike-arrivals")] == [[person]]


def test_after_the_record_a_scan_is_sent_to_the_host(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    site.stand_at(local_time(DURING))
    path = f"/desk/session/{record}"
    saved(site, clerk, path, {site.person(STAFF): "absent"})
    answer = phone_of(site, STAFF).get(code(site, occurrence))
    assert answer.status_code == 410
    assert "考勤已登记" in answer.text
    assert site.send(clerk, f"{path}/open", {"grace": "0", "lasts": "240"}, page=path).status_code == 422


def test_the_live_figures_count_everybody_once(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    path = f"/desk/session/{record}"
    site.send(clerk, f"{path}/screen", page=path)
    expected = len(re.findall(r'class="person"', clerk.get(path).text)) or None
    scan(site, phone_of(site, STAFF), code(site, occurrence))
    site.stand_at(local_time(LATE))
    scan(site, phone_of(site, OTHER), code(site, occurrence))
    figures = [int(n) for n in re.findall(r"</dt><dd>(\d+)</dd>", clerk.get(f"/live/{occurrence}").text)]
    assert figures[1:3] == [2, 0]
    assert figures[0] == sum(figures[1:])
    assert "其中迟到1人" in clerk.get(f"/live/{occurrence}").text
    assert expected in (None, figures[0])


def test_a_phone_that_was_ended_checks_nobody_in(site, local_time, clerk, record, occurrence):
    opened(site, local_time, clerk, record)
    client = phone_of(site, STAFF)
    with site.world.db.writing.begin() as session:
        session.execute(update(DeviceRow).values(ended_at=machine_now()))
    assert client.get(code(site, occurrence)).status_code == 401
    assert arrivals(site) == {}


def test_a_record_taken_back_does_not_propose_all_others_as_absent(site, local_time, clerk, record):
    site.stand_at(local_time(AFTER))
    path = f"/desk/session/{record}"
    saved(site, clerk, path, {site.person(STAFF): "late"})
    host = site.path(record, site.owner(record), local_time(AFTER))
    client = site.app.test_client()
    assert site.send(client, f"{host}/undo", {"reason": "填错"}, page=host).status_code == 303
    assert site.state(record) == "open"

    assert ticked(clerk.get(path).text) == {site.person(STAFF): "late"}


def test_leave_that_was_granted_counts_on_the_command_line_too(site, local_time, clerk, record):
    duty = site.duty("friday-study", "make_up", STAFF)
    with site.world.writing() as (session, live):
        ask_leave(
            session,
            live,
            obligation_id=duty,
            person_id=site.person(STAFF),
            reason="出差",
            now=local_time(BEFORE),
        )
        assert proposed_leave(session, record, except_for=()) == {}
        decide_leave(
            session, live, record_id=record, person_id=site.person(STAFF), granted=True, words="", by=None, how="cli",
            now=local_time(BEFORE),
        )  # fmt: skip
        assert proposed_leave(session, record, except_for=()) == {STAFF: "陈霞"}
        assert proposed_leave(session, record, except_for=(STAFF,)) == {}


def waits_for_a_lock(site):
    """Whether somebody waits for what another transaction holds; SQLite's writers wait before they begin."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with site.world.db.reading() as session:
            if session.get_bind().dialect.name == "sqlite" or session.scalar(waiting):
                return True
        threading.Event().wait(0.02)
    return False


def test_ending_the_check_in_and_recording_at_the_same_moment_wait_for_each_other(
    site, local_time, clerk, record
):
    opened(site, local_time, clerk, record)
    site.stand_at(local_time(AFTER))
    page = f"/desk/session/{record}"
    hand = re.search(r'name="csrf" value="([^"]+)"', clerk.get(page).text)
    assert hand

    with ThreadPoolExecutor(1) as pool, site.world.db.writing.begin() as session:
        load(session, record)  # as ending it begins
        recording = pool.submit(clerk.post, page, data={**FIELDS, "csrf": hand[1], "step": "save"})
        assert waits_for_a_lock(site)
        close_check_in(
            session, current(session), obligation_id=record, by=None, how="desk", now=local_time(AFTER)
        )
        session.commit()
        assert recording.result().status_code == 303
