"""Mobile numbers in the text of a roster, in every writing that the loader takes: 138 0000 0101, +8613800000101, 1.3800000101E+10."""

import re

from schedules.mobile_numbers import LENGTH
from schedules.roster import PEOPLE_HEADERS
from schedules.roster_table import read_table, text_cell
from schedules.source_text import SourceFile

_CELL = re.compile(r'[^,"\r\n]+')


def without_mobiles(path: str, text: str) -> str:
    """The csv of a roster with the cells of its mobile numbers empty; everything else as it is."""
    rows, _problems = read_table(SourceFile(path, text.encode()), PEOPLE_HEADERS, ())
    cells = {row["mobile"].text for row in rows if "mobile" in row}
    numbers = {cell for cell in cells if sum(map(str.isdecimal, cell)) >= LENGTH}
    return _CELL.sub(lambda cell: "" if text_cell(cell[0], 1, 1).text in numbers else cell[0], text)
