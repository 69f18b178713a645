"""The pages about imports name exactly the headings that the imports know."""

from pathlib import Path

import pytest

from worker.cli.import_headings import page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("lang", "name"), [("zh_CN", "imports.zh.md"), ("en", "imports.en.md")])
def test_the_pages_about_imports_name_the_headings_that_are_known(lang: str, name: str) -> None:
    assert page(lang) in (DOCS / name).read_text(encoding="utf-8"), (
        f"python -m worker.cli.import_headings {lang}"
    )
