"""When the office next has something to do; what beat sleeps on and what the stepped clock jumps to."""

from models.queries.wake import Wake, next_wake

__all__ = ["Wake", "next_wake"]
