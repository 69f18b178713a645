"""A message to a group cannot hold a personal link: the types refuse it, no template of a group knows one, the sender fills none in."""

from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest
from jinja2 import meta
from mypy import api

from schedules.grammar import Privacy
from tasks.catalogs import LANGUAGES
from tasks.delivery.links import LINK, PersonalAddress
from tasks.delivery.outgoing import Outgoing
from tasks.delivery.payloads import GroupMessage, ReminderLine
from tasks.wording.message_templates import environment
from tasks.wording.texts import Texts

ROOT = Path(__file__).parents[3]
BAD = ROOT / "tests" / "data" / "type_errors" / "group_with_a_personal_link.py"
GROUP_TEMPLATES = ("group.txt", "words.txt", "missing_year.txt")


def test_mypy_refuses_every_way_to_put_a_personal_link_into_a_group_message() -> None:
    report, _, code = api.run(
        [str(BAD), "--config-file", str(ROOT / "pyproject.toml"), "--no-error-summary", "--show-error-codes"]
    )

    refused = {int(line.split(":")[1]) for line in report.splitlines() if "error:" in line}
    wanted = {
        number
        for number, line in enumerate(BAD.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith("# refused")
    }
    assert code == 1, report
    assert len(wanted) == 8
    assert refused == wanted, report


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GROUP_TEMPLATES)
def test_no_template_that_a_group_reads_asks_for_a_link(language: str, name: str) -> None:
    templates = environment(language)
    assert templates.loader
    source, _, _ = templates.loader.get_source(templates, name)
    tree = templates.parse(source)

    assert "link" not in meta.find_undeclared_variables(tree)
    assert set(meta.find_referenced_templates(tree)) <= set(GROUP_TEMPLATES)
    assert "link" not in templates.globals


@pytest.mark.parametrize(("entrance", "shown"), [("https://duban.example.cn/me", True), ("", False)])
@pytest.mark.parametrize("privacy", ["internal", "case", "sealed"])
def test_a_group_is_led_to_the_page_that_asks_who_reads(entrance: str, shown: bool, privacy: Privacy) -> None:
    today = date(2026, 11, 23)
    line = ReminderLine(
        schedule_key="s",
        occurrence_key="1",
        title="月报",
        phase="on",
        due_on=today,
        today=today,
        privacy=privacy,
    )

    told = Texts.load(entrance=entrance).message(GroupMessage(lines=(line,), tz=UTC), None)

    assert ("登录办理：https://duban.example.cn/me" in told.body) is shown


def _to_group() -> Outgoing:
    return Outgoing(
        message_id=1, attempt=1, recipient_key="group", recipient_name="街道", channel_key="group", channel_url="outbox://group",
        is_group=True, lang="zh_CN", title="标题", body="正文", mobile=None, wecom_id=None, email=None, link_person=None,
        link_obligation=None, trial_for=None,
    )  # fmt: skip


def test_what_leaves_for_a_group_opens_nobodys_page() -> None:
    message = _to_group()

    with pytest.raises(ValueError, match="personal link"):
        replace(message, link_person=4)
    with pytest.raises(ValueError, match="personal link"):
        replace(message, body=f"办理：{LINK}")


def test_a_personal_address_shows_itself_nowhere() -> None:
    address = PersonalAddress("https://duban.example.cn/c/token")

    assert "token" not in f"{address} {address!r}"
    assert str not in type(address).__mro__
