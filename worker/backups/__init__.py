"""Backups: one file with the database and the evidence files, made while the office runs, checked by restoring; and the way back."""
