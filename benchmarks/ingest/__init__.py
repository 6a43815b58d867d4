"""Benchmarks of import."""
