"""Start the window, or hand over to the command line; nothing else."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """
    Start patrolmap.

    Returns
    -------
    int
        Exit status.
    """
    words = sys.argv[1:]
    if not words or (len(words) == 1 and Path(words[0]).suffix.lower() == ".gpkg"):
        from patrolmap.desktop.app import run_window  # noqa: PLC0415 - the command line must not load Qt

        return run_window(Path(words[0]) if words else None)
    from patrolmap.cli import main as run_command  # noqa: PLC0415 - the window must not load the parser

    return run_command()


if __name__ == "__main__":
    sys.exit(main())
