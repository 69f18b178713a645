"""The archive package 台账 of occurrences: what was sent, who was there, what was recorded, who did what, as one zip with hashes."""
