"""Offices for tests: one of 62 people with a duty of each kind, a small one of four people, and a terminal to run that in."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from models.engine import connect
from models.schedules import OfficeStateRow
from worker import bootstrap
from worker.cli.main import cli
from worker.cli.set_up import set_up
from worker.settings import Settings

# A copy, so that tests neither slow down nor change their meaning when the starter office or its calendar grows.
FOUR_KINDS = Path(__file__).parent / "data" / "four_kinds"
OFFICE = """\
title: 测试街道
timezone: Asia/Shanghai
day_ends: "18:00"
sending: ["08:40", "15:00"]
mode: trial
units:
  office: {title: 党政办, head: qin, leader: lin}
  team: {title: 执法大队, head: he, leader: lin}
roles:
  staff: {title: 工作人员}
  clerk: {title: 督办员}
posts:
  leader: {title: 主要领导, person: lin}
channels:
  outbox: {url: "outbox://{id}", quiet: exempt}
  team: {url: "outbox://group", quiet: exempt, group: true}
reach: {people: outbox, group: team}
"""
SCHEDULES = """\
weekly-report:
  title: 周报
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each}
  remind:
    - {before: due, by: 1 workday, to: assignee}
    - {after: due, by: 1 workday, to: unit-head}
"""
PEOPLE = """\
工号,姓名,单位,职务,角色,标签,手机号,企业微信,邮箱,入职日期
lin,林海,党政办,主任,工作人员,,13800000001,lin,,
qin,秦岚,党政办,主任,工作人员、督办员,,13800000002,qin,,
he,何建国,执法大队,大队长,工作人员,执法人员,13800000003,he,,
zhao,赵刚,执法大队,科员,工作人员,执法人员,13800000004,zhao,,
"""
CREDENTIALS = """\
证件编号,证件种类,持证人工号,发证日期,有效期至,发证机关,状态
T-1,enforcement,he,2022-01-11,2027-01-10,市司法局,有效
T-2,enforcement,zhao,2023-05-02,2028-05-01,市司法局,有效
"""


def write_office(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the small office; `changes` replaces files, or leaves one out where it is None."""
    files: dict[str, str | bytes | None] = {
        "office.yaml": OFFICE,
        "schedules.yaml": SCHEDULES,
        "people.csv": PEOPLE,
        "credentials.csv": CREDENTIALS,
        **(changes or {}),
    }
    shutil.copytree(FOUR_KINDS / "calendar", folder / "calendar")
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


class Terminal:
    """Runs commands in this process, each as a fresh one would: with a runtime of its own."""

    def __init__(self, office: Path, data: Path, database_url: str | None = None) -> None:
        self.office, self.data = office, data
        self.environ: dict[str, str | None] = {
            "DUBAN_OFFICE": str(office),
            "DUBAN_DATA": str(data),
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_REDIS_URL": None,
            "DUBAN_SECRET_KEY": "k" * 40,
            "DUBAN_LANG": "en",
        }

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction in the office's database."""
        database = connect(self.environ["DUBAN_DATABASE_URL"] or f"sqlite:///{self.data / 'duban.sqlite3'}")
        try:
            with database.writing.begin() as session:
                yield session
        finally:
            database.dispose()

    def stand_at(self, now: datetime) -> None:
        """Let the office clock stand at `now`. Done before the first apply, nothing depends on the day the test runs."""
        done = self.run("migrate")
        assert done.exit_code == 0, done.output
        with self.writing() as session:
            session.merge(OfficeStateRow(id=1, stepped_at=now))

    def begin(self, kept: Path, play: "Callable[[Terminal], None]") -> None:
        """Have in the data folder what `play` leaves there: played once in a run and kept in the folder `kept`, then copied."""
        found = kept / f"{play.__module__}.{play.__qualname__}"
        if not found.exists():
            play(self)
            shutil.copytree(self.data, found)
        else:
            shutil.copytree(found, self.data)

    def run(self, *words: str, text: str | bytes | None = None, lang: str = "en") -> Result:
        """Run `duban WORDS`."""
        with _own_runtime():
            return CliRunner(env={**self.environ, "DUBAN_LANG": lang}).invoke(cli, words, input=text)

    def set_up(self) -> None:
        """What `duban up` does before its processes start; it prints what it has to say."""
        with _own_runtime():
            set_up(Settings.load({name: value for name, value in self.environ.items() if value}), self.office)

    def json(self, *words: str) -> object:
        """What `duban WORDS --json` prints."""
        done = self.run(*words, "--json")
        assert done.exit_code == 0, done.output
        found: object = json.loads(done.stdout)
        return found

    def refused(self, *words: str) -> Sequence[str]:
        """The lines on stderr of a command that must end with exit 1 and print nothing on stdout."""
        done = self.run(*words)
        assert (done.exit_code, done.stdout) == (1, ""), done.output
        return done.stderr.splitlines()

    def not_asked(self, *words: str) -> str:
        """What a harmful command says that must end with exit 2, since nobody is there to ask and `--yes` was not given."""
        done = self.run(*words)
        assert (done.exit_code, "--yes" in done.stderr) == (2, True), done.output
        return done.stderr.strip()


@contextmanager
def _own_runtime() -> Iterator[None]:
    try:
        yield
    finally:
        for runtime in bootstrap._booted:
            runtime.close()
        bootstrap._booted.clear()
