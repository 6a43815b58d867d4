"""Streets against NetworkX."""
