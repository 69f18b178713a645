"""Text in terminal cells."""

import pytest

from worker.cli.cells import cells, clip


@pytest.mark.parametrize(
    ("text", "width", "clipped"),
    [
        ("周报", 4, "周报"),
        ("周五集中学习", 11, "周五集中学…"),
        ("周五集中学习", 10, "周五集中…"),
        ("report of the week", 10, "report of…"),
    ],
)
def test_a_text_is_clipped_by_cells_and_ends_with_an_ellipsis(text: str, width: int, clipped: str) -> None:
    assert clip(text, width) == clipped
    assert cells(clipped) <= width
