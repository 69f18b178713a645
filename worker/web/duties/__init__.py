"""What pages show of one duty, and the forms that record it."""
