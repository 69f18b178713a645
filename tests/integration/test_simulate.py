"""The engine in virtual time: the same code as the jobs, on a database of its own."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models.engine import connect
from models.migrate import upgrade
from tasks.live import current
from tasks.roster.people import mobiles
from tasks.simulation.script import Leaves
from tasks.simulation.scripted_deeds import Doer
from tasks.simulation.simulate import People, Stage, simulate
from tasks.simulation.simulated_people import MixedPeople
from tasks.wording.texts import Texts
from worker.cipher import Cipher
from worker.settings import Secret


class Player:
    def __init__(self, world: Any, local_time: Any, folder: Path) -> None:
        self.world, self.local, self.folder, self.plays = world, local_time, folder, 0

    def play(self, first: str, last: str, people: People | None = None) -> list[dict[str, Any]]:
        self.plays += 1
        url = f"sqlite:///{self.folder / f'simulation{self.plays}.sqlite3'}"
        upgrade(url)
        db = connect(url)
        texts = Texts.load("zh_CN")
        stage = Stage(db=db, texts=texts, cipher=Cipher(Secret("k" * 43)), gettext=str)
        try:
            start, end = self.local(f"{first} 00:00"), self.local(f"{last} 00:00")
            return list(
                simulate(stage, self.world.office(), self.world.files, start=start, end=end, people=people)
            )
        finally:
            db.dispose()


@pytest.fixture
def player(world: Any, local_time: Any, tmp_path: Path) -> Player:
    return Player(world, local_time, tmp_path)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A simulation brings its own database; the world's is not used."""
    return sqlite_url


def test_a_simulation_tells_every_message_in_order(player: Player) -> None:
    told = player.play("2026-11-23", "2026-12-14")

    instants = [datetime.fromisoformat(record["at"]) for record in told]
    assert instants == sorted(instants)
    assert all(record["items"] and record["title"] and record["body"] for record in told)
    assert {
        "at",
        "recipient",
        "channel",
        "schedule",
        "key",
        "label",
        "title",
        "body",
        "items",
        "released",
        "joined",
    } == set(told[0])
    assert "\ufdd0" not in "".join(record["body"] for record in told), "the place of the link is masked"


def test_the_same_input_tells_the_same(player: Player) -> None:
    first = player.play("2026-11-23", "2027-01-04", MixedPeople())

    assert player.play("2026-11-23", "2027-01-04", MixedPeople()) == first


def test_nobody_gets_the_same_reminder_twice(player: Player) -> None:
    told = player.play("2026-11-23", "2027-01-04", MixedPeople())

    told_items = [
        (
            record["recipient"],
            item["schedule"],
            item["key"],
            item["part"],
            item["party"],
            item["to"],
            item["label"],
        )
        for record in told
        for item in record["items"]
    ]
    assert len(told_items) == len(set(told_items))


def test_people_do_what_is_allowed_and_the_clerk_releases(player: Player) -> None:
    people = MixedPeople()

    told = player.play("2026-11-23", "2026-12-21", people)

    assert people.refused == []
    assert any(record["released"] for record in told), "summaries are released by the clerk"


def test_nobody_acts_but_the_clerk_releases(player: Player) -> None:
    told = player.play("2026-11-23", "2026-12-21")

    released = {record["schedule"] for record in told if record["released"]}
    assert "overdue-weekly" in released
    assert not any(item["label"] == "登记之后" for record in told for item in record["items"])


def test_when_somebody_leaves_the_others_keep_their_mobile_numbers(world, local_time):
    world.begin("2026-11-23 09:00")
    now = local_time("2026-11-24 10:00")
    with world.db.writing.begin() as session:
        before = mobiles(session, world.cipher)
        doer = Doer(session=session, live=current(session), now=now, cipher=world.cipher)
        doer.do(Leaves(at="2026-11-24 10:00", leaves="pengfei"))

    with world.db.reading() as session:
        after = mobiles(session, world.cipher)
    assert len(before) > 1
    assert {key: number for key, number in before.items() if key != "pengfei"}.items() <= after.items()
