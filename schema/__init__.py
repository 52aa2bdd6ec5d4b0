"""What exists: every column said once, and what is derived from it."""
