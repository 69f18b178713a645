"""docs/channels.md says what the code does."""

import re
from pathlib import Path

import pytest

from schedules.channel_urls import REFUSED_OPTIONS
from schedules.message_values import MESSAGE_FIELDS, VARIABLES
from worker.channels.answers import of_status
from worker.channels.http import CONNECT_SECONDS, MOST_BYTES, READ_SECONDS, WHOLE_SECONDS, Answer
from worker.channels.parts import MOST_PARTS
from worker.channels.registry import OURS, service_class
from worker.clock import machine_now
from worker.limits import DEFAULTS

DOC = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
CODED = [scheme for scheme in OURS if hasattr(service_class(scheme), "codes")]
CUT = [scheme for scheme in CODED if service_class(scheme).max_bytes]


def rows(heading: str, *, after: str = "") -> list[list[str]]:
    """The rows of the first table after a text whose first column has this heading."""
    lines = DOC[DOC.index(after) :].split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    found: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return found
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@pytest.mark.parametrize("scheme", CODED)
def test_the_table_of_codes_is_the_code(scheme: str):
    said = set()
    for providers, outcome, wait, codes in rows("服务商 Provider"):
        if f"`{scheme}`" in providers:
            said |= {(code, outcome.strip("`"), int(wait) if wait else None) for code in codes.split()}
    table = service_class(scheme).codes.table

    assert said == {(code, str(each.outcome), each.wait) for code, known in table.items() for each in known}
    assert all(f"<{page}>" in DOC for page in service_class(scheme).codes.pages)


@pytest.mark.parametrize("scheme", CUT)
def test_formats_and_limits_are_the_codes(scheme: str):
    (row,) = (row for row in rows("渠道 Channel") if f"`{scheme}://" in row[1])
    said = [(name, int(most)) for name, most in re.findall(r"`(\w+)` (\d+)", row[2])]

    plugin = service_class(scheme)
    assert said == [(name, plugin.max_bytes[name]) for name in plugin.formats]


def test_statuses_mean_what_is_said():
    for said, meaning in rows("HTTP"):
        for status in re.findall(r"\d{3}", said):
            verdict = of_status(Answer(int(status), {}, b""), now=machine_now())
            assert verdict is not None
            assert meaning.startswith(f"`{verdict.outcome}`"), status


def test_bounds_and_names_are_the_codes():
    for seconds in (CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS):
        assert f"{seconds:.0f} s" in DOC
    assert f"{MOST_BYTES // 1024} KB" in DOC
    assert f"more than {MOST_PARTS} " in DOC
    assert all(f"`{option}`" in DOC for option in REFUSED_OPTIONS)


def test_every_service_of_ours_and_every_field_is_shown():
    shown = " ".join(row[1] for row in rows("渠道 Channel") + rows("渠道 Channel", after="## 短信"))
    assert {scheme.rstrip("s") for scheme in OURS} == {
        each.rstrip("s") for each in re.findall(r"`(\w+)://", shown)
    }
    assert all(f"`{name}`" in DOC for name in VARIABLES)
    assert all(f"`{{{name}}}`" in DOC for name in MESSAGE_FIELDS)


def test_the_rates_shown_are_those_that_are_kept():
    rates = {row[1].split("://")[0].strip("`"): row[-1] for row in rows("渠道 Channel")}
    rates |= {row[1].split("://")[0].strip("`"): row[-1] for row in rows("渠道 Channel", after="## 短信")}
    units = {"minute": "/分", "second": "/秒", "day": "每号每天"}
    for scheme, limits in DEFAULTS.items():
        shown = rates["feishu"] if scheme == "lark" else rates[scheme]
        for limit in limits:
            amount, _slash, unit = limit.partition("/")
            assert amount in shown
            assert units[unit] in shown
