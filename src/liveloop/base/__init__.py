"""What does every part stand on? Clock, seeds, tables, errors, settings."""
