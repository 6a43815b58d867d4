"""How soon a small task of the window should be done."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Haste"]


class Haste(IntEnum):
    """What is smaller is begun first."""

    NOW = 0
    """The user looks at where its result goes."""
    SOON = 1
    """The user may look there next."""
    LATER = 2
    """Nobody waits for it."""
