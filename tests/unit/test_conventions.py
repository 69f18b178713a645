"""Rules of the house that no linter holds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("schedules", "models", "tasks", "worker")
# Where a transaction may begin or end: jobs, the command line, pages, the processes of `worker`, and the engine that plays jobs.
# schedules/ has none: it knows no database, as import-linter holds.
EDGES = ("worker/", "schedules/", "tasks/jobs.py", "tasks/simulation/simulate.py", "models/migrations/env.py")
LONGEST = 300
SAYS = ("say", "complain", "echo", "Refuse", "UsageError", "BadParameter", "ClickException")
CONTRACT = ("; allowed: ", "duban ")  # the same in every language, see docs/decisions/0005
IN_ZONE = r"^local\.date$|\.astimezone\(.*\)\.date$|^_local\(.*\)\.date$"
LOCAL_ALREADY = {
    "worker/tables.py: value.date",  # a cell of a table has no zone
    "worker/cli/simulate.py: deed.at.date",  # as it is written in the script, in the office's zone
    "tasks/simulation/counted.py: at.date",  # written with the office's offset
    "tasks/wording/message_templates.py: as_of.date",  # of a report, in the office's zone
}
LETTER, CHINESE = re.compile(r"[^\W\d_]"), re.compile(r"[一-鿿]")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


def test_only_the_edges_begin_or_end_a_transaction():
    found = [
        f"{name(path)}:{call.lineno} {attribute}"
        for path in modules()
        if not name(path).startswith(EDGES)
        for call, attribute in calls(ast.parse(path.read_text(encoding="utf-8")))
        if attribute in ("commit", "rollback", "begin")
    ]

    assert found == []


def test_no_job_is_put_off_in_the_broker():
    found = [
        f"{name(path)}:{call.lineno} {keyword.arg}"
        for path in modules()
        for call, _ in calls(ast.parse(path.read_text(encoding="utf-8")))
        for keyword in call.keywords
        if keyword.arg in ("eta", "countdown")
    ]

    assert found == []


def test_an_instant_becomes_a_day_in_the_offices_zone_only():
    """In UTC it is still yesterday until 08:00 in China. `local` is an instant that was taken to the zone before."""
    found = {
        f"{name(path)}: {ast.unparse(call.func)}"
        for path in modules()
        for call, attribute in calls(ast.parse(path.read_text(encoding="utf-8")))
        if attribute in ("date", "today") and not call.args and not re.search(IN_ZONE, ast.unparse(call.func))
    }

    assert found == LOCAL_ALREADY


def literals(node: ast.expr) -> Iterator[str]:
    """What stands in the code of a text: all of it, or what an f-string has between its values."""
    for part in node.values if isinstance(node, ast.JoinedStr) else [node]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_what_is_said_goes_through_the_catalogues():
    found = [
        f"{name(path)}:{call.lineno} {words}"
        for path in modules()
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in SAYS
        for words in literals(call.args[0])
        if LETTER.search(words) and words not in CONTRACT
    ]

    assert found == []


def test_the_pages_hold_no_words_of_their_own():
    found = [
        f"{name(path)}:{number}"
        for path in (ROOT / "worker/web/templates").rglob("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if CHINESE.search(line)
    ]

    assert found == []


def test_modules_stay_short():
    lengths = {
        name(path): path.read_text(encoding="utf-8").count("\n")
        for path in (*modules(), *(ROOT / "benchmarks").glob("*.py"))
        if "migrations" not in name(path)
    }

    assert {module: lines for module, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_holds_no_code_of_its_own(package):
    for path in (ROOT / package).rglob("__init__.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert [type(node) for node in body if not isinstance(node, ast.Expr)] == [], name(path)


def test_statements_differ_between_the_databases_in_exactly_two_files():
    dialect = [
        name(path)
        for path in (ROOT / "models/queries").glob("*.py")
        if path.stem.endswith(("_sqlite", "_postgresql"))
    ]

    assert sorted(dialect) == ["models/queries/sweep_postgresql.py", "models/queries/sweep_sqlite.py"]


def test_the_readme_names_only_what_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in (
        "docs/settings.md",
        "docs/states.md",
        "docs/decisions",
        "docker-compose.yml",
        "CHANGELOG.md",
    ):
        assert f"({link}" in readme or f"[{link}" in readme
        assert (ROOT / link).exists()
    for image in ("docs/images/outbox.png", "docs/images/board.png"):
        assert image in readme
        assert (ROOT / image).is_file()
