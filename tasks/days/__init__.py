"""Working days on record, and what moves with them."""
