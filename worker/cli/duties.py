"""The page `docs/duties.md`: every duty of the starter office, by row of the catalogue.

`python -m worker.cli.duties > docs/duties.md` writes it.

`docs/duties.csv` says which schedule, step (`SCHEDULE.STEP`) or register (`register:ID`) carries a row.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import worker
from schedules.dues import basis_of
from schedules.errors import NotFound
from schedules.grammar import Schedule
from schedules.office import OfficeSpec
from schedules.words import phrase
from worker.cli.duty_words import DutyWords
from worker.cli.language import _, choose
from worker.cli.loading import load_office
from worker.cli.terminal import say
from worker.settings import packaged_office

CATALOGUE = Path(worker.__file__).parents[1] / "docs" / "duties.csv"
REGISTER = "register:"
HEAD = """\
# 事项清单 · Duties

报告里的每一项由哪一条日程（日程.环节、台账）承担，期限从哪里来。“法定”的数字不要改；“默认，可调整”的按本地文件改；“惯例”由单位自己定。
本页由 `python -m worker.cli.duties` 按 `schedules/office/` 和 [duties.csv](duties.csv) 生成。

Which schedule, step or register of the starter office carries each row of the report, and where its term comes from: 法定 by law, 默认
a default to adjust, 惯例 custom. Written by `python -m worker.cli.duties`.

## 一、报告的各项由什么承担
"""
STEPS_HEAD = "## 二、日程和环节"
DAYS_HEAD = "## 三、主题宣传日"
REGISTERS_HEAD = "## 四、台账（没有期限，只登记和计数）"


class Row(NamedTuple):
    """A row of the catalogue and what carries it."""

    number: str
    said: str
    carriers: tuple[str, ...]
    how: str


def catalogue() -> tuple[Row, ...]:
    """The rows, in order."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        _header, *lines = csv.reader(file)
    return tuple(Row(number, said, tuple(carriers.split()), how) for number, said, carriers, how in lines)


def page(office: OfficeSpec) -> str:
    """The whole page."""
    choose(["--lang=zh_CN"])
    entries, words = _entries(office), DutyWords(office, _)
    return "\n".join(
        (
            HEAD,
            *_table(
                ("行", "报告里的说法", "承担", "类别", "期限", "依据", "数字", "责任人", "说明"),
                _rows(words, entries),
            ),
            STEPS_HEAD,
            "",
            *_table(("日程", "名称", "类别", "期限", "依据", "数字", "责任人"), _schedules(entries, words)),
            DAYS_HEAD,
            "",
            *_table(("日程", "名称", "期限", "责任人"), _days(words)),
            REGISTERS_HEAD,
            "",
            *_table(("台账", "名称"), ((f"`{each.id}`", each.title) for each in office.registers)),
        )
    )


def _entries(office: OfficeSpec) -> Mapping[str, Schedule]:
    """Schedules by id; an entry with `for_each` by its own id, shown by its first schedule."""
    found = {each.id: each for each in office.schedules}
    for family, members in office.families.items():
        found[family] = found[members[0]].model_copy(update={"id": family})
        for member in members:
            del found[member]
    return found


def _rows(words: DutyWords, entries: Mapping[str, Schedule]) -> Iterator[Sequence[str]]:
    for row in catalogue():
        for place, carrier in enumerate(row.carriers):
            head = (row.number, row.said) if place == 0 else ("", "")
            yield (
                *head,
                f"`{carrier}`",
                *_described(carrier, words, entries),
                row.how if place == 0 else "",
            )


def _described(carrier: str, words: DutyWords, entries: Mapping[str, Schedule]) -> tuple[str, ...]:
    """Kind, term, basis, whose number, owner of what carries a row. Raise NotFound."""
    office = words.office
    if carrier.startswith(REGISTER):
        register = office.register(carrier.removeprefix(REGISTER))
        return ("台账", "没有期限", *words.basis(register.basis), "—")
    key, _, step = carrier.partition(".")
    schedule = entries[key] if key in entries else office.schedule(key)
    if not step:
        days = f"{len(office.families[key])}个日子，见第三部分" if key in office.families else ""
        return (
            words.kind(schedule),
            days or words.term_of(schedule),
            *words.basis_of_term(schedule),
            words.owner(schedule),
        )
    if step not in schedule.steps:
        raise NotFound(phrase("there is no step '{name}'", name=carrier))
    return ("环节", *_step(schedule, step, words))


def _step(schedule: Schedule, key: str, words: DutyWords) -> tuple[str, ...]:
    step = schedule.steps[key]
    return (
        words.step_term(schedule, step),
        *words.basis(basis_of(schedule, key)),
        words.step_owner(schedule, step),
    )


def _schedules(entries: Mapping[str, Schedule], words: DutyWords) -> Iterator[Sequence[str]]:
    for key, schedule in sorted(entries.items()):
        yield (
            f"`{key}`",
            schedule.title,
            words.kind(schedule),
            words.term_of(schedule),
            *words.basis_of_term(schedule),
            words.owner(schedule),
        )
        for name, step in schedule.steps.items():
            yield (f"`{key}.{name}`", f"　{step.title}", "环节", *_step(schedule, name, words))


def _days(words: DutyWords) -> Iterator[Sequence[str]]:
    """The members of entries with `for_each`."""
    office = words.office
    for members in office.families.values():
        for schedule in map(office.schedule, members):
            yield (f"`{schedule.id}`", schedule.title, words.term_of(schedule), words.owner(schedule))


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def packaged() -> OfficeSpec:
    """The starter office."""
    office, _files = load_office(packaged_office())
    return office


if __name__ == "__main__":
    say(page(packaged()).rstrip())
