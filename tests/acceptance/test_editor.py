"""A clerk's editor: completion, hover and complaints of a real YAML language server in a new office."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from editor import HERE, Editor, editor, server
from small_office import Terminal, write_office

pytestmark = pytest.mark.skipif(
    server() is None, reason="needs node and `npm install yaml-language-server`, its commands on the PATH"
)
HEADER = "# yaml-language-server: $schema=.schema/schedules.json\n"
STUDY = """\
study:
  title: 学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
"""
FIGURE = f"""\
report:
  a:
    title: 一
    sections:
      s:
        title: 二
        figures:
          f: {{label: 三, g{HERE}}}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor")
    terminal = Terminal(write_office(folder / "small"), folder / "data")
    assert terminal.run("init", str(folder / "office"), "--lang", "zh_CN").exit_code == 0
    return folder / "office"


@pytest.fixture(scope="module")
def clerk(office: Path) -> Iterator[Editor]:
    with editor(office) as found:
        yield found


def words(item: dict[str, object]) -> str:
    said = item.get("documentation", "")
    return str(said["value"] if isinstance(said, dict) else said)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (HERE, {"registers", "summaries", "日程：每周集中学习"}),
        (STUDY + f"  {HERE}", {"done", "record", "steps", "remind", "privacy"}),
        (f"a:\n  title: 一\n  when:\n    {HERE}", {"weekly", "monthly", "by", "window", "event"}),
        (f"a:\n  title: 一\n  when: {{w{HERE}}}\n", {"weekly", "window"}),
        (f"a:\n  title: 一\n  when: {{weekly: 周五, t{HERE}}}\n", {"time", "on_holiday", "min_gap"}),
        (f"a:\n  title: 一\n  when: {{weekly: {HERE}}}\n", {"周一", "周五", "周日"}),
        (f"a:\n  title: 一\n  when: {{weekly: 周五, on_holiday: {HERE}}}\n", {"skip", "previous-workday", "keep"}),
        (f"a:\n  title: 一\n  who: {{roles: [{HERE}]}}\n", {"staff", "study-secretary"}),
        (f"a:\n  title: 一\n  steps:\n    s: {{title: 二, owed_by: {HERE}}}\n", {"assist", "responsible", "handlers"}),
        (STUDY + f"  remind: {{use: {HERE}}}\n", {"weekly", "short-task"}),
        (STUDY + f"  remind:\n    - {{before: {HERE}}}\n", {"due", "start", "milestone"}),
        (STUDY + f"  remind:\n    - {{before: due, by: 1 workday, to: {HERE}}}\n", {"assignee", "unit-head", "study-secretary"}),
        (STUDY + f"  done: {{evidence: {{f: {HERE}}}}}\n", {"file", "photo", "yes-no"}),
        (FIGURE, {"gatherings", "records", "register"}),
    ],
)  # fmt: skip
def test_what_may_stand_here_is_offered(clerk: Editor, text: str, offered: set[str]) -> None:
    found = clerk.completion("a.yaml", HEADER + text)

    assert offered <= found.keys()


def test_what_is_offered_is_explained_in_chinese(clerk: Editor) -> None:
    days = clerk.completion(
        "a.yaml", f"{HEADER}a:\n  title: 一\n  when: {{weekly: 周五, on_holiday: {HERE}}}\n"
    )
    roles = clerk.completion("a.yaml", f"{HEADER}a:\n  title: 一\n  who: {{roles: [{HERE}]}}\n")
    keys = clerk.completion("a.yaml", f"{HEADER}a:\n  title: 一\n  when: {{weekly: 周五, t{HERE}}}\n")

    assert words(days["previous-workday"]).startswith("提前到前一个工作日。")
    assert words(roles["study-secretary"]).startswith("学习秘书")
    assert words(keys["on_holiday"]).startswith("遇休息日怎么办。")


def test_a_time_is_filled_in_with_its_quotes(clerk: Editor) -> None:
    found = clerk.completion("a.yaml", f"{HEADER}a:\n  title: 一\n  when: {{weekly: 周五, time: {HERE}}}\n")

    assert found['"15:00"']["insertText"] == '"15:00"'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STUDY.replace("when:", f"wh{HERE}en:"), ["什么时候：", "每周：每周固定一天", "When it comes round"]),
        (
            STUDY.replace("time:", f"ti{HERE}me:"),
            ["几点开始，加引号。", "*When it begins, in quotes.*", '例：`"15:00"`'],
        ),
        (STUDY.replace("roles:", f"ro{HERE}les:"), ["这些角色的人，每人一件。"]),
        (
            STUDY + f"  pri{HERE}vacy: case\n",
            ["能告诉谁到什么程度。", "`sealed`: 只说“您有1项督办事项”，登录后看"],
        ),
        (
            STUDY + f"  remind: [{{bef{HERE}ore: due, by: 1 workday}}]\n",
            ["在哪一天之前提醒。", "`expiry`: 证件到期日"],
        ),
        (
            STUDY + f"  done: {{through: attendance, make{HERE}_up: 10 workdays}}\n",
            ["缺席的多久内补上。", "10 workdays"],
        ),
    ],
)
def test_a_key_is_explained_in_both_languages(clerk: Editor, text: str, said: list[str]) -> None:
    found = clerk.hover("a.yaml", HEADER + text)

    assert [each for each in said if each not in found] == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title:", "titel:", "3: Property titel is not allowed."),
        ('"15:00"', "8:30", '4: 时间写成 "08:40"，两位数，加引号。'),
        ("周五", "周八", "4: 写周一至周日，或 monday 至 sunday。"),
        ("weekly: 周五, ", "", "4: 要写 weekly、monthly、"),
        ("who: {", "privacy: secret\n  who: {", "5: 只能写：open（可以公开）；"),
        ("who: {", "soon: 2 day\n  who: {", "5: 期限写数量和单位：20 workdays"),
        ("who: {", "remind: [{by: 1 workday}]\n  who: {", "5: 要写 before、on、after、at 其中一个。"),
    ],
)
def test_a_mistake_is_marked_where_it_stands(clerk: Editor, old: str, new: str, said: str) -> None:
    assert clerk.problems("a.yaml", HEADER + STUDY) == []

    assert any(
        each.startswith(said) for each in clerk.problems("a.yaml", HEADER + STUDY.replace(old, new, 1))
    )


def test_nothing_is_said_against_the_files_that_ship(clerk: Editor, office: Path) -> None:
    files = sorted(office.glob("*.yaml"))

    assert files
    assert {path.name: clerk.problems(path.name, path.read_text(encoding="utf-8")) for path in files} == {
        path.name: [] for path in files
    }


def test_a_new_file_without_a_first_line_is_found_by_the_settings_of_vs_code(office: Path) -> None:
    settings = json.loads((office / ".vscode" / "settings.json").read_bytes())
    with editor(office, {"schemas": settings["yaml.schemas"]}) as clerk:
        offered = clerk.until_offered("new.yaml", f"a:\n  title: 一\n  when:\n    {HERE}")
        assert {"weekly", "event"} <= offered.keys()
        assert {"day_ends", "reach"} <= clerk.completion("office.yaml", HERE).keys()
        assert clerk.problems("new.yaml", STUDY) == []
