"""From arrays of coordinates to Qt paths, without a Python loop over points.

Qt reads a `QPainterPath` from a stream of (type, x, y) elements: big-endian int32 and two float64, with the
number of elements before and start and fill rule behind. Writing that stream with numpy is some fifty times
faster than calls of ``moveTo`` and ``lineTo``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import QByteArray, QDataStream, QIODevice
from PySide6.QtGui import QPainterPath

from patrolmap.model.style import Theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.maps.view import MapView

__all__ = ["Lines", "path_from_arrays", "path_of", "paths_in_chunks"]

_ELEMENT = np.dtype([("type", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_CHUNK = 12
_PAPER_MARGIN_MM = 6.0
_PAPER_DETAIL_MM = 0.05


class Lines:
    """
    Many lines in two flat arrays.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Coordinates of all lines, one after the other.
    starts : ndarray of int64, shape (m + 1,)
        Where each line starts in `xy`, and n at the end.
    """

    def __init__(self, xy: NDArray[np.float64], starts: NDArray[np.int64]) -> None:
        self.xy = xy
        self.starts = starts

    @classmethod
    def of(cls, lines: NDArray[np.object_]) -> Lines:
        """
        Flatten lines.

        Parameters
        ----------
        lines : ndarray of shapely.LineString, shape (m,)
            The lines; None and empty ones give an empty stretch.

        Returns
        -------
        Lines
            In the same order.
        """
        xy = shapely.get_coordinates(lines)
        counts = shapely.get_num_coordinates(lines)
        return cls(xy, np.concatenate(([0], np.cumsum(counts))).astype(np.int64))

    def take(self, which: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """
        Gather the coordinates of some lines.

        Parameters
        ----------
        which : ndarray of int64, shape (k,)
            Positions of the lines.

        Returns
        -------
        xy : ndarray of float64, shape (n', 2)
            Their coordinates.
        first : ndarray of int64, shape (k',)
            Where each non-empty line starts in `xy`.
        """
        counts = self.starts[which + 1] - self.starts[which]
        which, counts = which[counts > 0], counts[counts > 0]
        first = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64) if len(counts) else counts
        index = np.repeat(self.starts[which] - first, counts) + np.arange(counts.sum())
        return self.xy[index], first


def path_from_arrays(xy: NDArray[np.float64], first: NDArray[np.int64], *, odd_even: bool = True) -> QPainterPath:
    """
    Make a path of several lines.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Device dots.
    first : ndarray of int64, shape (k,)
        Where each line starts in `xy`.
    odd_even : bool, default True
        Fill rule: holes of areas stay empty. False fills by winding.

    Returns
    -------
    QPainterPath
        With k sub-paths.
    """
    path = QPainterPath()
    if len(xy) == 0:
        return path
    elements = np.empty(len(xy), dtype=_ELEMENT)
    elements["type"] = _LINE
    elements["type"][first] = _MOVE
    elements["x"], elements["y"] = xy[:, 0], xy[:, 1]
    head = np.array([len(xy)], dtype=">i4").tobytes()
    tail = np.array([int(first[-1]), 0 if odd_even else 1], dtype=">i4").tobytes()
    # The stream borrows these bytes: a temporary would be gone before it is read.
    written = QByteArray(head + elements.tobytes() + tail)
    stream = QDataStream(written, QIODevice.OpenModeFlag.ReadOnly)
    stream >> path
    return path


def paths_in_chunks(xy: NDArray[np.float64], first: NDArray[np.int64]) -> list[QPainterPath]:
    """
    Make several paths of a few lines each.

    Qt's rasterizer cuts the picture into ever smaller bands when an outline is complex: a thousand streets in
    one path take five times as long as in paths of a dozen.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Device dots.
    first : ndarray of int64, shape (k,)
        Where each line starts in `xy`.

    Returns
    -------
    list of QPainterPath
        With at most 12 lines each, in order.
    """
    ends = np.append(first, len(xy))
    return [
        path_from_arrays(xy[ends[k] : ends[min(k + _CHUNK, len(first))]], first[k : k + _CHUNK] - first[k])
        for k in range(0, len(first), _CHUNK)
    ]


def path_of(geometry: shapely.Geometry, view: MapView) -> QPainterPath:
    """
    Make the path of one geometry.

    Parameters
    ----------
    geometry : shapely.Geometry
        Lines or areas, in the units of the view's world; points give an empty path.
    view : MapView
        The view.

    Returns
    -------
    QPainterPath
        In device dots; rings of areas are closed by their last point.
    """
    if view.theme is Theme.PRINT:
        # What lies off the paper would be in the file all the same. Tiles keep it: dashes must meet at their seams.
        geometry = shapely.clip_by_rect(geometry, *view.grown(_PAPER_MARGIN_MM))
        geometry = shapely.simplify(geometry, _PAPER_DETAIL_MM * view.dots_per_mm / view.dots_per_unit)
    lines = _lines_of(geometry)
    counts = shapely.get_num_coordinates(lines)
    if not counts.all():
        lines, counts = lines[counts > 0], counts[counts > 0]
    first = np.zeros(len(counts), dtype=np.int64)
    np.cumsum(counts[:-1], out=first[1:])
    return path_from_arrays(view.to_device(shapely.get_coordinates(lines)), first)


def _lines_of(geometry: shapely.Geometry) -> NDArray[np.object_]:
    """Give the lines and the rings of areas; a picture asks some dozen times, mostly for one area."""
    kind = geometry.geom_type
    if kind == "Polygon":
        return np.asarray(shapely.get_rings(geometry), dtype=object)
    if kind in {"LineString", "LinearRing"}:
        return np.array([geometry], dtype=object)
    parts = shapely.get_parts(geometry)
    kinds = shapely.get_type_id(parts)
    rings = shapely.get_rings(parts[kinds == shapely.GeometryType.POLYGON])
    return np.concatenate((rings, parts[(kinds == 1) | (kinds == 2)]))
