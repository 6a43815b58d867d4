"""Rings measured."""
