"""docker-compose.yml and Dockerfile say what they must; tests/acceptance/test_compose.py runs them."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from worker.child import Process
from worker.processes import health_url, processes
from worker.settings import Settings

ROOT = Path(__file__).parents[2]
OURS = ("migrate", "beat", "worker-sweep", "worker-deliver", "web")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SETTINGS = Settings.load({"DUBAN_REDIS_URL": "redis://elsewhere/0", "DUBAN_LISTEN": "0.0.0.0:8765"})
PROCESSES = processes(SETTINGS)


def test_the_compose_file_is_valid() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.json").read_text(encoding="utf-8"))

    problems = [
        f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(COMPOSE)
    ]

    assert problems == []


def test_a_mistake_in_a_compose_file_is_found() -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.json").read_text(encoding="utf-8"))
    wrong = {**COMPOSE, "services": {**SERVICES, "web": {**SERVICES["web"], "restarts": "always"}}}

    assert [error.json_path for error in Draft7Validator(schema).iter_errors(wrong)] == ["$.services.web"]


@pytest.mark.parametrize("name", OURS[1:])
def test_a_process_waits_for_the_migration_and_for_redis(name: str) -> None:
    assert SERVICES[name]["depends_on"] == {
        "migrate": {"condition": "service_completed_successfully"},
        "redis": {"condition": "service_healthy"},
    }


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_what_ends_is_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_up_and_the_containers_run_the_same(process: Process) -> None:
    python, module, *arguments = process.command[1:]

    assert (process.command[0], python) == (sys.executable, "-m")
    program = {"worker": "duban"}.get(module, module)
    assert [program, *arguments] == SERVICES[process.name]["command"]


def test_all_of_them_share_memory_where_forks_are_safe() -> None:
    assert [process.forked for process in PROCESSES] == [sys.platform == "linux"] * len(PROCESSES)


def test_up_runs_all_of_them() -> None:
    assert {"migrate", *(process.name for process in PROCESSES)} == set(OURS)


def test_redis_evicts_nothing() -> None:
    assert "--maxmemory-policy noeviction" in " ".join(SERVICES["redis"]["command"])


@pytest.mark.parametrize("name", OURS)
def test_no_secret_is_written_down(name: str) -> None:
    for variable in ("PGPASSWORD", "DUBAN_SECRET_KEY"):
        assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", SERVICES[name]["environment"][variable])


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    ours = [each for each in SERVICES[name]["environment"] if each.startswith("DUBAN_")]

    assert ours
    assert [each for each in ours if f"| `{each}` |" not in page and each != "DUBAN_SECRET_KEY"] == []


def test_the_image_runs_without_rights_from_the_lock() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    _, build, image = re.split(r"^FROM ", text, flags=re.MULTILINE)

    assert "pip install --quiet --require-hashes --no-deps -r requirements.lock" in build
    assert re.search(r"^USER [1-9]\d*$", image, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements.lock", "tests/requirements.lock"])
def test_a_lock_pins_by_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert len(entries) > 20
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_the_pages_are_asked_for_where_they_listen(tmp_path: Path) -> None:
    ours = Settings.load({"DUBAN_DATA": str(tmp_path), "DUBAN_LISTEN": "[::1]:9000"})

    assert health_url(SETTINGS) == "http://127.0.0.1:8765/healthz"
    assert health_url(ours) == "http://[::1]:9000/healthz"
    assert [process.name for process in processes(ours) if process.foundation] == ["redis"]
