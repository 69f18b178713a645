"""What is known: tables by noun, named reads, migrations.

No Celery, no Redis, no channel and no commit here; rules about dates are in `schedules`.
Open first: `models/obligations.py`, then `models/queries/`.
"""
