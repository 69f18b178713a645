"""Who is told above: nobody about himself, and of what leaders owe only the head of their own unit."""

from collections import defaultdict

import pytest
from sqlalchemy import select

from models.people import PartyRow, PersonRow, RecipientRow, RouteRow
from models.queries import pages


@pytest.fixture
def told(world, local_time):
    """By party: who is told as which post."""
    world.apply(local_time("2026-11-16 08:30"))
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = (
        select(PartyRow.key, RouteRow.to_kind, PersonRow.key)
        .join(PartyRow, PartyRow.id == RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
    )
    with world.db.reading() as session:
        for party, post, person in session.execute(query):
            found[party][post].add(person)
    return found


def test_a_member_of_staff_is_followed_by_head_leader_and_first_leader(told):
    assert told["zhaogang"]["unit-head"] == {"hejianguo"}
    assert told["zhaogang"]["deputy-leader"] == {"zhangjianguo"}
    assert told["zhaogang"]["leader"] == {"linhaifeng"}


@pytest.mark.parametrize(
    "party", ["hejianguo", "enforcement"], ids=["what the head owes", "what the unit owes by its head"]
)
def test_a_head_is_not_told_about_himself(told, party):
    assert told[party]["assignee"] == {"hejianguo"}
    assert told[party]["unit-head"] == set()
    assert told[party]["deputy-leader"] == {"zhangjianguo"}


@pytest.mark.parametrize("party", ["linhaifeng", "xuwenjing", "zhoujianping", "director", "lingdao"])
def test_of_what_leaders_owe_only_the_party_and_government_office_is_told(told, party):
    above = told[party]["unit-head"] | told[party]["deputy-leader"] | told[party]["leader"]

    assert above <= {"qinlan"}


def test_a_post_that_nobody_above_fills_is_not_somebody_out_of_reach(world, local_time):
    """The communities' lists are owed by their heads: the rung to the head finds nobody."""
    world.apply(local_time("2026-11-16 08:30"))
    for moment in ("2026-11-16 08:40", "2026-11-24 08:40", "2026-11-26 08:40", "2026-11-27 08:40"):
        world.at(moment)

    with world.db.reading() as session:
        assert pages.unreachable(session) == []
