"""Small disks of tests: a tmpfs that is full soon."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disks(folder: Path) -> Iterator[Callable[[int], Path]]:
    """Makes disks of so many bytes below a folder; only the superuser may, others skip."""
    with ExitStack() as unmounting:

        def made(size: int) -> Path:
            at = folder / f"disk-{size}"
            at.mkdir()
            options = f"size={size},mode=700"
            if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", at], check=False).returncode:
                pytest.skip("this user may mount no disk")
            unmounting.callback(lambda: subprocess.run(["umount", "--lazy", at], check=True))
            return at

        yield made
