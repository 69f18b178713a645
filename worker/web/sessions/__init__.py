"""A gathering: its record, the check-in on the screen, tables and the sign-in sheet."""
