"""A table of hours of training in the office's own form: whose, on which day, how many, for which course, of which kind."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schedules.problems import Problem
from schedules.quota import HUNDREDTHS
from schedules.roster import cell_text
from schedules.roster_table import Row, read_table
from schedules.row_reader import RowReader
from schedules.source_text import SourceFile
from schedules.words import phrase

HEADERS = {"工号": "id", "日期": "done_on", "学时": "amount", "课程": "title", "类别": "kind"}
FIELDS = ("id", "done_on", "amount", "title", "kind")
KINDS = {
    "": "", "课程": "", "培训": "", "面授": "", "集中培训": "", "集中学习": "", "脱产培训": "", "线下": "", "course": "",
    "自学": "self-study", "个人自学": "self-study", "self-study": "self-study",
    "网络": "online", "网络课程": "online", "网络培训": "online", "网络学习": "online", "线上": "online", "在线学习": "online",
    "网课": "online",
    "online": "online",
}  # fmt: skip
LONGEST_TITLE = 200
MOST = 1000  # hours in one row
_AMOUNT = re.compile(r"\d{1,6}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRow:
    """One course of one person; `amount` in hundredths, `row` from 0 in the own form."""

    row: int
    person: str
    done_on: date
    amount: int
    title: str
    kind: str


def read_hours(source: SourceFile, *, caps: Collection[str] = ()) -> tuple[list[HourRow], list[Problem]]:
    """Read the rows. `caps`: kinds that the quota itself names."""
    rows, problems = read_table(source, HEADERS, ("id", "done_on", "amount", "title"))
    reader = RowReader(source, problems, "id")
    kinds = KINDS | {kind: kind for kind in caps}
    found = [
        hours for number, row in enumerate(rows) if (hours := _hours(reader, number, row, kinds)) is not None
    ]
    same = (
        (row["title"], f"{row['id'].text} {row['done_on'].text} {row['title'].text} {_kind(row)}")
        for row in rows
    )
    reader.refuse_same(same, phrase("the same course of the same day stands here twice"))
    return found, reader.problems


def _kind(row: Row) -> str:
    return row["kind"].text if "kind" in row else ""


def _hours(reader: RowReader, number: int, row: Row, kinds: dict[str, str]) -> HourRow | None:
    count = len(reader.problems)
    day, title = reader.day(row, "done_on", needed=True), cell_text(row, "title")
    amount = _amount(reader, row)
    if title is None:
        reader.refuse(row, row["title"], phrase("say which course it was"))
    elif len(title) > LONGEST_TITLE:
        reader.refuse(row, row["title"], phrase("at most {n} characters", n=LONGEST_TITLE))
    kind = reader.one_of(
        row, "kind", kinds, lambda found: phrase("there is no kind of hours '{name}'", name=found), kinds
    )
    if len(reader.problems) > count or day is None or title is None or kind is None:
        return None
    return HourRow(row=number, person=row["id"].text, done_on=day, amount=amount, title=title, kind=kind)


def _amount(reader: RowReader, row: Row) -> int:
    """Hundredths of an hour; 0 with a problem."""
    text = row["amount"].text
    match = _AMOUNT.fullmatch(text)
    amount = int(Decimal(text) * HUNDREDTHS) if match else 0
    if not text:
        reader.refuse(row, row["amount"], phrase("the cell is empty"))
    elif not match or not 0 < amount <= MOST * HUNDREDTHS:
        reader.refuse(
            row, row["amount"], phrase("'{found}' is no number of hours", found=text[:20]), "4, 1.5"
        )
    return amount
