"""Tables as workbooks: whatever people typed, the table opens."""

import io

import openpyxl

from worker.web.workbook import workbook


def test_no_character_that_somebody_typed_keeps_the_others_from_their_table() -> None:
    typed = "".join(map(chr, (*range(32), 0xFFFD, 0xFFFE, 0xFFFF)))

    sheet = openpyxl.load_workbook(io.BytesIO(workbook("t", ["h"], [[f"甲{typed}乙"]], widths=(9,)))).active

    assert sheet is not None
    assert str(sheet["A2"].value).split() == ["甲", "\ufffd乙"]
    assert sheet["A2"].data_type == "s"
