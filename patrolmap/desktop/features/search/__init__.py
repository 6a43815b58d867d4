"""One box that finds whatever has a name or a place."""
