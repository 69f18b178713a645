"""Putting an office into force: what would change, the change itself, and the versions that are kept of it."""
