"""Patrol sheets and the overview: page model, then renderer."""
