"""The first hour as a new user has it: both documents are done step by step, with the real programs, in a folder of their own."""

import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pages_office import DESK, PHONE
from playwright.sync_api import Browser, Page
from told_steps import Act, cells_of, edited, in_order, matches, read

from worker.readiness import wait_until

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds; generous: two cores and other tests
pytestmark = pytest.mark.slow


class Running:
    """A command that stays, and what it printed so far."""

    def __init__(self, words: list[str], folder: Path, environ: dict[str, str]) -> None:
        self.printed = ""
        self._popen = subprocess.Popen(
            words, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._popen.stdout
        for line in self._popen.stdout:
            self.printed += line

    def until(self, words: str) -> None:
        """Wait until it has printed this."""
        wait_until(lambda: words in self.printed or self._popen.poll() is not None, seconds=PATIENCE)
        assert words in self.printed, self.printed

    def stop(self) -> None:
        """Press Ctrl-C and wait for the end."""
        self._popen.send_signal(signal.SIGINT)
        assert self._popen.wait(PATIENCE) == 0, self.printed
        self._reader.join(PATIENCE)

    def end(self) -> None:
        """Have it gone, however the test ends."""
        if self._popen.poll() is None:
            self._popen.terminate()
            self._popen.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self._popen.stdout
        self._popen.stdout.close()


class Reader:
    """Somebody who does what the document says: a terminal, an editor, and a browser."""

    def __init__(self, folder: Path, port: int, environ: dict[str, str], browser: Browser) -> None:
        self.folder = self.start = folder
        self.port = port
        self.browser = browser
        self.printed: list[str] = []  # of every command, the newest last
        self.staying: Running | None = None
        self.environ = {name: value for name, value in environ.items() if not name.startswith("DUBAN_")} | {
            "PATH": f"{Path(sys.executable).parent}:{environ['PATH']}",
            "DUBAN_LISTEN": f"127.0.0.1:{port}",
            "COLUMNS": "80",
        }

    def do(self, act: Act) -> None:
        """Do one act. Raises AssertionError if it does not go as the document says."""
        getattr(self, f"_{act.kind}")(act)

    def _test(self, act: Act) -> None:
        assert act.lines[0] == "make install"
        assert re.search(r"^install:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    def _run(self, act: Act, code: int = 0) -> None:
        where, exported = self.start / ".pwd", self.start / ".exported"
        exported.touch()
        script = ["set -e", f"source {exported}", *act.lines, f"pwd > {where}", f"export -p > {exported}"]
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)], cwd=self.folder, env=self.environ, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
        )  # fmt: skip
        self.printed.append(done.stdout)
        assert done.returncode == code, f"{act.lines}: exit {done.returncode}\n{done.stdout}"
        if code == 0:
            self.folder = Path(where.read_text(encoding="utf-8").strip())

    def _exit(self, act: Act) -> None:
        self._run(act, int(act.said))

    def _stays(self, act: Act) -> None:
        (line,) = act.lines
        exported = self.start / ".exported"
        words = ["bash", "-c", f"source {exported}; exec {shlex.join(shlex.split(line))}"]
        self.staying = Running(words, self.folder, self.environ)
        self.staying.until(act.said)
        self.printed.append(self.staying.printed)

    def _stop(self, _act: Act) -> None:
        assert self.staying
        self.staying.stop()
        self.staying.end()
        self.printed.append(self.staying.printed)

    def _shown(self, act: Act) -> None:
        assert matches(act.lines, self.printed[-1], self.port), f"printed:\n{self.printed[-1]}"

    def _edit(self, act: Act) -> None:
        file = self.folder / act.said
        file.write_text(edited(file.read_text(encoding="utf-8"), act.lines), encoding="utf-8")

    def _write(self, act: Act) -> None:
        (self.folder / act.said).write_text("\n".join(act.lines) + "\n", encoding="utf-8")

    def _table(self, act: Act) -> None:
        file, _, title = act.said.partition("; title: ")
        rows = cells_of(act.lines)
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.append([title])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
        for row in rows:
            sheet.append(row)
        book.save(self.folder / file)

    def _phone(self, act: Act) -> None:
        self._browse(act, self.browser.new_context(viewport=PHONE, has_touch=True).new_page())

    def _desk(self, act: Act) -> None:
        self._browse(act, self.browser.new_context(viewport=DESK).new_page())

    def _browse(self, act: Act, page: Page) -> None:
        for line in act.lines:
            verb, _, what = line.partition(" ")
            name, _, value = (part.strip() for part in what.partition(" = "))
            match verb:
                case "open":
                    page.goto(self._link(what))
                case "go":
                    page.goto(f"http://127.0.0.1:{self.port}{what}")
                case "see":
                    assert what in (text := " ".join(page.inner_text("body").split())), f"{line}\nin {text}"
                case "fill":
                    page.get_by_label(name, exact=True).fill(value)
                case "check":
                    page.get_by_label(name, exact=True).check()
                case "away":
                    box = page.get_by_role("checkbox", name=name)
                    box.check()
                    of_person = page.locator(f"label:has(input[name='w{box.get_attribute('value')}'])")
                    of_person.filter(has_text=value).click()
                case _:
                    assert verb == "press", line
                    page.get_by_role("button", name=what, exact=True).click()
        page.context.close()

    def _link(self, words: str) -> str:
        """The link after these words, as printed last."""
        for text in reversed(self.printed):
            if match := re.search(rf"{re.escape(words)}.*?(http\S+/(?:c|signin)/\S+)", text):
                return match[1]
        raise AssertionError(f"no link after {words!r} was printed")


@pytest.fixture
def reader(tmp_path: Path, free_port: int, environ: dict[str, str], browser: Browser) -> Iterator[Reader]:
    (tmp_path / "duban").mkdir()
    found = Reader(tmp_path / "duban", free_port, environ, browser)
    yield found
    if found.staying:
        found.staying.end()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_hour_goes_as_its_document_says(language: str, reader: Reader) -> None:
    acts = read(ROOT / "docs" / f"first-hour.{language}.md")
    assert in_order(acts)
    assert {act.step.partition(".")[0] for act in acts} == {str(number) for number in range(1, 11)}

    for act in acts:
        try:
            reader.do(act)
        except Exception as error:
            raise AssertionError(
                f"first-hour.{language}.md, step {act.step}: {act.kind} {act.lines}\n{error}"
            ) from error


def test_both_documents_say_the_same_steps() -> None:
    zh, en = (read(ROOT / "docs" / f"first-hour.{language}.md") for language in ("zh", "en"))

    def shape(acts: list[Act]) -> list[tuple[str, str]]:
        return [(act.step.partition(".")[0], act.kind) for act in acts if act.kind not in ("edit", "shown")]

    assert shape(zh) == shape(en)
