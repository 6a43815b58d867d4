"""Tests of `patrolmap.exchange`."""
