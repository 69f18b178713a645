"""`duban schema`: what editors are given beside the files, and how they find it."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from small_office import Terminal, write_office

from schedules.loader import load
from schedules.yaml_tree import parse_yaml
from worker.editor_files import header, schema_files, vscode_files
from worker.office_files import read_folder
from worker.settings import packaged_office


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(write_office(tmp_path / "office"), tmp_path / "data")


def content(path: Path) -> object:
    tree, mistakes = parse_yaml(path.read_text(encoding="utf-8"))
    assert tree is not None
    assert mistakes == []
    return json.loads(json.dumps(tree.plain(), default=str))


def test_the_schemas_that_ship_are_made_from_the_definitions() -> None:
    folder = packaged_office()
    office = load(read_folder(folder)).office
    assert office is not None

    for path, wanted in schema_files(office, "zh_CN").items():
        assert (folder / path).read_bytes() == wanted, "run `duban schema --office schedules/office --write`"


def test_a_new_office_has_the_schemas_and_every_file_names_its_own(
    terminal: Terminal, tmp_path: Path
) -> None:
    office = tmp_path / "new"
    assert terminal.run("init", str(office)).exit_code == 0

    files = sorted(office.rglob("*.yaml"))
    assert len(files) == len(list(packaged_office().rglob("*.yaml")))
    for path in files:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert named, path
        assert first == header(path.relative_to(office).as_posix())
        jsonschema.Draft7Validator(json.loads((path.parent / named[1]).read_bytes())).validate(content(path))


def test_vs_code_is_told_which_files_are_which(terminal: Terminal, tmp_path: Path) -> None:
    office = tmp_path / "new"
    terminal.run("init", str(office))
    settings = json.loads((office / ".vscode" / "settings.json").read_bytes())

    for schema in settings["yaml.schemas"]:
        assert (office / schema).is_file()
    assert set(vscode_files()) == {
        path.relative_to(office).as_posix() for path in (office / ".vscode").iterdir()
    }


def test_a_schema_is_printed_in_the_chosen_language(terminal: Terminal) -> None:
    chinese = json.loads(terminal.run("schema", "--lang", "zh_CN").stdout)
    english = json.loads(terminal.run("schema", "office", "--lang", "en").stdout)

    assert chinese["title"] == "日程文件"
    assert english["title"] == "The office"
    assert english["properties"]["day_ends"]["description"].startswith("When a due day ends")
    jsonschema.Draft7Validator.check_schema(chinese)


def test_names_of_the_office_are_written_into_it(terminal: Terminal) -> None:
    done = terminal.run("schema", "--write", "--office", str(terminal.office))
    schema = json.loads((terminal.office / ".schema" / "schedules.json").read_bytes())

    assert done.exit_code == 0, done.output
    assert "s.yaml: # yaml-language-server: $schema=.schema/schedules.json" in done.stdout
    (offered,) = [
        each["enum"]
        for each in schema["definitions"]["ByRole"]["properties"]["role"]["anyOf"]
        if "enum" in each
    ]
    roles = content(terminal.office / "office.yaml")
    assert isinstance(roles, dict)
    assert offered == list(roles["roles"])


def test_an_office_with_mistakes_still_has_a_schema(terminal: Terminal) -> None:
    (terminal.office / "wrong.yaml").write_text("a: {title: 1}\n", encoding="utf-8")

    done = terminal.run("schema", "--office", str(terminal.office))

    assert done.exit_code == 0
    assert json.loads(done.stdout)["definitions"]
    assert "duban check" in done.stderr


def test_the_starter_office_is_not_written_to_by_chance(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal.environ["DUBAN_OFFICE"] = None

    assert terminal.refused("schema", "--write") == [
        "This folder holds no office; name one: duban schema --write --office DIR"
    ]


def test_check_says_when_the_schema_is_of_another_version(terminal: Terminal) -> None:
    def noted() -> bool:
        return "duban schema --write" in terminal.run("check", str(terminal.office)).stdout

    assert not noted()
    terminal.run("schema", "--write", "--office", str(terminal.office))
    assert not noted()
    path = terminal.office / ".schema" / "office.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"duban ', '"duban 0.0.', 1), encoding="utf-8")
    assert noted()


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("office.yaml", ".schema/office.json"),
        ("a.yaml", ".schema/schedules.json"),
        ("b/c/a.yaml", "../../.schema/schedules.json"),
    ],
)
def test_a_header_leads_from_the_file_to_its_schema(path: str, named: str) -> None:
    assert header(path).endswith(f"$schema={named}")
