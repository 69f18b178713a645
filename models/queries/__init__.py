"""Named reads and the hot statements.

Where SQLite and PostgreSQL differ, the statement is in one of exactly two dialect files. Nothing here commits.
"""
