"""Every reason that the ledger writes of itself is said in words."""

import ast
import re
from pathlib import Path

import models.queries.ledger
import tasks
from models.queries.ledger import MERGED, SUPERSEDED
from tasks.delivery.divert import UNREACHABLE
from tasks.delivery.fallback import LIMITED
from tasks.delivery.message_reasons import REASONS
from tasks.delivery.restored import RESTORED

ROOT = Path(tasks.__file__).parents[1]
IN_SQL = re.compile(r"reason ?= ?['\"]([a-z]+(?:-[a-z]+)*)['\"]")


def test_every_reason_of_the_ledger_has_words() -> None:
    written = set(IN_SQL.findall(Path(models.queries.ledger.__file__).read_text(encoding="utf-8")))
    composed = {
        node.value
        for node in ast.walk(ast.parse((ROOT / "tasks/delivery/compose.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in ("nothing-left", "cannot-be-composed")
    }

    assert written | composed | {SUPERSEDED, MERGED, LIMITED, UNREACHABLE, RESTORED} == set(REASONS)
    assert len(written) >= 2
