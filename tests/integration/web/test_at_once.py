"""Several people who press at the same moment: it happens once, on both databases, and everybody is answered."""

import re
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from models.events import ExtensionRow
from models.handovers import UrgeRow
from models.obligations import AuditRow
from models.people import AbsenceRow, PreferenceRow
from worker.clock import machine_now

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def pressed(hands, path, *fields):
    """The codes of all these browsers pressing at once; each hands in its own fields, or all the same."""

    def press(number):
        client, token = hands[number]
        return client.post(path, data={"csrf": token, **fields[number % len(fields)]}).status_code

    with ThreadPoolExecutor(len(hands)) as pool:
        return sorted(pool.map(press, range(len(hands))))


def looking(clients, page):
    """Browsers that have the page open, with its form's token."""
    found = [(client, CSRF.search(client.get(page).text)) for client in clients]
    assert all(token for _, token in found), page
    return [(client, token[1]) for client, token in found if token]


def count(site, table):
    with site.world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_duty_is_urged_once_whoever_urges(site, local_time):
    site.stand_at(local_time("2026-11-24 09:05"))
    page = f"/duty/{site.duty('half-year-review', 'collect', 'youyi')}/urge"
    hands = looking([site.signed_in(who) for who in ("linhaifeng", "wangmin", "songlihua") * 2], page)

    codes = pressed(hands, page, {"reason": "请抓紧"})

    assert count(site, UrgeRow) == 1
    assert set(codes) <= {303, 422, 403}
    assert codes.count(303) == 2, "the one who urged pressed twice"


def test_a_sign_in_link_lets_one_browser_in(site):
    page = f"/signin/{site.run.tokens.sign_in_token(site.person('linhaifeng'), machine_now())}"

    codes = pressed(looking([site.app.test_client() for _ in range(6)], page), page, {})

    assert codes == [303] + [410] * 5


def test_a_longer_term_is_asked_for_once_and_decided_once(site, local_time):
    duty = site.duty("half-year-review", "meet")
    own = site.path(duty, site.owner(duty), local_time("2026-11-23 09:00"))
    asking = looking([site.app.test_client() for _ in range(4)], f"{own}/ask")

    asked = pressed(asking, f"{own}/ask/longer", {"x-reason": "忙", "x-new_date": "2026-12-09"})

    assert asked == [303, 422, 422, 422]
    assert count(site, ExtensionRow) == 1
    page = f"/duty/{duty}/extend"
    deciding = looking([site.signed_in(who) for who in ("linhaifeng", "wangmin") * 2], page)
    verdicts = ({"verdict": "grant", "reason": ""}, {"verdict": "refuse", "reason": "按期办"})

    assert pressed(deciding, page, *verdicts) == [303, 422, 422, 422]
    with site.world.db.reading() as session:
        acts = session.scalars(select(AuditRow.act).where(AuditRow.act.like("extension-%"))).all()
    assert len(acts) == 2


def test_an_absence_is_entered_once_though_its_button_is_pressed_twice(site, local_time):
    own = site.path(None, site.person("chenxia"), local_time("2026-11-23 09:00"))
    hands = looking([site.app.test_client() for _ in range(4)], f"{own}/away")

    codes = pressed(hands, f"{own}/away", {"from": "2026-11-25", "last": "2026-11-27", "kind": "trip"})

    assert codes == [303, 422, 422, 422]
    assert count(site, AbsenceRow) == 1


def test_deputies_who_are_named_at_the_same_moment_never_stand_in_for_each_other(site, local_time):
    now = local_time("2026-11-23 09:00")
    pair = [("chenxia", "zhoukai"), ("zhoukai", "chenxia")]
    pages = [f"{site.path(None, site.person(who), now)}/away" for who, _ in pair]
    hands = [looking([site.app.test_client()], page)[0] for page in pages]

    def press(number):
        client, token = hands[number]
        given = {
            "from": "2026-11-25",
            "last": "2026-11-27",
            "kind": "trip",
            "deputy": pair[number][1],
            "csrf": token,
        }
        return client.post(pages[number], data=given).status_code

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(press, range(2)))

    assert codes == [303, 422]


def test_wishes_that_are_pressed_twice_are_written_once(site, local_time):
    own = site.path(None, site.person("chenxia"), local_time("2026-11-23 09:00"))
    clients = [site.app.test_client() for _ in range(6)]
    times = re.search(r'name="at">.*?<option value="(\d\d:\d\d)"', clients[0].get(f"{own}/reminders").text)
    assert times

    codes = pressed(looking(clients, f"{own}/reminders"), f"{own}/reminders", {"first": "", "at": times[1]})

    assert set(codes) == {303}
    assert count(site, PreferenceRow) == 1


def test_absences_of_different_people_at_the_same_moment_are_all_entered(site, local_time):
    now = local_time("2026-11-23 09:00")
    pages = [
        f"{site.path(None, site.person(who), now)}/away" for who in ("chenxia", "zhoukai", "liwen", "hanxue")
    ]
    hands = [looking([site.app.test_client()], page)[0] for page in pages]

    def press(number):
        client, token = hands[number]
        given = {"from": "2026-11-25", "last": "2026-11-27", "kind": "sick", "csrf": token}
        return client.post(pages[number], data=given).status_code

    with ThreadPoolExecutor(len(pages)) as pool:
        assert set(pool.map(press, range(len(pages)))) == {303}
    assert count(site, AbsenceRow) == len(pages)
