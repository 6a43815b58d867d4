"""Patrol planning: problem, solve, verify, schedule, explain, replan."""
