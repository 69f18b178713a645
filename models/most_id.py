"""The highest number that a row can have, for those who read numbers before they know a database."""

MOST_ID = 2**31 - 1  # rows are numbered by INTEGER, which in PostgreSQL has 32 bits
