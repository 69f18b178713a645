"""The preview foresees what the simulation then does: the same people, at the same instants, by the same channels, in the same words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_office import FOUR_KINDS, OFFICE, SCHEDULES, Terminal, write_office

SPAN = ("--from", "2026-11-10", "--to", "2026-12-20")
START, END = "2026-11-10T00:00:00+08:00", "2026-12-21T00:00:00+08:00"
MORE = """\
kept:
  title: 台账检查
  privacy: sealed
  when: {weekly: 周三, opens: 2 workdays before}
  who: {units: [office, team]}
  remind:
    - {at: open, to: [assignee, group]}
    - {before: due, by: 1 workday, to: [assignee, unit-head, clerk], text: 请核对台账, notice: yellow}
    - {after: due, by: 1 workday, to: [assignee, deputy-leader, leader]}
lead:
  title: 班子述法
  when: {weekly: 周四}
  who: {people: [lin]}
  remind: [{after: due, by: 1 workday, to: [unit-head, leader]}, {before: due, by: 1 workday, to: [assignee]}]
desk:
  title: 值班表
  when: {weekly: 周二}
  who: {unit: 执法大队}
  remind: [{before: due, by: 1 workday, to: [unit-head, deputy-leader]}, {after: due, by: 1 workday, to: [unit-head, clerk]}]
"""
Key = tuple[Any, ...]


def fresh(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What opens within the span: of what is open before, a simulation sends only the nearest rung."""
    return (item for item in found if not item["skipped"] and START < item["opens_at"] < END)


def foreseen(terminal: Terminal) -> dict[Key, tuple[str, tuple[str, str] | None]]:
    """By reminder its channel, and the words where it is the message of the one reader that is shown."""
    found: dict[Key, tuple[str, tuple[str, str] | None]] = {}
    shown: Any = terminal.json("preview", "--texts", "--from", "2026-11-01", "--to", "2027-12-31")
    for item in fresh(shown):
        for rung in item["rungs"]:
            if not START <= rung["at"] < END or rung["unsigned"]:
                continue
            people = item["assignees"] if rung["recipients"] is None else rung["recipients"]
            message, channels = rung["message"], list(rung["channels"])
            for who in people if rung["to"] != "group" else ["group"]:
                words = (
                    (message["title"], message["body"])
                    if message and message["recipient"] in (who, None)
                    else None
                )
                key = (item["schedule"], item["key"], rung["part"], rung["label"], rung["at"], who)
                found[key] = (channels[0] if len(channels) == 1 else "", words)
    return found


def played(terminal: Terminal, keys: set[tuple[str, str]]) -> dict[Key, tuple[str, tuple[str, str] | None]]:
    """The same of what a simulation sent; words only where the message holds nothing else."""
    found: dict[Key, tuple[str, tuple[str, str] | None]] = {}
    done = terminal.run("simulate", *SPAN, "--json")
    assert done.exit_code == 0, done.output
    for message in map(json.loads, done.stdout.splitlines()):
        alone = len(message["items"]) == 1
        for item in message["items"]:
            if (item["schedule"], item["key"]) in keys:
                key = (
                    item["schedule"],
                    item["key"],
                    item["part"],
                    item["label"],
                    message["at"],
                    message["recipient"],
                )
                found[key] = (message["channel"], (message["title"], message["body"]) if alone else None)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["live", "trial", "four kinds"])
def test_what_is_foreseen_is_what_is_sent(tmp_path: Path, mode: str) -> None:
    folder = FOUR_KINDS
    if mode != "four kinds":
        office = OFFICE.replace("mode: trial", f"mode: {mode}")
        folder = write_office(
            tmp_path / "office", {"office.yaml": office, "schedules.yaml": SCHEDULES + MORE}
        )
    terminal = Terminal(folder, tmp_path / "data")

    ahead = foreseen(terminal)
    sent = played(terminal, {(key[0], key[1]) for key in ahead})

    if mode == "trial":  # everything goes to the clerk
        assert {key[-1] for key in sent} == {"qin"}
        assert {key[:-1] for key in ahead} == {key[:-1] for key in sent}
        bodies = {words for _channel, words in ahead.values() if words}
        assert {words for _channel, words in sent.values() if words} & bodies
        return
    assert sent.keys() == ahead.keys()
    assert len(sent) > 20
    assert {key: channel for key, (channel, _words) in sent.items()} == {
        key: channel for key, (channel, _words) in ahead.items()
    }
    both = [key for key in sent if sent[key][1] and ahead[key][1]]
    assert len(both) > 10
    assert {key: sent[key][1] for key in both} == {key: ahead[key][1] for key in both}
