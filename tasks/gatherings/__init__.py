"""A gathering: its check-in, leave asked beforehand, and the record of who was there."""
