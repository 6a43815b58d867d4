"""Places where lines of one level cross without a common vertex, and whether they are junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.model.slices import by_slices
from patrolmap.streets.vertices import SAME_PLACE_M
from patrolmap.streets.welding import Inserted, VertexTable, nearest_vertex

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GRADE_SEPARATED", "JUNCTION_SHARE", "PlanarCrossings", "find_planar_crossings"]

GRADE_SEPARATED: Final = ("motorway", "motorway_link")
"""Classes that never cross another street on the level, whatever the layer says of bridges."""

JUNCTION_SHARE: Final = 0.25
"""From this share of unshared crossings on, among all junctions, a layer is taken as drawn without junctions."""


@dataclass(frozen=True, eq=False)
class PlanarCrossings:
    """
    Crossings on the level without a common vertex, and how they compare with the junctions that are drawn.

    Parameters
    ----------
    inserted : Inserted
        Both places of each crossing, one after the other.
    shared : int
        Junctions that are drawn with a common vertex: nodes where three or more arms meet.
    """

    inserted: Inserted
    shared: int

    @property
    def unshared(self) -> int:
        """Number of crossings without a common vertex."""
        return len(self.inserted.line) // 2

    @property
    def look_like_junctions(self) -> bool:
        """True if the layer shows no habit of drawing junctions as common vertices."""
        return self.unshared > 0 and self.unshared >= JUNCTION_SHARE * (self.unshared + self.shared)


def find_planar_crossings(
    table: VertexTable,
    lines: NDArray[np.object_],
    level: NDArray[np.integer],
    highway: NDArray[np.object_],
    tolerance_m: float,
) -> PlanarCrossings:
    """
    Find where lines of one level cross without a common vertex.

    Parameters
    ----------
    table : VertexTable
        The vertices with ends welded.
    lines : numpy.ndarray of object, shape (q,)
        The lines.
    level : numpy.ndarray of int, shape (q,)
        Level of each line.
    highway : numpy.ndarray of object, shape (q,)
        Class of each line; those of `GRADE_SEPARATED` are left out.
    tolerance_m : float
        Crossings this near to a common node are that node.

    Returns
    -------
    PlanarCrossings
        In the order of lines.
    """
    on_grade = np.flatnonzero(~np.isin(highway.astype(str), GRADE_SEPARATED))
    a, b = shapely.STRtree(lines[on_grade]).query(lines[on_grade], predicate="crosses")
    a, b = on_grade[a], on_grade[b]
    pairs = (a < b) & (level[a] == level[b])
    order = np.lexsort((b[pairs], a[pairs]))
    a, b = a[pairs][order], b[pairs][order]
    xy, owner = shapely.get_coordinates(shapely.intersection(lines[a], lines[b]), return_index=True)
    places = by_slices(shapely.points, xy)
    first, second = a[owner], b[owner]
    first_m = shapely.line_locate_point(lines[first], places)
    second_m = shapely.line_locate_point(lines[second], places)
    self_line, self_m, self_xy = _self_crossings(lines, on_grade)
    line = np.column_stack([np.concatenate([first, self_line]), np.concatenate([second, self_line])])
    along = np.vstack([np.column_stack([first_m, second_m]), self_m])
    xy = np.vstack([xy, self_xy])
    unshared = ~_shared(table, len(lines), line, along, tolerance_m)
    line, along, xy = line[unshared], along[unshared], xy[unshared]
    partner = -1 - np.repeat(2 * np.arange(len(line)), 2)
    inserted = Inserted(line.reshape(-1).astype(np.int64), along.reshape(-1), np.repeat(xy, 2, axis=0), partner)
    arms = np.bincount(table.node, weights=np.where(table.is_end, 1, 2), minlength=table.node_count)
    return PlanarCrossings(inserted, int((arms >= 3).sum()))


def _shared(
    table: VertexTable,
    line_count: int,
    line: NDArray[np.integer],
    along: NDArray[np.float64],
    tolerance_m: float,
) -> NDArray[np.bool_]:
    if len(line) == 0:
        return np.zeros(0, dtype=bool)
    vertex = np.column_stack([nearest_vertex(table, line_count, line[:, side], along[:, side]) for side in (0, 1)])
    near = (np.abs(table.along_m[vertex] - along) <= 2 * tolerance_m + SAME_PLACE_M).all(axis=1)
    one_node: NDArray[np.bool_] = table.node[vertex[:, 0]] == table.node[vertex[:, 1]]
    return near & one_node


def _self_crossings(
    lines: NDArray[np.object_], candidates: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Find where lines cross themselves: line, both distances along it, place."""
    found_line: list[int] = []
    found_m: list[tuple[float, float]] = []
    found_xy: list[tuple[float, float]] = []
    for number in candidates[~shapely.is_simple(lines[candidates])]:
        xy = shapely.get_coordinates(lines[number])
        segments = by_slices(shapely.linestrings, np.stack([xy[:-1], xy[1:]], axis=1))
        start_m = np.concatenate([[0.0], np.cumsum(shapely.length(segments))])
        one, two = shapely.STRtree(segments).query(segments, predicate="crosses")
        for i, j in zip(one[one < two].tolist(), two[one < two].tolist(), strict=True):
            place = shapely.intersection(segments[i], segments[j])
            at = [float(start_m[k] + shapely.line_locate_point(segments[k], place)) for k in (i, j)]
            found_line.append(int(number))
            found_m.append((at[0], at[1]))
            found_xy.append((place.x, place.y))
    return (
        np.array(found_line, dtype=np.int64),
        np.array(found_m, dtype=np.float64).reshape(-1, 2),
        np.array(found_xy, dtype=np.float64).reshape(-1, 2),
    )
