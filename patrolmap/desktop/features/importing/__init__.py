"""Bringing files into the project, and the report of what became of each row."""
