"""Crossings, controlled or not, and whether each ring is closed."""
