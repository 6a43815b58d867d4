"""The command line: one command for each thing a user wants. It parses, calls a service, and prints."""

from patrolmap.cli.app import main

__all__ = ["main"]
