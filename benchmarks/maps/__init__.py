"""Benchmarks of painted maps."""
