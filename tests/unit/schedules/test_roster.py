"""Rosters from csv and xlsx, as offices keep them; every mistake with its row and column."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime

import openpyxl
import pytest
from unit.schedules.offices import CREDENTIALS_CSV, PEOPLE_CSV

from schedules.names import Names
from schedules.office import Person
from schedules.roster import read_credentials, read_people
from schedules.source_text import SourceFile

Said = Callable[..., list[str]]
NAMES = Names(units={"law": "司法所", "team": "执法队"}, roles={"clerk": "督办员", "staff": "工作人员"})
HEADER: list[object] = ["工号", "姓名", "单位", "角色", "手机号", "入职日期"]


def xlsx(rows: Sequence[Sequence[object]], *, hidden: Sequence[Sequence[object]] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden:
        for row in hidden:
            sheet.append(list(row))
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("花名册")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def people(data: str | bytes, name: str = "people.csv") -> tuple[tuple[Person, ...], list[str]]:
    source = SourceFile(name, data if isinstance(data, bytes) else data.encode())
    found, problems = read_people(source, NAMES)
    return found, [problem.text() for problem in problems]


def row(**changes: str) -> str:
    """A csv of one person."""
    cells = {"工号": "alice", "姓名": "艾丽", "单位": "司法所"} | changes
    return ",".join(cells) + "\n" + ",".join(f'"{value}"' for value in cells.values()) + "\n"


def test_a_person_is_read() -> None:
    found, problems = people(
        "id,name,unit,post,roles,tags,mobile,wecom_id,email,joined_on,left_on,lang\n"
        "alice,艾丽,law,所长,clerk;staff staff,党员、骨干,+86 138-0000-0001,ali,a@b.cn,2020.9.1,2026年12月31日,en\n"
    )

    assert problems == []
    assert found == (
        Person(
            id="alice", name="艾丽", unit="law", post="所长", roles=("clerk", "staff"), tags=("党员", "骨干"), mobile="13800000001",
            wecom_id="ali", email="a@b.cn", joined_on=date(2020, 9, 1), left_on=date(2026, 12, 31), lang="en",
        ),
    )  # fmt: skip


def test_the_header_may_stand_below_titles_and_a_sum_below_the_people() -> None:
    found, problems = people(
        "花名册,,\n填报日期:2026-11,,\n\n 工 号,姓  名,科室/社区\nalice,艾　丽,司法所\n,,\n合计,1人,\n"
    )

    assert problems == []
    assert [(person.id, person.name) for person in found] == [("alice", "艾丽")]


@pytest.mark.parametrize("name", ["阿布都·热合曼", "𬀩江", "Anna Schmidt", "Zoë"])
def test_names_are_kept_as_people_write_them(name: str) -> None:
    assert people(row(姓名=name))[0][0].name == name


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"工号": ""}, "people.csv:2:1: ?: the cell is empty"),
        ({"工号": "a b"}, "people.csv:2:1: a b: 'a b' is not a name"),
        ({"姓名": ""}, "people.csv:2:2: alice: the cell is empty"),
        ({"单位": ""}, "people.csv:2:3: alice: the cell is empty"),
        ({"单位": "司法局"}, "people.csv:2:3: alice: there is no unit '司法局'; allowed: 司法所"),
        ({"单位": "sifajv"}, "people.csv:2:3: alice: there is no unit 'sifajv'; allowed: law, team"),
        (
            {"角色": "督办员、主任"},
            "people.csv:2:4: alice: there is no role '主任'; allowed: 工作人员, 督办员",
        ),
        (
            {"手机号": "1.38E+10"},
            "'1.38E+10' is a mobile number that a spreadsheet turned into a number; format the column as text",
        ),
        ({"手机号": "1.380000E+10"}, "is a mobile number that a spreadsheet turned into a number"),
        ({"手机号": "1.38000001015E+10"}, "is a mobile number that a spreadsheet turned into a number"),
        (
            {"手机号": "1.3800000101E+99999999999"},
            "is a mobile number that a spreadsheet turned into a number",
        ),
        (
            {"手机号": "1380000010"},
            "people.csv:2:4: alice: '1380000010' is not a mobile number; allowed: 13800000101",
        ),
        ({"手机号": "110101199001011234"}, "citizen numbers do not belong here; remove the column"),
        (
            {"身份证号": "11010119900101123X"},
            "people.csv:2:4: alice: citizen numbers do not belong here; remove the column",
        ),
        ({"邮箱": "a.b.cn"}, "'a.b.cn' is not a mail address"),
        ({"入职日期": "去年"}, "people.csv:2:4: alice: '去年' is not a date; allowed: 2026-09-01"),
        ({"入职日期": "2026-02-30"}, "'2026-02-30' is not a date"),
        ({"语言": "de"}, "there is no language 'de'; allowed: en, zh_CN"),
    ],
)
def test_a_mistake_in_a_row(changes: dict[str, str], sentence: str) -> None:
    found, problems = people(row(**changes))

    assert {each.id for each in found} <= {"alice"}
    assert sentence in problems[0]


def test_somebody_whose_row_holds_a_mistake_is_still_known_with_the_role_that_was_meant() -> None:
    (alice,), problems = people(row(单位="司法锁", 角色="工作人圆"))

    assert len(problems) == 2
    assert (alice.id, alice.unit, alice.roles) == ("alice", "", ("staff",))


@pytest.mark.parametrize("several", ["@all", "zhang|li", "张三"])
def test_a_wecom_id_that_could_mean_several_people_is_a_mistake(several: str) -> None:
    _, problems = people(row(企业微信=several))

    assert [f"'{several}' is not a WeCom id" in problem for problem in problems] == [True]


def test_all_mistakes_of_a_roster_come_at_once() -> None:
    _, problems = people(
        "工号,姓名,单位,手机号\nalice,艾丽,x,1\nalice,,司法所,13800000001\nbob,包博,司法所,13800000001\n"
    )

    assert [problem.partition(" ")[0] for problem in problems] == [
        "people.csv:2:3:", "people.csv:2:4:", "people.csv:3:2:", "people.csv:3:1:", "people.csv:4:4:",
    ]  # fmt: skip
    assert any("two rows have the same id" in problem for problem in problems)
    assert any("two people have the same mobile number" in problem for problem in problems)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "people.csv:1:1: the file is empty"),
        ("姓名,单位\n艾丽,司法所\n", "people.csv:1:1: there is no column '工号'; allowed: 工号, id, 编号"),
        ('工号,姓名,单位\n"alice,艾丽,司法所\n', "people.csv:2:1: a quote is not closed"),
        (
            "工号,姓名,单位\nalice,艾丽,司法所\n".encode("gb18030"),
            "people.csv:1:1: the file is GBK, not UTF-8; allowed: save it as UTF-8",
        ),
        (b"\xff\xff", "people.csv:1:1: the file is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_roster(text: str | bytes, sentence: str) -> None:
    assert sentence in people(text)[1][0]


def test_a_missing_column_is_reported_where_the_header_stands(said: Said) -> None:
    assert "people.csv:1:1: there is no column '单位'; allowed: 单位, 科室, 科室/社区, 部门, unit" in said(
        people_csv=PEOPLE_CSV.replace("单位", "地址")
    )


def test_a_spreadsheet_is_read() -> None:
    title: list[object] = ["××街道人员花名册"]
    rows = [title, HEADER, ["alice", "艾 丽", "司法所", "督办员", "13800000001", datetime(2020, 9, 1)]]  # noqa: DTZ001
    found, problems = people(
        xlsx([*rows, [1002, "包博", "执法队", None, None, None]], hidden=[["x"]]), "people.xlsx"
    )

    assert problems == []
    assert [(person.id, person.name, person.joined_on) for person in found] == [
        ("alice", "艾丽", date(2020, 9, 1)), ("1002", "包博", None),
    ]  # fmt: skip


@pytest.mark.parametrize("number", [13800000101.5, 138000001012, 1.38e12])
def test_a_number_that_was_no_phone_is_refused(number: float) -> None:
    _, problems = people(xlsx([HEADER, ["alice", "艾丽", "司法所", "", number, ""]]), "people.xlsx")

    assert "people.xlsx:2:5: alice: " in problems[0]
    assert "is a mobile number that a spreadsheet turned into a number" in problems[0]


@pytest.mark.parametrize("number", [13800000101, "13800000101.0", "1.3800000101E+10"])
def test_a_phone_that_a_spreadsheet_made_a_number_is_taken_where_every_digit_is_there(number: object) -> None:
    found, problems = people(xlsx([HEADER, ["alice", "艾丽", "司法所", "", number, ""]]), "people.xlsx")

    assert problems == []
    assert found[0].mobile == "13800000101"


def test_a_phone_stored_in_scientific_notation_is_whole() -> None:
    whole = xlsx([HEADER, ["alice", "艾丽", "司法所", "", 13800000101, ""]])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>13800000101</v>", b"<v>1.3800000101E10</v>"))
    found, problems = people(file.getvalue(), "people.xlsx")

    assert problems == []
    assert found[0].mobile == "13800000101"


@pytest.mark.parametrize("data", [b"not a zip", xlsx([])])
def test_a_spreadsheet_that_is_none(data: bytes) -> None:
    _, problems = people(data, "people.xlsx")

    assert problems[0].startswith("people.xlsx:1:1: ")


def credentials(text: str) -> list[str]:
    holders = [Person(id="alice", name="艾丽", unit="law")]
    found, problems = read_credentials(SourceFile("credentials.csv", text.encode()), holders)
    assert bool(found) != bool(problems)
    return [problem.text() for problem in problems]


def card(**changes: str) -> str:
    cells = {
        "证件编号": "豫H-1",
        "证件种类": "enforcement",
        "持证人工号": "alice",
        "发证日期": "2021-10-09",
        "有效期至": "20261008",
    }
    cells |= changes
    return ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"


@pytest.mark.parametrize("state", ["", "有效", "暂扣", "注销"])
def test_a_certificate_is_read(state: str) -> None:
    assert credentials(card(状态=state)) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"证件编号": ""}, "credentials.csv:2:1: ?: the cell is empty"),
        ({"持证人工号": "bob"}, "credentials.csv:2:3: 豫H-1: there is no person 'bob'; allowed: alice"),
        ({"有效期至": "2021-10-08"}, "it expires on 2021-10-08, before it was issued on 2021-10-09"),
        ({"有效期至": "长期"}, "credentials.csv:2:5: 豫H-1: '长期' is no date"),
        ({"有效期至": ""}, "credentials.csv:2:5: 豫H-1: the cell is empty"),
        ({"状态": "丢失"}, "there is no state '丢失'"),
    ],
)
def test_a_mistake_in_a_certificate(changes: dict[str, str], sentence: str) -> None:
    assert sentence in credentials(card(**changes))[0]


def test_a_certificate_stands_once(said: Said) -> None:
    assert said(credentials_csv=CREDENTIALS_CSV + "B-1,enforcement,bob,2021-10-09,2026-10-08\n") == [
        "credentials.csv:4:1: enforcement B-1 2026-10-08: the same certificate stands here twice"
    ]
