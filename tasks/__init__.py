"""What is done: one use case per file.

A use case takes a session and `now`, changes rows and returns what it did; it never commits, prints or reads
the environment. `tasks/jobs.py` is the only file with Celery functions: transaction in, use case, nudge out.
Open first: `tasks/sweep.py`, then `tasks/jobs.py`.
"""
