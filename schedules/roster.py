"""Rosters of people and certificates, read from csv or xlsx; every mistake with its row and column."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from schedules.mobile_numbers import as_number, exact_mobile
from schedules.names import Names
from schedules.office import Credential, Person
from schedules.person_name import person_name
from schedules.problems import MOST_OF_A_FILE, Problem, alike, nearest
from schedules.roster_table import Row, read_table
from schedules.row_reader import RowReader
from schedules.source_text import SourceFile
from schedules.words import phrase

PEOPLE_HEADERS = {
    "工号": "id", "id": "id", "编号": "id",
    "姓名": "name", "name": "name",
    "单位": "unit", "科室": "unit", "科室/社区": "unit", "部门": "unit", "unit": "unit",
    "职务": "post", "post": "post",
    "角色": "roles", "roles": "roles",
    "标签": "tags", "tags": "tags",
    "手机号": "mobile", "手机": "mobile", "手机号码": "mobile", "电话": "mobile", "mobile": "mobile",
    "企业微信": "wecom_id", "企业微信账号": "wecom_id", "wecom_id": "wecom_id",
    "邮箱": "email", "电子邮箱": "email", "email": "email",
    "入职日期": "joined_on", "入职时间": "joined_on", "joined_on": "joined_on",
    "离职日期": "left_on", "离岗日期": "left_on", "left_on": "left_on",
    "语言": "lang", "lang": "lang",
    "身份证号": "citizen_id", "身份证号码": "citizen_id", "公民身份号码": "citizen_id",
}  # fmt: skip
CREDENTIAL_HEADERS = {
    "证件编号": "number", "证号": "number", "number": "number",
    "证件种类": "kind", "kind": "kind",
    "持证人工号": "holder", "持证人": "holder", "holder": "holder",
    "发证日期": "issued_on", "issued_on": "issued_on",
    "有效期至": "expires_on", "expires_on": "expires_on",
    "发证机关": "issuer", "issuer": "issuer",
    "状态": "state", "state": "state",
    "类型": "type", "办证类型": "type", "type": "type",
}  # fmt: skip
STATES = {
    "": "valid", "有效": "valid", "在岗": "valid", "valid": "valid", "暂扣": "suspended", "暂停": "suspended",
    "suspended": "suspended", "吊销": "revoked", "撤销": "revoked", "revoked": "revoked",
    "注销": "cancelled", "调离": "cancelled", "cancelled": "cancelled",
}  # fmt: skip
TYPES = {
    "": "first", "首次": "first", "初领": "first", "初次": "first", "新办": "first", "first": "first",
    "换证": "renewal", "换发": "renewal", "延续": "renewal", "renewal": "renewal",
    "临时": "temporary", "temporary": "temporary",
}  # fmt: skip
LANGUAGES = {"": None, "zh_CN": "zh_CN", "中文": "zh_CN", "en": "en", "英文": "en"}
ENDLESS = frozenset({"长期", "长期有效", "永久", "永久有效", "无期限"})
MOBILE = re.compile(r"1[3-9]\d{9}")
# 长度为1~64个字节,只能由数字、字母和“_-@.”组成,且第一个字符必须是数字或字母 (https://developer.work.weixin.qq.com/document/path/90195):
# what is more, such as "@all" or "a|b", would be several people to WeCom.
_WECOM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_NO_COLUMN = "there is no column '{column}'"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CITIZEN = re.compile(r"\d{17}[\dXx]")


def read_people(
    source: SourceFile,
    names: Names | None,
    *,
    needed: tuple[str, ...] = ("id", "name", "unit"),
    whole: bool = True,
) -> tuple[tuple[Person, ...], list[Problem]]:
    """The people of a roster with the `needed` columns. Units and roles are looked up by id or title; without `names` any will do.

    Somebody whose row holds a mistake is among them as far as the row can be read.
    `whole`: also what an office that was applied before the rule may keep.
    """
    rows, problems = read_table(source, PEOPLE_HEADERS, needed)
    reader = RowReader(source, problems, "id")
    units = by_name(names.units) if names else _written(row["unit"].text for row in rows)
    roles = by_name(names.roles) if names else _written(role for row in rows for role in _list(row, "roles"))
    for row in reader.until_full(rows if whole else ()):
        found = cell_text(row, "wecom_id")
        if found is not None and not _WECOM_ID.fullmatch(found):
            what = phrase("'{found}' is not a WeCom id", found=found[:60])
            reader.refuse(row, row["wecom_id"], what, "zhangsan, A0012")
    people = [
        person
        for row in reader.until_full(rows)
        if (person := _person(reader, row, units, roles)) is not None
    ]
    reader.refuse_same(((row["id"], row["id"].text) for row in rows), phrase("two rows have the same id"))
    mobiles = ((row["mobile"], row["mobile"].text) for row in rows if "mobile" in row)
    reader.refuse_same(mobiles, phrase("two people have the same mobile number"))
    return tuple(people), reader.problems


def tells_who(problems: Sequence[Problem]) -> bool:
    """Whether a roster with these mistakes still tells who there is: with all of its columns, and read to the end."""
    return len(problems) <= MOST_OF_A_FILE and not any(each.what.msgid == _NO_COLUMN for each in problems)


def read_credentials(
    source: SourceFile, people: Iterable[Person] | None
) -> tuple[tuple[Credential, ...], list[Problem]]:
    """The certificates of a list. Holders are ids of the roster; without `people` anybody will do."""
    rows, problems = read_table(
        source, CREDENTIAL_HEADERS, ("number", "kind", "holder", "issued_on", "expires_on")
    )
    reader = RowReader(source, problems, "number")
    held = (row["holder"].text for row in rows) if people is None else (person.id for person in people)
    ids = _written(held)
    found = [
        credential
        for row in reader.until_full(rows)
        if (credential := _credential(reader, row, ids)) is not None
    ]
    same = (
        (row["number"], f"{row['kind'].text} {row['number'].text} {row['expires_on'].text}") for row in rows
    )
    reader.refuse_same(same, phrase("the same certificate stands here twice"))
    return tuple(found), reader.problems


def _person(reader: RowReader, row: Row, units: Mapping[str, str], roles: Mapping[str, str]) -> Person | None:
    key = reader.key(row, "id")
    name = person_name(row["name"].text)
    if not name:
        reader.refuse(row, row["name"], phrase("the cell is empty"))
    unit = reader.one_of(
        row, "unit", units, lambda found: phrase("there is no unit '{name}'", name=found), units
    )
    if "citizen_id" in row and row["citizen_id"].text:
        reader.refuse(row, row["citizen_id"], phrase("citizen numbers do not belong here; remove the column"))
    held = []
    for role in _list(row, "roles"):
        held.append(role)
        if role not in roles:
            allowed = nearest(role, alike(role, roles))
            held[-1] = (allowed and allowed.meant) or role
            reader.refuse(row, row["roles"], phrase("there is no role '{name}'", name=role), allowed)
    mobile = _mobile(reader, row)
    email = cell_text(row, "email")
    if email is not None and not _EMAIL.fullmatch(email):
        reader.refuse(row, row["email"], phrase("'{found}' is not a mail address", found=email[:60]))
    joined_on, left_on = reader.day(row, "joined_on"), reader.day(row, "left_on")
    lang = reader.one_of(
        row,
        "lang",
        LANGUAGES,
        lambda found: phrase("there is no language '{name}'", name=found),
        ("zh_CN", "en"),
    )
    if key is None:
        return None
    return Person(
        id=key, name=name, unit=unit or "", post=cell_text(row, "post") or "",
        roles=tuple(dict.fromkeys(roles[role] for role in held if role in roles)),
        tags=tuple(dict.fromkeys(_list(row, "tags"))), mobile=mobile, wecom_id=cell_text(row, "wecom_id"), email=email,
        joined_on=joined_on, left_on=left_on, lang=lang,
    )  # fmt: skip


def _credential(reader: RowReader, row: Row, people: Mapping[str, str]) -> Credential | None:
    count = len(reader.problems)
    number, kind = reader.key(row, "number"), reader.key(row, "kind")
    holder = reader.one_of(
        row, "holder", people, lambda found: phrase("there is no person '{name}'", name=found), people
    )
    issued_on, expires_on = reader.day(row, "issued_on", needed=True), None
    if row["expires_on"].text in ENDLESS:
        what = phrase("'{found}' is no date: duban keeps certificates that end", found=row["expires_on"].text)
        reader.refuse(row, row["expires_on"], what, phrase("leave out the row; there is nothing to renew"))
    else:
        expires_on = reader.day(row, "expires_on", needed=True)
    state = reader.one_of(
        row, "state", STATES, lambda found: phrase("there is no state '{name}'", name=found), STATES
    )
    type_ = reader.one_of(
        row, "type", TYPES, lambda found: phrase("there is no type '{name}'", name=found), TYPES
    )
    if issued_on and expires_on and expires_on < issued_on:
        what = phrase(
            "it expires on {expiry}, before it was issued on {issued}", expiry=expires_on, issued=issued_on
        )
        reader.refuse(row, row["expires_on"], what)
    if len(reader.problems) > count or None in (number, kind, holder, issued_on, expires_on):
        return None
    return Credential(
        number=str(number), kind=str(kind), holder=str(holder), issued_on=issued_on or date.min, expires_on=expires_on or date.min,
        issuer=cell_text(row, "issuer") or "", state=state or "valid", type=type_ or "first",
    )  # fmt: skip


def _mobile(reader: RowReader, row: Row) -> str | None:
    text = cell_text(row, "mobile")
    if text is None:
        return None
    text = exact_mobile(text)
    if as_number(text) or (row["mobile"].number and not MOBILE.fullmatch(text)):
        what = phrase(
            "'{found}' is a mobile number that a spreadsheet turned into a number; format the column as text",
            found=text,
        )
        reader.refuse(row, row["mobile"], what, "13800000101")
        return None
    digits = re.sub(r"[\s-]", "", text).removeprefix("+86")
    if _CITIZEN.fullmatch(digits):
        reader.refuse(row, row["mobile"], phrase("citizen numbers do not belong here; remove the column"))
    elif not MOBILE.fullmatch(digits):
        reader.refuse(
            row, row["mobile"], phrase("'{found}' is not a mobile number", found=text[:40]), "13800000101"
        )
    else:
        return digits
    return None


def _written(texts: Iterable[str]) -> dict[str, str]:
    """Names that stand for themselves."""
    return {text: text for text in texts if text}


def by_name(titles: Mapping[str, str]) -> dict[str, str]:
    """Ids by id and by title; an id wins over another's title."""
    return {title: key for key, title in reversed(list(titles.items()))} | {key: key for key in titles}


def cell_text(row: Row, field: str) -> str | None:
    """The text of a cell in NFC; None if it is empty or there is no such column."""
    return (unicodedata.normalize("NFC", row[field].text) or None) if field in row else None


def _list(row: Row, field: str) -> list[str]:
    text = cell_text(row, field)
    return [part for part in re.split(r"[、,，;；\s]+", text) if part] if text else []
