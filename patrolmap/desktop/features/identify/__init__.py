"""What lies at a place of the map, read at once."""
