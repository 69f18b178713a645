"""The mark of a restore at work; apart from the restore itself, which loads much that those who only look do not need."""

from pathlib import Path


def broken_off(data: Path) -> Path:
    """A file that is there while a restore changes over, and stays if that is cut off: then it has to be done again."""
    return data / "restoring"
