"""The API under a fuzzer that reads its own OpenAPI document: nothing may break, and nothing may differ from the document."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from api_server import api_server
from sqlalchemy import func, select

from models.events import EventRow
from models.obligations import ConfirmationRow

TESTS = Path(__file__).parents[1]
EXAMPLES = 25  # for each operation and phase


@pytest.mark.slow
def test_a_fuzzer_finds_nothing(
    tmp_path: Path, environ: dict[str, str], redis_url: str, free_port: int
) -> None:
    server = api_server(tmp_path, environ, redis_url, free_port)
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"), "--no-color", "--config-file", TESTS / "data" / "schemathesis.toml", "run",
        f"{server.address}/api/openapi.json", "--header", f"Authorization: Bearer {server.key}", "--checks", "all",
        "--max-examples", str(EXAMPLES), "--seed", "20261123", "--continue-on-failure", "--warnings", "off",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=500,
            env={**environ, "SCHEMATHESIS_HOOKS": "api_hooks", "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))},
        )  # fmt: skip
        with server.db.reading() as session:
            recorded = [
                session.scalar(select(func.count()).select_from(table))
                for table in (EventRow, ConfirmationRow)
            ]
    finally:
        server.end()
        server.db.dispose()

    assert done.returncode == 0, done.stdout + done.stderr
    assert all(recorded), "the fuzzer recorded nothing, so it tried nothing of what lies behind the rules"
    assert "failed, reference" not in server.log.read_text(encoding="utf-8")
