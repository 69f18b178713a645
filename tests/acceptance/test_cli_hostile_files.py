"""Files written to harm are refused in a sentence, within bounds of time and memory that the system itself holds the process to."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_files import HOSTILE, Put
from small_office import write_office

# The bounds of the refusal itself are a second and 200 MB. A machine that runs other tests beside this one is given more of the
# processor's time before it is killed; reading alone would already take a reader without bounds minutes.
SECONDS, MEGABYTES = 10, 200
CHECK = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from worker.cli.main import cli
try:
    cli.main(["check", sys.argv[1], "--json", "--lang", "en"])
finally:
    # Not ru_maxrss: it counts what the process that started this one held before this program took its place.
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(int(peak.split()[1]) // 1024, file=sys.stderr)
"""


def put(folder: Path, name: str, what: Put) -> None:
    """Write a hostile file, or have it written."""
    path = folder / name
    path.unlink(missing_ok=True)
    if isinstance(what, bytes):
        path.write_bytes(what)
    else:
        what(path)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path: Path, case: str) -> None:
    name, what = HOSTILE[case]
    folder = write_office(tmp_path / "office")
    put(folder, name, what)

    done = subprocess.run(
        [sys.executable, "-c", CHECK, str(folder)], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 1, done.stderr[-2000:]
    *said, megabytes = done.stderr.splitlines()
    assert said == []
    assert int(megabytes) < MEGABYTES
    problems = json.loads(done.stdout)
    assert 1 <= len(problems) <= 600
    assert all(problem["severity"] == "error" and problem["message"] for problem in problems)
    assert all(len(problem["message"]) < 1_000 for problem in problems)
    assert "Traceback" not in done.stdout


def test_the_mistakes_of_other_files_are_told_beside_a_hostile_one(tmp_path: Path) -> None:
    folder = write_office(
        tmp_path / "office", {"other.yaml": "a: {title: x, when: {monthly: 32}, who: {role: staff}}\n"}
    )
    put(folder, "x.yaml", HOSTILE["a device without an end"][1])

    done = subprocess.run(
        [sys.executable, "-c", CHECK, str(folder)], capture_output=True, text=True, check=False, timeout=120
    )

    assert [Path(problem["file"]).name for problem in json.loads(done.stdout)] == ["other.yaml", "x.yaml"]
