"""What is wrong with the text itself: encodings, tabs, colons, syntax, tricks; each at its line and column, all at once."""

from collections.abc import Callable

import pytest
from pydantic import TypeAdapter

from schedules.fields import Bare
from schedules.problems import Problem, nearest
from schedules.validation import validate
from schedules.words import Words, phrase
from schedules.yaml_tree import Node, parse_yaml
from worker.clock import monotonic

Said = Callable[..., list[str]]
GOOD = "a: {title: 周报, when: {weekly: 周五}, who: {roles: [staff]}}\n"


def mistakes(text: str) -> list[str]:
    return [f"{each.line}:{each.col}: {each.what}" for each in parse_yaml(text)[1]]


def test_a_good_text_has_no_problems(said: Said) -> None:
    assert said(GOOD) == []


@pytest.mark.parametrize(
    ("start", "end"), [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r\n"), (b"", b"\r")], ids=["BOM", "CRLF", "CR"]
)
def test_windows_editors_are_welcome(said: Said, start: bytes, end: bytes) -> None:
    assert said(start + GOOD.encode().replace(b"\n", end)) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            GOOD.encode("gb18030"),
            "s.yaml:1:12: the file is GBK, not UTF-8; allowed: save it as UTF-8: in Notepad 'Save As', encoding 'UTF-8'",
        ),
        (
            GOOD.encode("utf-16"),
            "s.yaml:1:1: the file is UTF-16, not UTF-8; allowed: save it as UTF-8: in Notepad 'Save As', encoding 'UTF-8'",
        ),
        (
            b"\xff\xfe\x00",
            "s.yaml:1:1: the file is not UTF-8 text; allowed: save it as UTF-8: in Notepad 'Save As', encoding 'UTF-8'",
        ),
        (
            b"a: \xff\xff",
            "s.yaml:1:1: the file is not UTF-8 text; allowed: save it as UTF-8: in Notepad 'Save As', encoding 'UTF-8'",
        ),
        (b"#" * 1_000_001, "s.yaml:1:1: the file is too large; allowed: at most 1000000 bytes"),
    ],
)
def test_other_encodings_are_named(said: Said, data: bytes, sentence: str) -> None:
    assert said(data) == [sentence]


def test_what_can_be_repaired_is_repaired_so_that_the_rest_is_read(said: Said) -> None:
    text = "a:\n  title：周报\n\twhen: {weekly: 周八}\n  who:  {roles: [staff], colour: red}\n"

    assert said(text) == [
        "s.yaml:2:8: a: a full-width colon '：' after 'title'; allowed: ': '",
        "s.yaml:3:1: a: a Tab in the indentation; allowed: spaces",
        "s.yaml:3:17: a: '周八' is not a day of the week; allowed: 周一…周日, monday…sunday",
        "s.yaml:4:26: a: unknown key 'colour'; allowed: roles, role, units, unit, tags, people, credential, valid, prorate,"
        " holder, target, post, …",
    ]


def test_columns_after_a_repaired_colon_are_those_of_the_file(said: Said) -> None:
    assert said("a：{title: 周报, when: {weekly: 周八}, who: {roles: [staff]}}\n") == [
        "s.yaml:1:2: a: a full-width colon '：' after 'a'; allowed: ': '",
        "s.yaml:1:30: a: '周八' is not a day of the week; allowed: 周一…周日, monday…sunday",
    ]


def test_a_full_width_colon_in_braces_is_named(said: Said) -> None:
    assert "s.yaml:1:20: a: a full-width colon '：' after 'when'; allowed: ': '" in said(
        "a: {title: 周报, when：x, who: {roles: [staff]}}"
    )


def test_full_width_colons_inside_texts_are_fine(said: Said) -> None:
    text = GOOD.replace("}}\n", '}, remind: [{before: due, by: 1 workday, text: "注意：明天"}]}\n')
    block = "b:\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n  title: >-\n    注意：明天\n    交\n  remind: []\n"

    assert said(text) == []
    assert said(block) == []


