"""Every word for people stands in both catalogues, whole and with its fields."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import tasks
from tasks import catalogs

ROOT = Path(tasks.__file__).parents[1]


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogs.extract(ROOT)


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_catalogue_is_complete(language: str, template: Catalog) -> None:
    missing = list(catalogs.problems(catalogs.read(language), template))

    assert missing == [], "run `python -m tasks.catalogs`, then translate what is missing"


def test_words_of_all_four_packages_are_found(template: Catalog) -> None:
    assert template.get("'{found}' is not a term") is not None
    assert template.get("a matter that is not public") is not None
    assert template.get("there is no unit '{name}'") is not None
    assert len(template) > 100


def test_a_translation_with_another_field_is_a_problem() -> None:
    template = Catalog()
    template.add("{n} files")
    for text, found in (
        ("", "missing: '{n} files'"),
        ("{m}个文件", "unknown field: '{n} files' -> '{m}个文件'"),
        ("文件", "lost field: '{n} files' -> '文件'"),
        ("{n}个文件", None),
    ):
        catalog = Catalog(locale="zh_CN")
        catalog.add("{n} files", text)
        assert list(catalogs.problems(catalog, template)) == ([found] if found else [])


def test_a_fuzzy_translation_is_a_problem() -> None:
    template, catalog = Catalog(), Catalog(locale="zh_CN")
    template.add("files")
    catalog.add("files", "文件", flags=["fuzzy"])

    assert list(catalogs.problems(catalog, template)) == ["fuzzy: 'files'"]


def test_translations_are_compiled_without_a_build_step() -> None:
    assert catalogs.translations("zh_CN").gettext("a matter that is not public") == "不公开事项"
    assert catalogs.translations("en").gettext("a matter that is not public") == "a matter that is not public"
    assert catalogs.translations("zh_CN").gettext("nobody translated this") == "nobody translated this"


def test_update_keeps_translations_and_tells_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path / "locale")
    for package in catalogs.SOURCES:
        (tmp_path / package).mkdir()
    source = tmp_path / "tasks" / "words.py"
    source.write_text('phrase("one {thing}", thing=1)\nphrase("gone")\n', encoding="utf-8")
    assert catalogs.update(tmp_path) == ["zh_CN: missing: 'one {thing}'", "zh_CN: missing: 'gone'"]
    po = catalogs.po_file("zh_CN")
    po.write_text(
        po.read_text("utf-8").replace(
            'msgid "one {thing}"\nmsgstr ""', 'msgid "one {thing}"\nmsgstr "一个{thing}"'
        ),
        "utf-8",
    )
    source.write_text('phrase("one {thing}", thing=1)\nphrase("two")\n', encoding="utf-8")

    assert catalogs.update(tmp_path) == ["zh_CN: missing: 'two'"]
    assert "一个{thing}" in po.read_text("utf-8")
    assert "gone" not in po.read_text("utf-8")
    before = po.read_bytes()
    catalogs.update(tmp_path)
    assert po.read_bytes() == before
