"""Patrol sheets: preview and printing to files."""
