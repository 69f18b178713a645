"""Memory of a process and all it started: PSS, which counts a page shared by n processes as an nth in each.

    python -m benchmarks.memory PID        the pid of `duban up`

Prints PSS, private memory (USS) and what a process is called, one line each, then the sum. Linux only. Exit code 1 if the sum is more
than 300 MB, 2 if there is no such process.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

GOAL = 300_000_000
FIELD = re.compile(r"^(Pss|Private_Clean|Private_Dirty):\s+(\d+) kB", re.MULTILINE)
WIDTH = 90


class Memory(NamedTuple):
    """One process; sizes in bytes."""

    pid: int
    name: str
    pss: int
    private: int


def family(pid: int) -> list[int]:
    """The process and every descendant."""
    parents: dict[int, int] = {}
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


def measure(pids: Iterable[int]) -> list[Memory]:
    """Those that are running and may be looked at."""
    found = []
    for pid in pids:
        folder = Path(f"/proc/{pid}")
        try:
            sizes = {
                name: int(kb) * 1024 for name, kb in FIELD.findall((folder / "smaps_rollup").read_text())
            }
            name = (folder / "comm").read_text().strip()
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
        except OSError:
            continue
        if sizes:
            private = sizes["Private_Clean"] + sizes["Private_Dirty"]
            found.append(Memory(pid, f"{name:<15}  {words}", sizes["Pss"], private))
    return found


def main(pid: int) -> int:
    processes = measure(family(pid))
    if not processes:
        print(f"there is no process {pid}", file=sys.stderr)
        return 2
    print(f"{'PSS':>10} {'private':>11}  {'PID':>7}  name")
    for each in processes:
        print(f"{each.pss / 1e6:7.1f} MB  {each.private / 1e6:7.1f} MB  {each.pid:>7}  {each.name[:WIDTH]}")
    total = sum(each.pss for each in processes)
    print(f"{total / 1e6:7.1f} MB  {'':>10}  {len(processes):>7}  processes together")
    return 0 if total <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
