"""Every route for people that the application lists, for every kind of reader: who is let in, and that looking changes nothing."""

import tempfile
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.web import rights
from integration.web.rights import OBJECTS, READERS, SAMPLES
from integration.web.test_phones import bound
from sqlalchemy import select
from werkzeug.routing import Rule

from models.messages import MessageRow
from models.obligations import ObligationRow
from models.people import RecipientRow
from tasks.roster.devices import digest_of
from tasks.roster.inspectors import end, invite
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.settings import Settings
from worker.web.app import create_app

NOW = "2026-11-23 09:05"
PEOPLE = {
    "head of another unit": "zhoukai", "head of the own unit": "chenxia", "deputy leader": "xuwenjing", "leader": "linhaifeng",
    "clerk": "wangmin",
}  # fmt: skip
STAFF = "xufang"


def listed() -> list[Rule]:
    """Every route, without a database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(
            {"DUBAN_DATA": folder, "DUBAN_SECRET_KEY": "k" * 43, "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0"}
        )
        settings.prepare()
        rules = create_app(Runtime(settings)).url_map.iter_rules()
        return sorted(
            (each for each in rules if not each.rule.startswith("/api")), key=lambda rule: rule.rule
        )


ROUTES = listed()


@dataclass
class Reader:
    """A browser, whose personal link it holds, and to whom forms that stand under no link are shown."""

    client: FlaskClient
    token: str
    subject: str


def reader(site: Any, local_time: Any, kind: str) -> Reader:
    token = "W10.x"  # a link that is not ours
    if kind == "staff by link":
        token = site.run.tokens.personal_token(None, site.person(STAFF), local_time(NOW))
        return Reader(site.app.test_client(), token, "session:")
    if kind == "staff by phone":
        client = bound(site, local_time, STAFF)
        kept = client.get_cookie("phone")
        assert kept is not None
        return Reader(client, "my", f"phone:{digest_of(kept.value)}")
    if kind in PEOPLE:
        client = site.signed_in(PEOPLE[kind])
    elif kind in ("inspector", "ended inspector"):
        client = inspector(site, local_time, ended=kind == "ended inspector")
    else:
        client = site.app.test_client()
    with client.session_transaction() as session:
        return Reader(client, token, f"session:{session.get('id', '')}")


def inspector(site: Any, local_time: Any, *, ended: bool = False) -> FlaskClient:
    now, until = local_time(NOW), date(2026, 12, 4)
    with site.world.writing() as (session, live):
        made = invite(
            session,
            live,
            name="王建国",
            body="区司法局",
            until=until,
            by=None,
            now=now,
            machine_now=machine_now(),
        )
    client: FlaskClient = site.arrive(site.run.tokens.sign_in_token(made.id, machine_now(), "inspector"))
    if ended:
        with site.world.writing() as (session, live):
            end(session, live, inspector_id=made.id, by=None, now=now, machine_now=machine_now())
    return client


@pytest.fixture
def samples(site: Any) -> dict[str, Any]:
    """One thing of 民主社区 for each kind of number in an address."""
    duty = site.duty("half-year-review", "collect", "minzhu") or site.duty("half-year-review", "collect")
    with site.world.db.reading() as session:
        message = session.scalars(
            select(MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.person_id == site.person("chenxia"))
        ).first()
        occurrence = session.get_one(ObligationRow, duty).occurrence_id
    assert message
    return {"duty": duty, "occurrence": occurrence, "message": message}


def arguments(rule: Rule, samples: dict[str, Any], token: str) -> dict[str, Any]:
    """What stands in the address of a route."""
    found: dict[str, Any] = {}
    for name in rule.arguments:
        sample = SAMPLES.get(f"{rule.endpoint}:{name}", SAMPLES.get(name))
        if name == "token":
            found[name] = token
        elif sample is not None:
            found[name] = samples.get(sample, sample) if isinstance(sample, str) else sample
        else:
            found[name] = 999_999 if name.endswith("id") else "nothing"
    return found


def address(site: Any, rule: Rule, samples: dict[str, Any], token: str) -> str:
    with site.app.test_request_context():
        return str(site.app.url_map.bind("localhost").build(rule.endpoint, arguments(rule, samples, token)))


def token_for(rule: Rule, samples: dict[str, Any], holder: Reader, site: Any, local_time: Any) -> str:
    """The link a reader holds, for the kind of page: staff have one for a duty of their own too."""
    of_duty = rule.rule.startswith("/c/")
    if holder.token == "my" and of_duty:
        return f"my-{own_duty(site)}"
    if holder.token not in ("my", "W10.x") and of_duty:
        return str(site.run.tokens.personal_token(own_duty(site), site.person(STAFF), local_time(NOW)))
    return holder.token


def own_duty(site: Any) -> int:
    """A duty that the member of staff owes."""
    with site.world.db.reading() as session:
        found = session.scalars(select(ObligationRow).where(ObligationRow.state.in_(("open", "expected"))))
        mine = [row.id for row in found if site.owner(row.id) == site.person(STAFF)]
    return mine[0]


def fits(what: str, status: int) -> bool:
    match what:
        case "any":
            return status < 500
        case "in":
            return status < 500 and status not in (401, 403)
        case _:
            return status == int(what)


def opens_by(method: str) -> list[Rule]:
    return [rule for rule in ROUTES if method in (rule.methods or ())]


# ── every route is known ──────────────────────────────────────
def test_every_route_has_a_rule():
    unknown = sorted({rule.endpoint for rule in ROUTES if rights.rule_of(rule.endpoint, rule.rule) is None})

    assert not unknown, f"say in tests/integration/web/rights.py who may open: {', '.join(unknown)}"


def test_every_rule_is_of_a_route():
    endpoints = {rule.endpoint for rule in ROUTES}
    blueprints = {f"{name.rpartition('.')[0]}.*" for name in endpoints}

    assert set(rights.RULES) <= endpoints | blueprints
    assert set(OBJECTS) <= endpoints


# ── who is let in ─────────────────────────────────────────────
@pytest.mark.parametrize("kind", READERS)
def test_who_may_read(site, local_time, samples, kind):
    holder = reader(site, local_time, kind)
    wrong = []
    before = site.rows()
    for rule in opens_by("GET"):
        path = address(site, rule, samples, token_for(rule, samples, holder, site, local_time))
        what = rights.expected(rule.endpoint, rule.rule, "GET", kind)
        with holder.client.get(path) as answer:
            status = answer.status_code
        if not fits(what, status):
            wrong.append(f"{rule.endpoint} {path}: {status}, not {what}")

    assert not wrong, "\n".join(wrong)
    assert site.rows() == before, "a GET changed something"


@pytest.mark.parametrize("kind", READERS)
def test_who_may_hand_in(site, local_time, samples, kind):
    wrong = []
    holder = reader(site, local_time, kind)
    for rule in opens_by("POST"):
        if rule.endpoint == "signin.end":
            continue  # it ends the session of everybody who comes after
        token = token_for(rule, samples, holder, site, local_time)
        subject = _subject(holder, rule, token)
        path = address(site, rule, samples, token)
        csrf = site.run.tokens.form(subject, machine_now())
        what = rights.expected(rule.endpoint, rule.rule, "POST", kind)
        status = holder.client.post(path, data={"csrf": csrf}).status_code
        if not fits(what, status):
            wrong.append(f"{rule.endpoint} {path}: {status}, not {what}")

    assert not wrong, "\n".join(wrong)


def _subject(holder: Reader, rule: Rule, token: str) -> str:
    if "token" not in rule.arguments or token.startswith("my"):
        return holder.subject
    return f"link:{token}"


@pytest.mark.parametrize("kind", ["nobody", "staff by phone", "clerk", "inspector"])
def test_nothing_is_taken_without_the_token_of_its_form(site, local_time, samples, kind):
    holder = reader(site, local_time, kind)
    before = site.rows()

    taken = [
        rule.endpoint
        for rule in opens_by("POST")
        if rule.endpoint.rpartition(".")[0] + ".*" not in rights.WITHOUT_FORM_TOKEN
        and holder.client.post(address(site, rule, samples, holder.token)).status_code != 400
    ]

    assert not taken
    assert site.rows() == before


# ── one thing of another unit ─────────────────────────────────
@pytest.mark.parametrize("endpoint", OBJECTS)
def test_a_head_sees_what_is_of_the_own_unit_only(site, samples, endpoint):
    rule = next(each for each in opens_by("GET") if each.endpoint == endpoint)
    path = address(site, rule, samples, "")

    seen = {kind: site.signed_in(key).get(path).status_code for kind, key in PEOPLE.items()}

    assert seen == {
        "head of another unit": 404, "head of the own unit": 200, "deputy leader": 200, "leader": 200, "clerk": 200,
    }  # fmt: skip


def test_a_personal_link_opens_no_duty_of_others(site, local_time, samples):
    client = site.app.test_client()
    foreign = site.path(samples["duty"], site.person("zhoukai"), local_time(NOW))

    assert client.get(foreign).status_code == 410
    assert (
        site.send(site.app.test_client(), foreign, {"done_on": "2026-11-20"}, page="/signin").status_code
        == 400
    )


def test_a_phone_opens_no_duty_of_others(site, local_time, samples):
    assert bound(site, local_time, "zhoukai").get(f"/c/my-{samples['duty']}").status_code == 410
