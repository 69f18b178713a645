"""Files that somebody wrote to harm: each is put into a small office in the place of, or beside, what is there."""

import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from small_office import PEOPLE

Put = bytes | Callable[[Path], object]
_LINE = b"a: 1\n"
_STEPS = "".join(f"    s{n}: {{title: S, after: s{(n + 1) % 1500}, within: 3 days}}\n" for n in range(1500))
_DAYS = ",\n".join('{"name": "x", "date": "2027-99-99", "isOffDay": 1}' for _ in range(18_000))
_FAMILY = "a:\n  title: x\n  when: {yearly: on}\n  who: {role: staff}\n  done:\n    evidence:\n"
_MEMBERS = "".join(f'    m{n}: {{on: "03-15"}}\n' for n in range(3_000))
_EVIDENCE = "".join(f"      e{n}: text\n" for n in range(3_000))


def _laughs() -> bytes:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]" for n in range(12)]
    return "\n".join(lines).encode()


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)


def _long(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(100):
            file.write(_LINE * 200_000)


def _many(path: Path) -> None:
    for n in range(3_000):
        path.with_name(f"many{n}.yaml").write_text(f"k{n}: 1\n")


def _deep(path: Path) -> None:
    at = path.parent
    for _ in range(300):
        at /= "d"
        at.mkdir()


def _bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b"0" * 1_000_000)


HOSTILE: Mapping[str, tuple[str, Put]] = {
    "billion laughs": ("x.yaml", _laughs()),
    "brackets in brackets": ("x.yaml", b"a: " + b"[" * 400_000),
    "brackets in brackets, line by line": ("x.yaml", b"a: " + b"[\n" * 200_000),
    "keys below keys": ("x.yaml", "".join(" " * n + "a:\n" for n in range(1_300)).encode()),
    "a hundred megabytes of nothing": ("x.yaml", _sparse),
    "a hundred megabytes of keys": ("x.yaml", _long),
    "a roster of a hundred megabytes": ("people.csv", _sparse),
    "a hundred thousand keys": ("x.yaml", "".join(f"k{n}: 1\n" for n in range(90_000)).encode()),
    "one key again and again": ("x.yaml", _LINE * 199_000),
    "quotes left open": ("x.yaml", b'a: "\n' * 150_000),
    "full-width colons": ("x.yaml", "a：b\n".encode() * 150_000),
    "a line of blanks": ("x.yaml", b" " * 900_000 + b"x: |"),
    "lines of blanks": ("x.yaml", (b" " * 9_000 + b"a -  |x\n") * 100),
    "colons": ("x.yaml", (b": " * 4_900 + b"\n") * 100),
    "quotes and backslashes": ("x.yaml", (b'a: "' + b'\\"' * 4_900 + b"\n") * 90),
    "NUL bytes": ("x.yaml", b"\0" * 900_000),
    "UTF-16": ("x.yaml", ("a: b\n" * 50_000).encode("utf-16")),
    "GBK": ("x.yaml", ("标题: 内容\n" * 50_000).encode("gbk")),
    "broken UTF-8": ("x.yaml", b"a: \xff\xfe\xfd\n" * 100),
    "noise": ("x.yaml", bytes((n * n * 7919 >> 8) % 256 for n in range(200_000))),
    "a link to itself": ("x.yaml", lambda path: path.symlink_to(path)),
    "a link to nothing": ("x.yaml", lambda path: path.symlink_to("/nowhere/at/all")),
    "a pipe": ("x.yaml", os.mkfifo),
    "a device without an end": ("x.yaml", lambda path: path.symlink_to("/dev/zero")),
    "a roster that is a pipe": ("花名册.xlsx", os.mkfifo),
    "a number of nine thousand digits": ("x.yaml", b"a: {title: x, when: {monthly: " + b"9" * 9_000 + b"}, who: {role: staff}}\n"),
    "a term of nine thousand digits": (
        "x.yaml", b"a: {title: x, when: {weekly: monday, opens: " + b"9" * 9_000 + b" days before}, who: {role: staff}}\n",
    ),
    "numbers without an end": ("x.yaml", b"a: {title: .inf, when: {monthly: 1e999999}, who: {role: .nan}}\n"),
    "the last day of the calendar": (
        "x.yaml", b"a: {title: x, when: {weekly: monday, effective_from: 9999-12-31}, who: {role: staff}}\n",
    ),
    "three thousand files": ("x.yaml", _many),
    "folders in folders": ("x.yaml", _deep),
    "families of families": (
        "x.yaml",
        f"{_FAMILY}{_EVIDENCE}  for_each:\n{_MEMBERS}".encode(),
    ),
    "steps in a long circle": (
        "x.yaml", f'a:\n  title: x\n  when: {{yearly: "03-15"}}\n  who: {{role: staff}}\n  steps:\n{_STEPS}'.encode(),
    ),
    "names that nearly fit": (
        "x.yaml", "".join(f"a{n}: {{title: x, when: {{weekly: monday}}, who: {{roles: [stafff{n}]}}}}\n" for n in range(1_800)).encode(),
    ),
    "JSON in JSON": ("calendar/2027.json", b"[" * 500_000),
    "days that are none": ("calendar/2027.json", f'{{"year": 2027, "papers": [], "days": [{_DAYS}]}}'.encode()),
    "a year of many digits": ("calendar/2027.json", b'{"year": ' + b"9" * 100_000 + b', "papers": [], "days": []}'),
    "a cell without an end": ("people.csv", f'{PEOPLE}x,"{"a" * 500_000}\n'.encode()),
    "rows without sense": ("people.csv", (PEOPLE.splitlines()[0] + "\n" + "p,某,没有,没有,1\n" * 30_000).encode()),
    "columns without an end": ("people.csv", b"," * 900_000),
    "a bomb for a workbook": ("花名册.xlsx", _bomb),
    "noise for a workbook": ("花名册.xlsx", bytes((n * 31) % 251 for n in range(5_000))),
}  # fmt: skip