def test_after_a_repair_a_syntax_error_is_not_reported_too(said: Said) -> None:
    assert said("a：\n  title: [周报\n") == [
        "s.yaml:1:2: a: a full-width colon '：' after 'a'; allowed: ': '"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "a: b: c",
            "1:5: ': ' where none is allowed; put text that holds ': ' in quotes, or check the indentation",
        ),
        ("a: @x", "1:4: text that begins with a special character; put it in quotes"),
        ("a: 1\nbcd\ne: 2", "2:1: a line without ': '; every entry is written as 'key: value'"),
        ('a: "x', "1:4: the quote that opens here is not closed"),
        ("a: [1, 2\nb: 3", "1:4: the bracket that opens here is not closed, or a comma is missing in it"),
        (
            "a:\n  b: 1\n c: 2",
            "3:2: this line is indented by 1 spaces, the one above by 2; what belongs together begins in one column",
        ),
        (
            "a: 'x' y",
            "1:8: something stands after the closing quote",
        ),
        ("%YAML 9.9\n---\na: 1", "1:1: this is not YAML: found incompatible YAML document"),
        ("a: \x07", "1:4: a character that YAML does not allow: U+0007"),
        (
            "a: 1\n---\nb: 2",
            "2:1: a second document; one file holds one document",
        ),
        ("a: 1\na: 2", "2:1: 'a' stands here twice, first in line 1"),
        ("a: &x 1", "1:4: '&x' marks a place to refer to; write it out"),
        ("a: *x", "1:4: '*x' refers to another place; write it out"),
        ("a: {<<: 1}", "1:5: '<<' takes over another entry; write it out"),
        (
            "a: !!python/object:os.system x",
            "1:4: the tag 'tag:yaml.org,2002:python/object:os.syst…' is not allowed",
        ),
        ("? [a]\n: b", "1:3: a key must be a single word"),
    ],
)
def test_syntax_is_refused_at_its_place(text: str, sentence: str) -> None:
    assert mistakes(text) == [sentence]


def test_bombs_are_refused_at_once() -> None:
    bomb = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9)
    )
    begun = monotonic()

    assert any("'<<'" in each for each in mistakes(bomb))
    assert any("nested more than 50" in each for each in mistakes("[" * 1000))
    assert monotonic() - begun < 0.5


def test_words_mean_what_they_say() -> None:
    tree, found = parse_yaml(
        "[yes, on, 8:30, 017, 1_000, 1.5, 0x1f, .inf, 12, true, null, ~, 2026-11-27, '12', 周五]"
    )
    assert tree is not None
    values = tree.plain()
    assert isinstance(values, list)

    assert found == []
    assert [str(value) for value in values[:8]] == [
        "yes",
        "on",
        "8:30",
        "017",
        "1_000",
        "1.5",
        "0x1f",
        ".inf",
    ]
    assert all(isinstance(value, Bare) for value in values[:8])
    assert [str(value) for value in values[8:]] == ["12", "True", "None", "None", "2026-11-27", "12", "周五"]


def test_the_place_of_a_path_is_as_deep_as_the_path_exists() -> None:
    tree, _ = parse_yaml("a:\n  b: [1, {c: 2}]\n")
    assert tree is not None

    assert tree.find(("a", "b", 1, "c")) == (2, 14)
    assert tree.find(("a", "b", 1, "c"), key=True) == (2, 11)
    assert tree.find(("a", "x", "y")) == (2, 3)
    assert tree.find(("a", "b", 7)) == (2, 6)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_no_problem(said: Said, text: str) -> None:
    assert said(text) == []


def test_a_list_is_no_file_of_schedules(said: Said) -> None:
    assert said("- a\n") == ["s.yaml:1:1: a file of schedules holds entries 'id: …'"]


def test_a_problem_is_said_in_the_readers_language() -> None:
    problem = Problem(
        "f", 1, 2, "s", phrase("unknown key '{key}'", key="x"), phrase("at most {n} bytes", n=3)
    )
    catalogue = {
        "unknown key '{key}'": "不认识的键“{key}”",
        "allowed: {allowed}": "可以写：{allowed}",
        "at most {n} bytes": "最多 {n} 字节",
    }

    assert problem.text(lambda msgid: catalogue[msgid]) == "f:1:2: s: 不认识的键“x”; 可以写：最多 3 字节"
    assert problem.text() == "f:1:2: s: unknown key 'x'; allowed: at most 3 bytes"


@pytest.mark.parametrize(
    ("found", "names", "allowed"),
    [
        ("staf", ["staff", "clerk"], "staff, clerk; did you mean staff?"),
        ("staf", ["staff"], "staff"),
        ("zzz", ["staff", "clerk"], "clerk, staff"),
        ("zzz", [], "None"),
        ("zzz", [f"n{n:02}" for n in range(20)], ", ".join(f"n{n:02}" for n in range(12)) + ", …"),
    ],
)
def test_what_could_have_been_meant(found: str, names: list[str], allowed: str) -> None:
    assert str(nearest(found, names)) == allowed


def test_words_hold_words() -> None:
    inner: Words = phrase("the due day")

    assert str(phrase("1 day before {anchor}", anchor=inner)) == "1 day before the due day"


def test_an_error_that_no_sentence_was_written_for_is_still_told() -> None:
    found, problems = validate(TypeAdapter(float), Node(3, 4), "x", file="f", subject="s")

    assert found is None
    assert problems[0].text().startswith("f:3:4: s: '' is not right: Input should be a valid number")
