"""The table of broken files: what a clerk got wrong, and the lines that check prints of it."""

import pytest
from unit.schedules.broken_files import BROKEN, CASES, PAGE, page, printed

from schedules.loader import SourceFile


@pytest.mark.parametrize("case", CASES)
def test_what_is_printed_of_a_broken_file(case: str, notices: list[SourceFile]) -> None:
    chinese, english = (BROKEN / case / f"printed.{language}.txt" for language in ("zh", "en"))

    assert printed(case, notices, "zh") == chinese.read_text(encoding="utf-8")
    if english.exists():
        assert printed(case, notices, "en") == english.read_text(encoding="utf-8")


def test_there_are_more_than_sixty_and_a_third_is_in_english() -> None:
    english = [case for case in CASES if (BROKEN / case / "printed.en.txt").exists()]

    assert len(CASES) >= 60
    assert len(english) >= len(CASES) / 3


def test_no_two_of_them_print_the_same() -> None:
    said: dict[str, str] = {}
    for case in CASES:
        text = (BROKEN / case / "printed.zh.txt").read_text(encoding="utf-8")
        assert text, case
        assert text not in said, f"{case} and {said[text]}"
        said[text] = case


def test_the_page_shows_every_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
