"""How a document of steps is read and compared: a step that no longer goes as written must be found."""

import pytest
from told_steps import acts_of, cells_of, edited, in_order, matches

PAGE = """# Title
## 1. First
text
<!-- edit: a.yaml -->
```yaml
title: x
```
```sh
duban check
```
```text
Fine: …
…
```
## 2. Second
<!-- phone
open Link
see x
-->
<!-- stop -->
## After
```sh
not a step
```
"""


def test_a_document_is_read_in_its_order_and_what_follows_the_steps_is_left_out() -> None:
    acts = list(acts_of(PAGE))

    assert [(act.step[0], act.kind, act.said) for act in acts] == [
        ("1", "edit", "a.yaml"),
        ("1", "run", ""),
        ("1", "shown", ""),
        ("2", "phone", ""),
        ("2", "stop", ""),
    ]
    assert acts[3].lines == ("open Link", "see x")
    assert in_order(acts)
    assert not in_order([*acts, *acts])


def test_a_block_that_nothing_explains_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"step 1\. x"):
        list(acts_of("## 1. x\n```yaml\ntitle: x\n```\n"))


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (("Fine: …", "…"), "Fine: 3\nmore\nand more\n", True),
        (("Fine: …", "…"), "Fine: 3\n", True),
        (("Fine: 3",), "Fine: 4\n", False),
        (("Fine: 3",), "Fine: 3\nmore\n", False),
        (("…", "end"), "a\nb\nend\n", True),
        (("…", "end"), "a\nend\nb\n", False),
        (("at http://h:8765/",), "at http://h:4711/\n", True),
        (("a.b",), "axb\n", False),
    ],
)
def test_printed_text_is_compared_by_three_rules(shown: tuple[str, ...], printed: str, same: bool) -> None:
    assert matches(shown, printed, 4711) is same


def test_a_line_replaces_the_one_of_its_key_and_indentation_or_follows_the_one_before() -> None:
    text = "title: old\n# start_on: 2026\nunits:\n  a: 1\n  title: inner\n"

    assert edited(text, ("title: new", "start_on: 2027", "  a: 2", "  b: 3")) == (
        "title: new\nstart_on: 2027\nunits:\n  a: 2\n  b: 3\n  title: inner\n"
    )
    with pytest.raises(AssertionError, match="no place"):
        edited(text, ("nowhere: 1",))


def test_digits_in_a_table_become_numbers_and_empty_cells_stay_empty() -> None:
    assert cells_of(("| 序号 | 电话 |", "| --- | --- |", "| 1 | 13800000109 |", "| 合计 | |")) == [
        ["序号", "电话"],
        [1, 13800000109],
        ["合计", None],
    ]
