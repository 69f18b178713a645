"""What every key of the office's files means, in Chinese and English: for the JSON Schema and the reference."""
