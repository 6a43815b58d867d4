"""Hotspots measured."""
