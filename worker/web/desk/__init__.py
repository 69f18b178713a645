"""The clerk's desk: what waits today, and the tools for it."""
