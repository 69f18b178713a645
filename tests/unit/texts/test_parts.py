"""Cutting by bytes, and what no text may do to a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.channels.parts import MARKDOWN, MENTION, MOST_PARTS, harmless, split

CLUSTERS = ("督", "👨‍👩‍👧", "👍🏽", "e\u0301", "🇨🇳", "𠮷")
LINK = "https://duban.example.cn/c/" + "t" * 90
WORDS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("督办会议登记@<>*_#[]()\n\n 👨‍👩‍👧👍🏽🇨🇳e\u0301𠮷㛃\u202e\u200b"),
    ),
    max_size=1500,
)


def utf8(text: str) -> int:
    return len(text.encode())


@given(text=WORDS, limit=st.integers(300, 2048))
def test_every_part_keeps_within_its_bytes_and_nothing_is_lost(text: str, limit: int):
    parts = split(text, limit, size=utf8)

    assert all(utf8(part) <= limit for part in parts)
    if len(parts) == 1:
        assert parts == [text]
    elif 0 < len(parts) <= MOST_PARTS:
        heads, bodies = zip(*(part.split("\n", 1) for part in parts), strict=True)
        assert list(heads) == [f"({number}/{len(parts)})" for number in range(1, len(parts) + 1)]
        assert "".join(bodies).replace("\n", "") == text.replace("\n", "")


@given(before=st.integers(0, 400), after=st.integers(0, 400), limit=st.integers(250, 400))
def test_a_link_is_never_cut(before: int, after: int, limit: int):
    parts = split(f"{'督' * before}{LINK}{'办' * after}", limit, size=utf8, whole=(LINK,))

    assert len(parts) > MOST_PARTS or sum(part.count(LINK) for part in parts) == 1


@given(st.lists(st.sampled_from(CLUSTERS), min_size=40, max_size=300))
def test_no_character_is_torn_from_what_belongs_to_it(clusters: list[str]):
    left = "".join(clusters)

    for part in split(left, 300, size=utf8):
        body = part.split("\n", 1)[-1]
        while body:
            cluster = next(each for each in CLUSTERS if left.startswith(each))
            assert body.startswith(cluster)
            body, left = body.removeprefix(cluster), left.removeprefix(cluster)

    assert left == ""


def test_a_message_ends_at_line_ends_where_it_can():
    text = "\n".join(f"第{number}项:报送材料" for number in range(40))

    parts = split(text, 400, size=utf8)

    assert parts[0].startswith("(1/")
    assert all(
        line.startswith(("(", "第")) and line.endswith((")", "料")) for p in parts for line in p.split("\n")
    )


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_makes_no_part(text: str):
    assert split(text, 100, size=utf8) == []


def test_a_text_without_end_is_not_cut_to_its_end():
    assert len(split("督" * 1_000_000, 2048, size=utf8)) == MOST_PARTS + 1


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("@all @所有人", "＠all ＠所有人"),
        ("<@all>", "＜＠all＞"),
        ('<at user_id="all"></at>', '＜at user_id="all"＞＜/at＞'),
        ("&lt;@all&gt; A&B", "＆lt;＠all＆gt; A&B"),
        ("a\u202eb\u200bc\ufeffd\u2066e", "abcde"),
        ("@\u200ball", "＠all"),
        ("一\r\n二\u2028三\x0b四", "一\n二\n三\n四"),
        ("👨‍👩‍👧 a\u200db", "👨‍👩‍👧 ab"),
        ("𠮷㛃𰻝", "𠮷㛃𰻝"),
        ("\ud800x\ufdd0", "x"),
    ],
)
def test_what_is_harmless(text: str, clean: str):
    assert harmless(text, MENTION) == clean


def test_markdown_in_a_title_is_shown_and_not_obeyed():
    assert harmless("# **粗** [点](http://evil) `x` ~~y~~", MARKDOWN) == (
        "＃ ＊＊粗＊＊ ［点］(http://evil) ｀x｀ ～～y～～"
    )


def test_a_link_of_ours_stays_as_it_is():
    link = "https://duban.example.cn/c/a_b*c~d"

    assert harmless(f"@all {link} *x*", MARKDOWN, keep=(link,)) == f"＠all {link} ＊x＊"
