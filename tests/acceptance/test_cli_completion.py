"""Tab at a prompt: what is offered, in a real bash, and that it is silent and harmless where there is nothing to offer."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from at_a_terminal import DUBAN
from small_office import Terminal, write_office

from models.schedules import OfficeStateRow
from schedules.loader import load
from tasks.live import current
from tasks.open import open_due
from worker.cli.known_values import known
from worker.cli.main import COMMANDS
from worker.office_files import read_folder
from worker.settings import packaged_office

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
# Completes a line as bash does when Tab is pressed at its end: the function that the script registered, on the words so far.
TAB = """
eval "$('{duban}' completion bash)"
read -ra COMP_WORDS <<< "$1"
case "$1" in *' ') COMP_WORDS+=('');; esac
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMP_LINE=$1 COMP_POINT=${{#1}}
compopt() {{ echo "compopt ${{!#}}"; }}
_duban_completion duban "${{COMP_WORDS[COMP_CWORD]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(write_office(tmp_path / "office"), tmp_path / "data")


@pytest.fixture
def running(terminal: Terminal) -> Terminal:
    terminal.stand_at(MONDAY)
    assert terminal.run("apply", "--yes").exit_code == 0
    with terminal.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = FRIDAY
        open_due(session, current(session), now=FRIDAY)
    return terminal


def tab(terminal: Terminal, environ: dict[str, str], line: str) -> tuple[list[str], str]:
    """What bash offers at the end of a line, and what is said on stderr."""
    given = {name: value for name, value in terminal.environ.items() if value is not None}
    path = f"{DUBAN.parent}{os.pathsep}{environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", TAB.format(duban=DUBAN), "bash", line], capture_output=True, text=True, check=True,
        env={**environ, **given, "PATH": path}, cwd=terminal.office.parent,
    )  # fmt: skip
    return [each for each in done.stdout.splitlines() if each], done.stderr


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("duban exp", ["explain"]),
        ("duban occ", ["occurrence"]),
        ("duban occurrence ", ["move", "skip"]),
        ("duban waive --rea", ["--reason"]),
        ("duban waive week", ["weekly-report"]),
        ("duban waive weekly-report 2026-11", ["2026-11-27"]),
        ("duban waive weekly-report --person z", ["zhao"]),
        ("duban absence add --person lin --deputy ", ["he", "lin", "qin", "zhao"]),
        ("duban overdue --unit t", ["team"]),
        ("duban channels test ", ["outbox", "team"]),
        ("duban messages list --state fa", ["failed"]),
        ("duban confirm weekly-report --absent zhao --absent h", ["he"]),
        ("duban help boa", ["board"]),
        ("duban check ", ["compopt dirnames"]),
    ],
)
def test_bash_completes_commands_options_and_what_is_known(
    running: Terminal, environ: dict[str, str], line: str, offered: list[str]
) -> None:
    found, said = tab(running, environ, line)

    assert sorted(found) == offered
    assert said == ""


def test_before_anything_is_in_force_the_folder_is_asked(terminal: Terminal, environ: dict[str, str]) -> None:
    assert tab(terminal, environ, "duban preview ") == (["weekly-report"], "")
    assert tab(terminal, environ, "duban explain --person l") == (["lin"], "")
    assert not terminal.data.exists(), "asking makes no data folder"


@pytest.mark.parametrize("line", ["duban waive ", "duban waive x ", "duban people list --unit "])
@pytest.mark.parametrize("broken", ["none", "database", "folder", "settings"])
def test_where_there_is_no_office_nothing_is_offered_and_nothing_said(
    terminal: Terminal, environ: dict[str, str], line: str, broken: str
) -> None:
    shutil.rmtree(terminal.office)
    terminal.data.mkdir()
    if broken == "database":
        (terminal.data / "duban.sqlite3").write_bytes(b"not a database at all" * 100)
    if broken == "folder":
        (terminal.office).mkdir()
        (terminal.office / "office.yaml").write_bytes(b"\xff\xfe\x00: [")
    if broken == "settings":
        terminal.environ["DUBAN_LISTEN"] = "nowhere"

    assert tab(terminal, environ, line) == ([], "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_its_shell_reads(terminal: Terminal, shell: str, tmp_path: Path) -> None:
    done = terminal.run("completion", shell)
    script = tmp_path / "script"
    script.write_text(done.stdout, encoding="utf-8")

    assert done.exit_code == 0
    assert "_DUBAN_COMPLETE" in done.stdout
    if program := shutil.which(shell):
        subprocess.run([program, "-n", str(script)], check=True, capture_output=True)


def test_completing_loads_no_command_and_no_database_layer(environ: dict[str, str]) -> None:
    code = "import sys; from worker.cli.main import cli\ntry: cli.main([])\nexcept SystemExit: print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**environ, "_DUBAN_COMPLETE": "bash_complete", "COMP_WORDS": "duban waive --person ", "COMP_CWORD": "3"},
    )  # fmt: skip
    loaded = set(done.stdout.splitlines()[-1].split())

    assert "worker.cli.command_tree" in loaded
    assert not loaded & {"sqlalchemy", "pydantic", "yaml", "rich", "babel", "alembic"}
    assert not loaded & ({entry.module for entry in COMMANDS.values()} - {"worker.cli.completion"})


def test_the_words_of_a_folder_are_those_that_the_office_has(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUBAN_OFFICE", str(packaged_office()))
    monkeypatch.setenv("DUBAN_DATA", str(tmp_path / "nothing"))
    assert terminal.run("migrate").exit_code == 0
    terminal.environ["DUBAN_OFFICE"] = str(packaged_office())
    assert terminal.run("apply", "--yes").exit_code == 0
    running = {name: known(name) for name in ("schedules", "people", "units", "channels")}
    assert all(running.values())
    schedules = {key for key, _title in running["schedules"]}

    monkeypatch.setenv("DUBAN_DATA", str(terminal.data))
    in_force = {name: known(name) for name in running}
    summaries = {each.id for each in load(read_folder(packaged_office())).office.summaries}  # type: ignore[union-attr]
    assert schedules == {key.partition(".")[0] for key, _title in in_force["schedules"]} - summaries
    for name in ("people", "units", "channels"):
        assert {key for key, _title in running[name]} == {key for key, _title in in_force[name]}, name
