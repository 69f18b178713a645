"""The pages of whoever owes something, behind a personal link or a known phone."""
