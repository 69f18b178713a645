"""Memory of a process and all it started: PSS, which counts a shared page once.

    python -m benchmarks.memory PID

Linux only. Exit code 1 if the sum is more than 300 MB.
"""

import re
import sys
from pathlib import Path

GOAL = 300_000_000
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def family(pid: int) -> list[int]:
    """The process and every descendant."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found, fresh = [pid], [pid]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def pss(pid: int) -> int:
    """Bytes; 0 if it has ended."""
    try:
        match = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:
        return 0
    return int(match[1]) * 1024 if match else 0


def main() -> int:
    total = 0
    for pid in family(int(sys.argv[1])):
        size = pss(pid)
        total += size
        words = (
            Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if size
            else ""
        )
        print(f"{size / 1e6:7.1f} MB  {pid:>7}  {words[:110]}")
    print(f"{total / 1e6:7.1f} MB  together")
    return 0 if total <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
