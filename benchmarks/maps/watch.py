"""Tells where all threads are while the event loop of a window does not turn."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HELD_S = 0.05
_LOOK_S = 0.01
_DEPTH = 14


class Watch:
    """Looks on from a thread of its own; it needs the interpreter to look, and so sees who had it until then."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._main = threading.get_ident()
        self._began_s: float | None = None
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        """Take it that the loop turns from now on."""
        self._began_s = time.perf_counter()

    def end(self) -> None:
        """Take it that the loop came round."""
        self._began_s = None

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_S)
            began_s = self._began_s
            if began_s is None or time.perf_counter() - began_s < _HELD_S:
                continue
            names = {one.ident: one.name for one in threading.enumerate()}
            self._file.write(f"--- held for {(time.perf_counter() - began_s) * 1000:.0f} ms\n")
            for ident, frame in sys._current_frames().items():  # noqa: SLF001 - the one way to look
                stack = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=_DEPTH, lookup_lines=False)
                if ident != threading.get_ident() and not _is_idle(stack):
                    self._file.write(f"  {names.get(ident, ident)}\n")
                    self._file.writelines(f"    {one.filename}:{one.lineno} {one.name}\n" for one in stack)
            self._file.flush()


def _is_idle(stack: traceback.StackSummary) -> bool:
    return bool(stack) and stack[0].name in {"wait", "_worker", "poll", "_poll"}
