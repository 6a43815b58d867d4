"""Hotspots: surfaces, significance, polygons, time patterns, back-test."""
