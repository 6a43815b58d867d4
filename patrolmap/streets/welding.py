"""Which vertices of which lines are one node: shared vertices, ends within the tolerance, ends on another line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.model.slices import by_slices
from patrolmap.streets.vertices import SAME_PLACE_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Inserted", "VertexTable", "merged_places", "nearest_vertex", "vertex_table", "weld_ends", "with_inserted"]


@dataclass(frozen=True, eq=False)
class Inserted:
    """
    Places on lines that become vertices.

    Parameters
    ----------
    line : numpy.ndarray of int64, shape (i,)
        The line.
    along_m : numpy.ndarray of float64, shape (i,)
        Where on it.
    xy : numpy.ndarray of float64, shape (i, 2)
        The place.
    partner : numpy.ndarray of int64, shape (i,)
        A place of the table that it is one node with; -1 - j for the j-th inserted place.
    """

    line: NDArray[np.int64]
    along_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    partner: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class VertexTable:
    """
    All vertices of all lines, line by line.

    Parameters
    ----------
    xy : numpy.ndarray of float64, shape (p, 2)
        Coordinates.
    line : numpy.ndarray of int64, shape (p,)
        The line of each vertex, ascending.
    along_m : numpy.ndarray of float64, shape (p,)
        Metres from the line's start, ascending within a line.
    is_end : numpy.ndarray of bool, shape (p,)
        First or last of its line.
    node : numpy.ndarray of int64, shape (p,)
        The place each vertex belongs to; vertices of one place are one node.
    """

    xy: NDArray[np.float64]
    line: NDArray[np.int64]
    along_m: NDArray[np.float64]
    is_end: NDArray[np.bool_]
    node: NDArray[np.int64]

    @property
    def node_count(self) -> int:
        """Number of places."""
        return int(self.node.max()) + 1 if len(self.node) else 0

    def start(self, line_count: int) -> NDArray[np.int64]:
        """
        Find the first vertex of each line.

        Parameters
        ----------
        line_count : int
            Number of lines, q.

        Returns
        -------
        numpy.ndarray of int64, shape (q + 1,)
            With the number of vertices at the end.
        """
        return np.searchsorted(self.line, np.arange(line_count + 1))


def vertex_table(lines: NDArray[np.object_]) -> VertexTable:
    """
    List the vertices of lines; equal coordinates are one place.

    Parameters
    ----------
    lines : numpy.ndarray of object, shape (q,)
        Clean lines.

    Returns
    -------
    VertexTable
        Places are numbered by x, then y.
    """
    xy, line = shapely.get_coordinates(lines, return_index=True)
    change = np.ones(len(xy) + 1, dtype=bool)
    change[1:-1] = line[1:] != line[:-1]
    step = np.zeros(len(xy))
    step[1:] = np.where(change[1:-1], 0.0, np.hypot(*np.diff(xy, axis=0).T))
    along = np.cumsum(step)
    along -= along[change[:-1]][line]
    _, node = np.unique(np.rint(xy / SAME_PLACE_M).astype(np.int64), axis=0, return_inverse=True)
    return VertexTable(xy, line.astype(np.int64), along, change[:-1] | change[1:], node.reshape(-1).astype(np.int64))


def weld_ends(
    table: VertexTable, lines: NDArray[np.object_], level: NDArray[np.integer], tolerance_m: float
) -> tuple[NDArray[np.int64], Inserted]:
    """
    Find what ends of lines should meet within the tolerance.

    Parameters
    ----------
    table : VertexTable
        The vertices.
    lines : numpy.ndarray of object, shape (q,)
        The same lines.
    level : numpy.ndarray of int, shape (q,)
        Level of each line. Ends meet ends whatever their levels; an end meets the middle of another line if the levels
        are equal or the line that ends comes down to level 0.
    tolerance_m : float
        How far apart, metres.

    Returns
    -------
    pairs : numpy.ndarray of int64, shape (w, 2)
        Places that are one node.
    inserted : Inserted
        Ends that meet a line away from its vertices.
    """
    ends = np.flatnonzero(table.is_end)
    end_pairs = _ends_that_meet(table, ends, shapely.length(lines), tolerance_m)
    hit, line = shapely.STRtree(lines).query(
        by_slices(shapely.points, table.xy[ends]), predicate="dwithin", distance=tolerance_m
    )
    own_level, other_level = level[table.line[ends[hit]]], level[line]
    fits = (own_level == other_level) | (other_level == 0)
    end, line = ends[hit[fits]], line[fits]
    apart = ~_lines_at(table, end_pairs, end, line)
    end, line = end[apart], line[apart]
    at_m = shapely.line_locate_point(lines[line], by_slices(shapely.points, table.xy[end]))
    vertex = nearest_vertex(table, len(lines), line, at_m)
    close = np.abs(table.along_m[vertex] - at_m) <= tolerance_m
    vertex_pairs = np.column_stack([table.node[end[close]], table.node[vertex[close]]])
    away = ~close
    place_xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[line[away]], at_m[away]))
    inserted = Inserted(line[away].astype(np.int64), at_m[away], place_xy.reshape(-1, 2), table.node[end[away]])
    return np.vstack([end_pairs, vertex_pairs]), inserted


def _ends_that_meet(
    table: VertexTable, ends: NDArray[np.intp], length_m: NDArray[np.float64], tolerance_m: float
) -> NDArray[np.int64]:
    # A tree of shapely, which is loaded anyway: that of scipy takes longer to load than all the rest of a start.
    points = by_slices(shapely.points, table.xy[ends])
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=tolerance_m)
    first, second = ends[one[one < other]], ends[other[one < other]]
    same_line = table.line[first] == table.line[second]
    short = length_m[table.line[first]] <= 3 * tolerance_m
    kept = (table.node[first] != table.node[second]) & ~(same_line & short)
    return np.column_stack([table.node[first[kept]], table.node[second[kept]]])


def _lines_at(
    table: VertexTable, pairs: NDArray[np.int64], vertex: NDArray[np.intp], line: NDArray[np.integer]
) -> NDArray[np.bool_]:
    """Tell which lines have a vertex already where another vertex is, with ends welded."""
    node = merged_places(table.node_count, pairs)[table.node]
    lines = int(table.line.max()) + 1 if len(table.line) else 1
    present = np.unique(node * lines + table.line)
    return np.isin(node[vertex] * lines + line, present)


def merged_places(count: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Join places.

    Parameters
    ----------
    count : int
        Number of places.
    pairs : numpy.ndarray of int64, shape (w, 2)
        Places that are one.

    Returns
    -------
    numpy.ndarray of int64, shape (count,)
        New number of each place.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    label: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return label


def nearest_vertex(
    table: VertexTable, line_count: int, line: NDArray[np.integer], at_m: NDArray[np.float64]
) -> NDArray[np.int64]:
    """
    Find the vertex of a line that is nearest to a place on it.

    Parameters
    ----------
    table : VertexTable
        The vertices.
    line_count : int
        Number of lines, q.
    line : numpy.ndarray of int, shape (k,)
        The line of each place.
    at_m : numpy.ndarray of float64, shape (k,)
        Metres from the line's start.

    Returns
    -------
    numpy.ndarray of int64, shape (k,)
        Index of the vertex, by distance along the line.
    """
    start = table.start(line_count)
    reach_m = float(table.along_m.max()) + 1.0 if len(table.along_m) else 1.0
    after = np.searchsorted(table.line * reach_m + table.along_m, line * reach_m + at_m)
    after = np.clip(after, start[line] + 1, start[line + 1] - 1)
    before = after - 1
    nearer = np.abs(table.along_m[before] - at_m) <= np.abs(table.along_m[after] - at_m)
    return np.where(nearer, before, after)


def with_inserted(table: VertexTable, inserted: Inserted, pairs: NDArray[np.int64]) -> VertexTable:
    """
    Put inserted places among the vertices and join places that are one node.

    Parameters
    ----------
    table : VertexTable
        The vertices.
    inserted : Inserted
        Places that become vertices.
    pairs : numpy.ndarray of int64, shape (w, 2)
        Places that are one node.

    Returns
    -------
    VertexTable
        Vertices of one node have one coordinate: that of a vertex in the middle of a line if there is one, else of
        an inserted place, else of an end. Vertices that fall together along a line are one.
    """
    old, new = table.node_count, len(inserted.line)
    own = old + np.arange(new)
    partner = np.where(inserted.partner >= 0, inserted.partner, old - 1 - inserted.partner)
    node = np.concatenate([table.node, own])
    xy = np.vstack([table.xy, inserted.xy])
    line = np.concatenate([table.line, inserted.line])
    along = np.concatenate([table.along_m, inserted.along_m])
    is_end = np.concatenate([table.is_end, np.zeros(new, dtype=bool)])
    kind = np.concatenate([np.where(table.is_end, 2, 0), np.ones(new, dtype=np.int64)])
    order = np.lexsort((kind == 1, along, line))
    together = np.flatnonzero((line[order][1:] == line[order][:-1]) & (np.diff(along[order]) <= SAME_PLACE_M))
    touching = np.column_stack([node[order][together], node[order][together + 1]])
    every = np.vstack([pairs, np.column_stack([own, partner]), touching])
    node = merged_places(old + new, every)[node]
    best = np.lexsort((node_order(xy), kind, node))
    first = np.searchsorted(node[best], np.arange(int(node.max()) + 1 if len(node) else 0))
    xy = xy[best[first]][node]
    keep = np.ones(len(order), dtype=bool)
    keep[together + 1] = False
    is_end[order[together]] |= is_end[order[together + 1]]
    order = order[keep]
    return VertexTable(xy[order], line[order], along[order], is_end[order], node[order])


def node_order(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """
    Rank places by x, then y.

    Parameters
    ----------
    xy : numpy.ndarray of float64, shape (p, 2)
        Places.

    Returns
    -------
    numpy.ndarray of int64, shape (p,)
        Rank of each.
    """
    rank = np.empty(len(xy), dtype=np.int64)
    rank[np.lexsort((xy[:, 1], xy[:, 0]))] = np.arange(len(xy))
    return rank
