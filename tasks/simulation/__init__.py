"""The office in virtual time, and the people who play in it."""
