"""The OpenAPI 3.1 document, made from the same operations and shapes that answer requests. `python -m worker.api.openapi` prints it."""

import json
import sys
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, request
from pydantic.json_schema import models_json_schema

from models.types import MOST_ID
from worker.api.again import REPLAYED
from worker.api.given import IDEMPOTENCY_KEY
from worker.api.operation import Operation
from worker.api.operations import OPERATIONS
from worker.api.problems import KINDS, MEDIA_TYPE, TYPES, ProblemShape, answer
from worker.api.serve import PREFIX, language
from worker.api.types import Shape

Names = dict[tuple[Any, Any], dict[str, Any]]
VERSION = "1.0.0"
REFERENCE = "#/components/schemas/{model}"
ALWAYS = ("invalid", "unauthorized", "forbidden", "too-many", "unavailable")
WITH_BODY = ("too-large", "unsupported-media-type")
WORDS = {
    "client": "The client. 调用方。", "events": "Events. 事件。", "obligations": "Duties. 任务。", "attendance": "Attendance. 签到。",
    "credentials": "Certificates. 证件。", "files": "Files. 文件。", "supervision": "Overdue. 逾期情况。", "messages": "Messages. 消息。",
}  # fmt: skip
PATH_PARTS: dict[str, dict[str, Any]] = {
    "id": {"schema": {"type": "integer", "minimum": 1, "maximum": MOST_ID}, "description": "Number of the duty. 任务编号。"},
    "schedule": {"schema": {"type": "string", "minLength": 1}, "description": "Id of the schedule. 日程编号。", "example": "friday-study"},
    "key": {"schema": {"type": "string", "minLength": 1}, "description": "Key of the occurrence. 期次。", "example": "2026-11-20"},
}  # fmt: skip
blueprint = Blueprint("api-document", __name__, url_prefix="/api")


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document."""
    names, schemas = _schemas()
    paths: dict[str, Any] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, names)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "duban 督办 API", "version": VERSION,
            "description": "For other systems of the office: record events, confirmations, attendance and certificates; read duties, "
            "what is overdue, and messages. 供单位内其他系统使用：登记事件、办结、签到、证件，读取任务、逾期情况和消息。",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "tags": [{"name": name, "description": words} for name, words in WORDS.items()],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http", "scheme": "bearer",
                    "description": "The key of a client, made with `duban api add`. 用 duban api add 生成的密钥。",
                }
            },
            "schemas": schemas,
        },
    }  # fmt: skip


def _schemas() -> tuple[Names, dict[str, Any]]:
    """Where each shape stands, as it is sent and as it is answered, and the shapes themselves."""
    wanted: list[tuple[type[Shape], Any]] = [(ProblemShape, "serialization")]
    for each in OPERATIONS:
        wanted += [(each.body, "validation")] if each.body else []
        wanted += [(shape, "serialization") for shape in each.answers.values()]
    names, found = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REFERENCE)
    return dict(names), _without_titles(found["$defs"])


def _without_titles(value: Any) -> Any:
    """The titles that the library makes of names say nothing new; a property that is called `title` stays."""
    if isinstance(value, dict):
        kept = {name: _without_titles(each) for name, each in value.items()}
        if isinstance(kept.get("title"), str):
            del kept["title"]
        return kept
    return [_without_titles(each) for each in value] if isinstance(value, list) else value


def _operation(each: Operation, names: Names) -> dict[str, Any]:
    scope = f" Scope 权限: `{each.scope}`." if each.scope else ""
    found: dict[str, Any] = {
        "operationId": each.name, "tags": [each.tag], "summary": each.about, "description": (each.detail + scope).strip(),
        "parameters": [*_path_parameters(each), *_query_parameters(each), *_headers(each)], "responses": _responses(each, names),
    }  # fmt: skip
    if each.scope:
        found["x-scope"] = each.scope
    if each.body:
        content = {"application/json": {"schema": names[each.body, "validation"]}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _path_parameters(each: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, **part}
        for name, part in PATH_PARTS.items()
        if f"{{{name}}}" in each.path
    ]


def _query_parameters(each: Operation) -> list[dict[str, Any]]:
    if each.query is None:
        return []
    schema = _without_titles(each.query.model_json_schema())
    shared = schema.get("$defs", {})
    found = []
    for name, given in schema["properties"].items():
        kept = _alone(given, shared)
        words = kept.pop("description", "")
        found.append({"name": name, "in": "query", "required": False, "description": words, "schema": kept})
    return found


def _alone(schema: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema without the null that only stands for its absence, and without references."""
    found = dict(schema)
    branches = [each for each in found.pop("anyOf", ()) if each != {"type": "null"}]
    if len(branches) == 1:
        found = {**branches[0], **found}
    if found.get("default", 0) is None:
        del found["default"]
    reference = found.pop("$ref", None)
    if reference is not None:
        name = reference.rpartition("/")[2]
        found = {"description": "", **{k: v for k, v in shared[name].items() if k != "description"}, **found}
    return found


def _headers(each: Operation) -> list[dict[str, Any]]:
    if not each.writes:
        return []
    words = (
        "Sent again with the same key and body, a request gets the same answer and its effect happens once; keys are kept 7 days. "
        "同一密钥、同一内容重发，得到同一答复，只生效一次；保留7天。"
    )
    schema = {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[\\x21-\\x7e]{1,120}$"}
    return [
        {"name": IDEMPOTENCY_KEY, "in": "header", "required": False, "description": words, "schema": schema}
    ]


def _responses(each: Operation, names: Names) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, shape in sorted(each.answers.items()):
        content = {"application/json": {"schema": names[shape, "serialization"]}}
        words = (shape.__doc__ or "").strip().partition("\n")[0]
        found[str(status)] = {"description": words, "content": content}
        if each.writes:
            replayed = {
                "description": "Answers an earlier request. 此前请求的答复。",
                "schema": {"type": "string", "const": "true"},
            }
            found[str(status)]["headers"] = {REPLAYED: replayed}
    problem = {MEDIA_TYPE: {"schema": names[ProblemShape, "serialization"]}}
    for status, kinds in sorted(_problems(each).items()):
        about = "; ".join(f"`{TYPES}{name}` {KINDS[name].title}" for name in kinds)
        found[str(status)] = {"description": about, "content": problem, **_problem_headers(status)}
    return found


def _problems(each: Operation) -> dict[int, list[str]]:
    names = (*ALWAYS, *(WITH_BODY if each.body else ()), *each.refuses)
    found: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        found.setdefault(KINDS[name].status, []).append(name)
    return found


def _problem_headers(status: int) -> dict[str, Any]:
    if status in (401, 403):
        return {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}}
    if status in (409, 429, 503):
        words = "Seconds until it is worth asking again. 几秒后重试。"
        return {
            "headers": {
                "Retry-After": {"description": words, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
            }
        }
    return {}


# ── what anybody may read ─────────────────────────────────────
@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The document."""
    return answer(document(), 200)


@blueprint.get("/problems/<name>")
def problem(name: str) -> Response:
    """What a kind of problem is called: the address that `type` gives."""
    kind = KINDS.get(name)
    if kind is None:
        abort(404)
    return answer({"type": request.path, "title": kind.title.text(language()), "status": kind.status}, 200)


def text() -> str:
    """The document as it is kept in docs/openapi.json."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":  # pragma: no cover - a command for whoever changes the API
    sys.stdout.buffer.write(text().encode())
