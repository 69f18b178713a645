"""What is done about a duty: confirmed, agreed to, given back, extended, waived, handed over, urged."""
