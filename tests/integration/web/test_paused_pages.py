"""What the pages show of a paused schedule, and how far a campaign is on the board."""

import pytest

from tasks.pausing import pause

NOW = "2026-11-23 09:05"
CAMPAIGN = """\
powers:
  title: 承接事项
  when: {once: {from: "2026-11-01", to: "2026-12-31"}, targets: 承接事项.csv}
  who: {target: owner}
"""


@pytest.fixture
def hold(site, local_time):
    with site.world.writing() as (session, live):
        pause(
            session,
            live,
            key="half-year-review",
            until=None,
            reason="区里改期",
            actor="cli:test",
            now=local_time(NOW),
        )


@pytest.mark.usefixtures("hold")
def test_a_paused_duty_is_grey_and_says_so(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    path = site.path(None, site.owner(duty), local_time(NOW))

    text = site.app.test_client().get(path).text

    assert "已暂停，恢复前不再催办" in text


@pytest.mark.usefixtures("hold")
def test_what_is_paused_is_not_late_on_the_board(site, local_time):
    site.stand_at(local_time("2026-12-02 09:00"))

    board = site.signed_in("linhaifeng").get("/").text.split("</form>", 2)[2]

    assert "集中研判" not in board


def test_the_board_shows_how_far_a_campaign_is(site, local_time):
    site.world.files["powers.yaml"] = CAMPAIGN
    site.world.files["承接事项.csv"] = "编号,名称,责任单位\n1,占道经营,综治办\n2,违法建设,城建办\n"
    site.world.apply(local_time(NOW))
    site.world.open(local_time(NOW))

    board = site.signed_in("linhaifeng").get("/").text.split("<main")[1]

    assert "专项工作" in board
    assert ">0/2<" in board
