"""Splines of drawings that GDAL cannot read: curves given by the points on them are drawn through these, others left out."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from numpy.typing import NDArray

__all__ = ["MENDED", "SplineTally", "with_readable_curves"]

MENDED: Final = "mended curve "
"""How the handle of a curve begins that was drawn through the points on it."""

_KEPT_CODES: Final = frozenset({b"6", b"8", b"60", b"62", b"67", b"410"})
_CLOSED_FLAG: Final = 1
_PIECES: Final = 8
_LONGEST: Final = 65_536


@dataclass
class SplineTally:
    """What one SPLINE entity declares and how much of it there is."""

    declared: dict[bytes, int] = field(default_factory=dict)
    counts: dict[bytes, int] = field(default_factory=dict)

    def read(self, code: bytes, value: bytes) -> None:
        """Take one pair of group code and value."""
        if code in {b"71", b"72", b"73"} and value.removeprefix(b"-").isdigit():
            self.declared[code] = int(value[:9])
        elif code in {b"10", b"40", b"41"}:
            self.counts[code] = self.counts.get(code, 0) + 1

    @property
    def is_readable(self) -> bool:
        """Whether GDAL takes it: its control points, knots and weights agree in number with the degree."""
        order = self.declared.get(b"71", -1) + 1
        control, knots, weights = (self.counts.get(code, 0) for code in (b"10", b"40", b"41"))
        if order < 2 or control < order or self.declared.get(b"73", control) != control:
            return False
        wanted = control + order
        return (knots or wanted) == wanted == self.declared.get(b"72", wanted) and weights in {0, control}


@contextmanager
def with_readable_curves(path: Path, unreadable: int) -> Iterator[tuple[Path, int]]:
    """
    Give a drawing of which GDAL can read every spline.

    Parameters
    ----------
    path : Path
        A drawing of pairs of a code and a value, each on a line of its own.
    unreadable : int
        How many of its splines are not readable.

    Yields
    ------
    path : Path
        The drawing itself if there are none, else a copy in which each is a polyline, whose handle begins with `MENDED`.
        The copy is gone afterwards.
    lost : int
        How many curves the copy lacks, since they say nothing of their course.
    """
    if not unreadable:
        yield path, 0
        return
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        copy = Path(folder) / "drawing.dxf"
        with path.open("rb") as given, copy.open("wb") as written:
            lost = _rewrite(given, written)
        yield copy, lost


def _rewrite(given: BinaryIO, written: BinaryIO) -> int:
    """Copy a drawing and replace the splines that cannot be read; count those of which nothing is left."""
    entity: list[tuple[bytes, bytes]] = []
    number = lost = 0
    while code := given.readline(_LONGEST):
        value = given.readline(_LONGEST)
        if code.strip() == b"0":
            if entity:
                number += 1
                drawn = _readable(entity, number)
                written.write(drawn)
                lost += not drawn
            entity = []
        if entity or (code.strip() == b"0" and value.strip() == b"SPLINE"):
            entity.append((code, value))
        else:
            written.write(code + value)
    return lost


def _readable(entity: list[tuple[bytes, bytes]], number: int) -> bytes:
    """Write a spline as it is, or as the polyline that stands for it; nothing if there are not two points on it."""
    pairs = [(code.strip(), value.strip()) for code, value in entity]
    tally = SplineTally()
    for code, value in pairs:
        tally.read(code, value)
    if tally.is_readable:
        return b"".join(code + value for code, value in entity)
    points = _points(pairs, b"11", b"21")
    if len(points) < 2:
        return b""
    line = _through(points, *_bounds(pairs))
    handle = f"{MENDED}{number}".encode()
    drawn = [(b"0", b"LWPOLYLINE"), (b"5", handle), *((code, value) for code, value in pairs if code in _KEPT_CODES)]
    drawn += [(b"90", str(len(line)).encode()), (b"70", b"0")]
    for x, y in line.tolist():
        drawn += [(b"10", repr(x).encode()), (b"20", repr(y).encode())]
    return b"".join(code + b"\n" + value + b"\n" for code, value in drawn)


def _points(pairs: list[tuple[bytes, bytes]], east: bytes, north: bytes) -> NDArray[np.float64]:
    """Read points; those that are no numbers, and repeated ones, are left out."""
    x, y = ([_number(value) for code, value in pairs if code == wanted] for wanted in (east, north))
    points = np.array([*zip(x, y, strict=False)], dtype=np.float64).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    return points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]] if len(points) else points


def _number(value: bytes) -> float:
    try:
        return float(value)
    except ValueError:
        return float(np.nan)


def _bounds(pairs: list[tuple[bytes, bytes]]) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
    flags = next((int(value) for code, value in pairs if code == b"70" and value.isdigit()), 0)
    return _points(pairs, b"12", b"22"), _points(pairs, b"13", b"23"), bool(flags & _CLOSED_FLAG)


def _through(
    points: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    is_closed: bool,  # noqa: FBT001 - private
) -> NDArray[np.float64]:
    """Lay a cubic spline by chord length through points, with the given directions at its ends, as CAD programs do."""
    from scipy.interpolate import CubicSpline

    if is_closed and len(points) > 2 and (points[0] != points[-1]).any():
        points = np.vstack([points, points[:1]])
    if len(points) == 2:
        return points
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    ends = tuple(
        (1, one[0] / np.hypot(*one[0])) if len(one) and one[0].any() else (2, np.zeros(2)) for one in (start, end)
    )
    is_loop = is_closed and len(points) > 3
    curve = CubicSpline(along, points, bc_type="periodic" if is_loop else ends)
    shares = np.arange(_PIECES) / _PIECES
    at = np.r_[(along[:-1, None] + np.diff(along)[:, None] * shares).ravel(), along[-1]]
    line: NDArray[np.float64] = curve(at)
    line[::_PIECES] = points
    return line
