"""Memory that is free again, handed back to the system while nothing else is to be done."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["hand_back"]


def hand_back() -> None:
    """
    Give the system what this program has freed and still holds.

    After a large piece of work the allocator of Linux keeps its memory, a share for each thread that it ran on; in an evening
    of many analyses this comes to hundreds of megabytes. Systems whose allocator returns large blocks by itself, as that of
    Windows, are left alone. Takes some milliseconds; the GIL is not held.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform.startswith("linux") else None
    if trim is not None:
        trim(0)
