"""Round after round of reminders while workers are killed and Redis is flushed, each checked by the same rule; minutes or days long.

    PYTHONPATH=tests python -m benchmarks.soak [--minutes 3] [--people 300] [--kills 4]

Every round has another seed, so that kills fall elsewhere; a round that fails can be repeated with `benchmarks.kill --seed N`. Exit code
1 at the first round in which a reminder was lost or more arrived twice than kills x 16.
"""

import argparse
import sys
import time
from itertools import count

from benchmarks import kill

MINUTE = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--minutes", type=float, default=3.0, help="no round begins after that; at least one is run"
    )
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.minutes * MINUTE
    lost = twice = kills = 0
    for seed in count(arguments.seed):
        found = kill.small(people=arguments.people, kills=arguments.kills, seed=seed)
        lost, twice, kills = lost + found["lost"], twice + found["twice"], kills + found["kills"]
        fine = kill.is_fine(found)
        print(
            f"seed {seed}: {found['people']} reminders, {found['kills']} kills, {found['flushes']} flushes, {found['lost']} lost, "
            f"{found['twice']} twice (allowed {found['allowed_twice']}), {found['seconds']} s{'' if fine else '   NOT AS PROMISED'}",
            flush=True,
        )
        if not fine:
            return 1
        if time.monotonic() >= end:
            rounds = seed - arguments.seed + 1
            print(
                f"{rounds} rounds, {rounds * arguments.people} reminders, {kills} kills: {lost} lost, {twice} twice"
            )
            return 0
    raise AssertionError("seeds do not end")


if __name__ == "__main__":
    sys.exit(main())
