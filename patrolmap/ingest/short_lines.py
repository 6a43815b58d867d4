"""Lines of many parts of which some have a single point, as GPS units write when they lose the signal."""

from __future__ import annotations

import struct
from typing import Final

import shapely

__all__ = ["lines_of_two_points"]

_LINE: Final = 2
_LINES: Final = 5
_HAS_Z: Final = 0x80000000


def lines_of_two_points(wkb: bytes) -> shapely.Geometry | None:
    """
    Read a line of several parts without the parts of one point, which shapely refuses with all the others.

    Parameters
    ----------
    wkb : bytes
        Well-known binary, as GDAL writes it.

    Returns
    -------
    shapely.Geometry or None
        The parts that are lines, in two dimensions; None if it is no line of parts, or damaged. O(n).
    """
    try:
        kind, dimensions, count, at = _head(wkb, 0)
        if kind != _LINES:
            return None
        parts = []
        for _ in range(count):
            kind, dimensions, points, at = _head(wkb, at)
            if kind != _LINE:
                return None
            numbers = struct.unpack_from(f"<{points * dimensions}d", wkb, at)
            at += 8 * points * dimensions
            if points > 1:
                parts.append(list(zip(numbers[::dimensions], numbers[1::dimensions], strict=True)))
    except (struct.error, OverflowError, MemoryError):
        return None
    return shapely.MultiLineString(parts) if parts else None


def _head(wkb: bytes, at: int) -> tuple[int, int, int, int]:
    """Read kind, dimensions, count and where the content begins."""
    order, code, count = struct.unpack_from("<BII", wkb, at)
    if order != 1:
        raise struct.error
    plain = code & ~_HAS_Z
    dimensions = 2 + bool(code & _HAS_Z) + (plain // 1000 in {1, 2}) + 2 * (plain // 1000 == 3)
    return plain % 1000, dimensions, count, at + 9
