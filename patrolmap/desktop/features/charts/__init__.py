"""Charts of incidents: when, how many, of what kind, and how well hotspots predicted."""
