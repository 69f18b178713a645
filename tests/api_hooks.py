"""Hooks of the fuzzer: of what it makes by the document, half gets names that the office knows, so that it reaches the rules behind.

What it makes against the document stays as it is.
"""

import hashlib
from typing import Any

import schemathesis

PEOPLE = ("lin", "qin", "he", "zhao", "nobody")
DAYS = ("2026-11-20", "2026-11-23", "2026-11-16", "2031-01-31")


def pick(choices: tuple[Any, ...], seed: str) -> Any:
    """One of the choices, the same for the same seed."""
    return choices[int(hashlib.sha256(seed.encode()).hexdigest(), 16) % len(choices)]


@schemathesis.hook
def before_call(_ctx: Any, case: Any, _kwargs: Any) -> None:
    """Put known names into a case that the document allows."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    seed = repr((case.body, case.path_parameters, case.query))
    if pick((True, False), seed):
        return
    if "schedule" in (case.path_parameters or {}):
        case.path_parameters.update(schedule="study", key=pick(("2026-11-20", "2026-11-27"), seed))
    elif "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = pick(tuple(range(1, 25)), seed)
    if isinstance(case.body, dict):
        case.body = {**case.body, **known(case.operation.path, seed)}


def known(path: str, seed: str) -> dict[str, Any]:
    """Fields of a body that the office knows."""
    if path == "/events":
        key = seed.encode().hex()[:20] or "1"
        fields = {"to": pick(PEOPLE, seed)}
        return {"kind": "letter.received", "key": key, "on": pick(DAYS, seed), "at": None, "fields": fields}
    if path == "/credentials":
        return {"holder": pick(PEOPLE, seed), "number": f"Z-{len(seed)}", "kind": "enforcement"}
    if path.endswith("/confirmation"):
        return {"done_on": pick(DAYS, seed), "evidence": {"text": "已办"}, "files": {}, "children": []}
    if path.endswith("/attendance"):
        who = pick(PEOPLE, seed)
        return {
            "absent": [who],
            "leave": [],
            "present": [],
            "evidence": {"topic": "学习"},
            "files": {},
            "done_on": "2026-11-23",
        }
    return {}
