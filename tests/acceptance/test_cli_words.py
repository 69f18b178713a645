"""The help pages, the languages, and how commands end: a sentence and an exit code, never a traceback."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from small_office import FOUR_KINDS, Terminal, write_office

from tasks.catalogs import read, translations
from worker import office_files
from worker.cipher import Cipher
from worker.cli import check as check_module
from worker.cli import language
from worker.cli.cells import cells, wrap
from worker.cli.main import COMMANDS, GROUPS, cli
from worker.errors import NotConfigured
from worker.settings import Secret, packaged_office

DAILY = ["check", "preview", "plan", "apply", "explain"]
OURS = [name for name in COMMANDS if name not in ("up", "demo", "web")]
DUBAN = Path(sys.executable).parent / "duban"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(write_office(tmp_path / "office"), tmp_path / "data")


def listed(page: str) -> list[str]:
    lines = page.partition("Every day:")[2].splitlines()
    return [line.split()[0] for line in lines if re.match(r"  [a-z][a-z-]+ ", line)]


def test_the_first_help_page_has_the_clerks_five_commands_and_the_way_to_the_rest(terminal: Terminal) -> None:
    page = terminal.run("--help").stdout

    assert listed(page) == DAILY
    assert "`duban help` shows all commands" in page
    assert terminal.run().stdout == terminal.run("--lang", "en").stdout == page


def test_one_page_further_stand_all_commands_in_groups(terminal: Terminal) -> None:
    page = terminal.run("help").stdout

    assert listed(page)[:5] == DAILY
    assert sorted(listed(page)) == sorted(COMMANDS)
    assert {entry.group for entry in COMMANDS.values()} == set(GROUPS)


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("words", [["--help"], ["help"]])
def test_both_pages_fit_a_terminal_of_80_columns(terminal: Terminal, words: list[str], lang: str) -> None:
    page = terminal.run(*words, lang=lang).stdout

    assert max(cells(line) for line in page.splitlines()) <= 80


def test_help_shows_one_command_as_its_own_option_does(terminal: Terminal) -> None:
    assert (
        terminal.run("help", "people", "import").stdout == terminal.run("people", "import", "--help").stdout
    )


@pytest.mark.parametrize(
    ("words", "near"),
    [(["exlain"], "explain"), (["help", "exlain"], "explain"), (["help", "people", "imprt"], "import")],
)
def test_an_unknown_command_is_answered_with_the_likeliest_one(
    terminal: Terminal, words: list[str], near: str
) -> None:
    done = terminal.run(*words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert f"'{near}'" in done.stderr


def test_the_help_page_imports_no_command(environ: dict[str, str]) -> None:
    code = "import sys; from worker.cli.main import cli\ntry: cli.main(['--help'])\nexcept SystemExit: print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )

    loaded = set(re.findall(r"'([\w.]+)'", done.stdout))
    assert "worker.cli.main" in loaded
    assert not loaded & {"sqlalchemy", "pydantic", "celery", "rich", "yaml", "babel", "jinja2", "flask"}
    assert not loaded & {entry.module for entry in COMMANDS.values()}


@pytest.mark.parametrize("name", OURS)
def test_every_command_has_a_help_page_with_examples(terminal: Terminal, name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    each = [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]

    for words in each:
        done = terminal.run(*words.split(), "--help")
        assert done.exit_code == 0, done.output
        assert f"  duban {words}" in done.stdout.partition("Examples:")[2]


@pytest.mark.parametrize("name", ["", *OURS])
def test_no_help_page_in_chinese_has_an_english_sentence(terminal: Terminal, name: str) -> None:
    page = terminal.run(*name.split(), "--help", lang="zh_CN").stdout

    english = [
        line for line in page.splitlines() if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}", line)
    ]
    assert english == []


def test_our_reading_of_the_catalogue_is_that_of_babel() -> None:
    ids = [str(message.id) for message in read("zh_CN") if message.id]
    ours = language._catalogue("zh_CN")

    different = [each for each in ids if ours.get(each, each) != translations("zh_CN").gettext(each)]
    assert len(ids) > 100
    assert different == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chek"], "check"),
        (["check", "--foo"], "--foo"),
        (["simulate"], "--from"),
        (["preview", "--from", "2026-13-01", "--to", "2026-12-31"], "2026-13-01"),
        (["preview", "--from", "2026-12-31", "--to", "2026-01-01"], "2026-12-31"),
        (["check", "a", "b"], "b"),
        (["messages", "show", "x"], "x"),
    ],
)
def test_used_wrongly_is_told_in_chinese(terminal: Terminal, words: list[str], told: str) -> None:
    done = terminal.run(*words, lang="zh_CN")

    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert re.search("用法", done.stderr)
    assert not re.search(r"\b(Usage|Error|Try|Missing|Invalid|No such|Got)\b", done.stderr)


def test_the_language_may_stand_after_the_command(terminal: Terminal) -> None:
    done = terminal.run("check", "--lang", "en", lang="zh_CN")

    assert done.stdout.startswith("Fine: ")


@pytest.mark.parametrize("broken", [ValueError("secret-text"), RecursionError(), MemoryError()])
def test_an_unexpected_error_is_one_sentence_with_a_reference(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    def fail(_given: object) -> object:
        raise broken

    monkeypatch.setattr(check_module, "read_folder", fail)
    done = terminal.run("check")

    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    reference, file = re.search(r"Reference (\w{8}), details in (.+)\.$", line).groups()  # type: ignore[union-attr]
    assert "secret-text" not in line
    log = Path(file)
    assert log.parent == terminal.data / "logs"
    assert reference in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_a_database_that_does_not_answer_is_a_sentence(terminal: Terminal) -> None:
    terminal.environ["DUBAN_DATABASE_URL"] = "postgresql+psycopg://x:secret-text@127.0.0.1:1/x"

    (line,) = terminal.refused("overdue")

    assert line.startswith("the database does not answer: ")
    assert "secret-text" not in line


def test_ctrl_c_is_one_line_and_exit_130(terminal: Terminal, environ: dict[str, str]) -> None:
    with subprocess.Popen(
        [DUBAN, "deadline", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**environ, "DUBAN_OFFICE": str(terminal.office), "DUBAN_LANG": "en", "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # who runs in the background ignores it
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"2026-09-30\t1 days\n")
        process.stdin.flush()
        assert process.stdout.readline(), "it answers, so it is past its start"
        os.kill(process.pid, signal.SIGINT)
        _out, err = process.communicate(timeout=30)

    assert process.returncode in (130, -signal.SIGINT)
    assert b"Traceback" not in err


def test_the_console_script_and_a_reader_that_leaves(terminal: Terminal, environ: dict[str, str]) -> None:
    command = (
        f"'{DUBAN}' preview --from 2020-01-01 --to 2026-12-31 --json --office '{FOUR_KINDS}' | head -c 1"
    )
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, env=environ
    )

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_json_is_one_value_even_where_the_terminal_has_no_chinese(
    terminal: Terminal, environ: dict[str, str]
) -> None:
    words = [
        "preview",
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
        "--json",
        "--office",
        str(terminal.office),
    ]
    done = subprocess.run(
        [DUBAN, *words],
        capture_output=True,
        check=True,
        env={**environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )

    assert [item["title"] for item in json.loads(done.stdout.decode("ascii"))] == ["周报"] * 4


def test_init_copies_the_starter_office_once(terminal: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "new" / "office"

    done = terminal.run("init", str(target))
    again = terminal.refused("init", str(target))

    assert done.exit_code == 0, done.output
    wanted = {
        path.relative_to(packaged_office()) for path in packaged_office().rglob("*.*") if path.is_file()
    }
    copied = {path.relative_to(target) for path in target.rglob("*") if path.is_file()}
    assert {path for path in copied if not path.parts[0].startswith(".")} == {
        path
        for path in wanted
        if path.suffix in office_files.KINDS and path.parts[0] != office_files.SCHEMA_FOLDER
    }
    assert again == [f"{target} is not empty; name a new folder"]
    assert not list(target.parent.glob(".duban-*"))


def test_a_file_that_cannot_be_replaced_is_as_before(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        office_files.replace_file(tmp_path / "missing" / "people.csv", b"x")

    office_files.replace_file(tmp_path / "people.csv", b"new")
    assert (tmp_path / "people.csv").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


def test_a_mobile_number_is_sealed_found_and_opened_only_with_its_key() -> None:
    ours, others = Cipher(Secret("a" * 40)), Cipher(Secret("b" * 40))
    sealed = ours.encrypt("13800000001")

    assert ours.decrypt(sealed) == "13800000001"
    assert sealed != ours.encrypt("13800000001")
    assert b"138" not in sealed
    assert ours.digest("13800000001") == Cipher(Secret("a" * 40)).digest("13800000001")
    assert ours.digest("13800000001") != others.digest("13800000001")
    assert len(ours.digest("1")) == 64
    with pytest.raises(NotConfigured):
        others.decrypt(sealed)


def test_chinese_takes_two_cells_and_never_begins_a_line_with_a_comma() -> None:
    text = "检查单位文件夹，错误一次列全。duban check danwei"

    lines = wrap(text, 14)

    assert all(cells(line) <= 16 for line in lines)  # closing punctuation may hang over
    assert not any(line[0] in "，。" for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
