"""Whose certificate a step of a renewal is about stands wherever the step is named."""

import pytest
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow

NOW = "2026-11-23 09:05"
STEP = "行政执法证换证（赵刚）：报送区司法局"


@pytest.fixture
def step(site):
    """The papers to be handed in for the card that expires in January."""
    with site.world.db.reading() as session:
        query = (
            select(ObligationRow.id)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .where(ObligationRow.part == "submit", OccurrenceRow.subject == "zhaogang")
        )
        return int(session.scalars(query).one())


def test_the_keepers_pages_say_whose_card_it_is(site, step, local_time):
    keeper, client = site.person("sunli"), site.app.test_client()

    own = client.get(site.path(None, keeper, local_time(NOW))).text
    duty = client.get(site.path(step, keeper, local_time(NOW))).text

    assert STEP in own
    assert "行政执法证换证（赵刚）：" in duty
    assert "赵刚 · 综合执法大队的证件，证号****0005，有效期至2027年1月15日" in duty


@pytest.mark.parametrize("path", ["/", "/desk/find?q=赵刚"])
def test_the_clerks_pages_say_whose_card_it_is(site, step, path):
    assert STEP in site.signed_in("wangmin").get(path).text


def test_the_list_of_what_was_before_says_whose_card_it_is(site, step):
    with site.world.db.writing.begin() as session:
        session.get_one(ObligationRow, step).state = "history"

    assert STEP in site.signed_in("wangmin").get("/desk").text
