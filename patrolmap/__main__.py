"""Start the window, or hand over to the command line; nothing else."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from pathlib import Path
from typing import Final

_CANCELLED: Final = 3


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
        from patrolmap.desktop.app import run_window

        return run_window(Path(words[0]) if words else None)
    if words == ["--self-test-web-view"]:
        from patrolmap.desktop.web_check import try_web_view

        return try_web_view()
    try:
        from patrolmap.cli import main as run_command

        status = run_command()
    except KeyboardInterrupt:
        # Pressed before the command line listens for it; nothing has begun.
        status = _CANCELLED
    # The answer is out: pressed now, while the interpreter takes itself down, it would only turn the status into a death.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return status


if __name__ == "__main__":
    # In a frozen program a worker process starts here too; without this it would open a second window.
    multiprocessing.freeze_support()
    sys.exit(main())
