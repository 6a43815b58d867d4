"""patrolmap: defence rings, hotspots and patrol plans for a district's safety office."""

__version__ = "0.1.0"
