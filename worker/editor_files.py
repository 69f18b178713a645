"""What stands beside the files of an office for editors: the JSON Schemas, and the settings of VS Code that point to them.

`.schema/` is hidden, so that nothing of it is taken for a file of the office. The first line of a YAML file names its schema; VS Code's
settings do so for files without that line.
"""

import json
from pathlib import Path

from schedules.about.said import Language
from schedules.json_schema import office_schema, schedules_schema
from schedules.office import OfficeSpec
from schedules.schema_names import NO_NAMES, names_of_office
from worker.office_files import MODELINE, SCHEMA_FOLDER, read_folder
from worker.schema_age import comment

OFFICE, SCHEDULES = "office", "schedules"
SCHEMAS = {OFFICE: office_schema, SCHEDULES: schedules_schema}
_VSCODE = {
    ".vscode/extensions.json": {"recommendations": ["redhat.vscode-yaml"]},
    ".vscode/settings.json": {
        "yaml.schemas": {
            f"{SCHEMA_FOLDER}/{OFFICE}.json": "office.yaml",
            f"{SCHEMA_FOLDER}/{SCHEDULES}.json": ["*.yaml", "!office.yaml"],
        },
        "yaml.schemaStore.enable": False,
        "yaml.hoverSchemaSource": False,
        "files.encoding": "utf8",
        "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2},
    },
}


def schema(name: str, office: OfficeSpec | None, language: Language) -> dict[str, object]:
    """One of the two schemas; with the names of an office, if it could be read."""
    made = SCHEMAS[name](language, NO_NAMES if office is None else names_of_office(office))
    return {"$schema": made["$schema"], "$comment": comment(), **made}


def schema_files(office: OfficeSpec | None, language: Language) -> dict[str, bytes]:
    """Both schemas by their paths in the folder of the office."""
    return {f"{SCHEMA_FOLDER}/{name}.json": _text(schema(name, office, language)) for name in SCHEMAS}


def vscode_files() -> dict[str, bytes]:
    """The settings of VS Code for a folder with an office, by path."""
    return {
        path: (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
        for path, content in _VSCODE.items()
    }


def header(path: str) -> str:
    """The first line of a YAML file: a comment that tells editors which schema is its own. The path is relative to the file."""
    name = OFFICE if path.rpartition("/")[2] == "office.yaml" else SCHEDULES
    return f"{MODELINE}{'../' * path.count('/')}{SCHEMA_FOLDER}/{name}.json"


def without_header(folder: Path) -> list[str]:
    """The YAML files of an office that name no schema."""
    files = read_folder(folder, only=frozenset({".yaml", ".yml"}))
    return [each.path for each in files if MODELINE.encode() not in each.data.partition(b"\n")[0]]


def _text(schema: dict[str, object]) -> bytes:
    """A definition on each line, so that a change can be read as one."""
    lines = []
    for key, value in schema.items():
        if key == "definitions" and isinstance(value, dict):
            inner = ",\n".join(f"{_json(name)}: {_json(each)}" for name, each in value.items())
            lines.append(f"{_json(key)}: {{\n{inner}\n}}")
        else:
            lines.append(f"{_json(key)}: {_json(value)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
