"""Give memory back to the system: importing and parsing leave a sixth of a process unused but kept."""

import ctypes
import gc
import sys

# glibc only; elsewhere nothing is kept for long.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


def trim() -> None:
    """Collect, keep what lives out of later collections, and return free pages."""
    gc.collect()
    gc.freeze()
    if _trim is not None:
        _trim(0)
