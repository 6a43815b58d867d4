"""A command that another process of patrolmap has started ends when that one dies, so that nothing works on unseen."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from typing import Final

__all__ = ["EXIT_WITH_PARENT", "end_with_parent"]

EXIT_WITH_PARENT: Final = "PATROLMAP_EXIT_WITH_PARENT"
"""Environment variable that asks a command for it. The parent must keep the command's standard input open."""

_CANCELLED: Final = 3
_LOOK_EVERY_S: Final = 0.2


def end_with_parent() -> None:
    """
    End this process, as if it were killed, when its standard input closes; does nothing unless the environment asks.

    A project survives that at any moment, as it survives a power cut.
    """
    if os.environ.pop(EXIT_WITH_PARENT, ""):
        threading.Thread(target=_wait, name="parent-watch", daemon=True).start()


def _wait() -> None:
    if sys.platform == "win32":
        _look_until_closed()
    else:
        while os.read(sys.stdin.fileno(), 4096):
            pass
    os._exit(_CANCELLED)


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def _look_until_closed() -> None:
        # A read that waits would hold the stream's lock. Fortran's run-time library, which comes with OpenBLAS, looks at
        # every standard stream as it is loaded, and would wait for that lock for ever.
        pipe = msvcrt.get_osfhandle(sys.stdin.fileno())
        with contextlib.suppress(OSError):  # closed, or no pipe at all
            while True:
                _winapi.PeekNamedPipe(pipe, 0)
                time.sleep(_LOOK_EVERY_S)
